import { createHash } from 'node:crypto'
import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type Fault, faults } from './faulty-proxy.ts'
import { type HttpTestServer, startHttpServer } from './file-server.ts'

/** What S3 itself says instead of an answer. */
const refusals = {
  SlowDown: [503, 'Please reduce your request rate.'],
  InternalError: [500, 'We encountered an internal error.'],
  RequestTimeTooSkewed: [403, 'The difference between the request time and the current time is too large.'],
  ConditionalRequestConflict: [409, 'The conditional request cannot succeed due to a conflicting operation.'],
  AccessDenied: [403, 'Access Denied'],
} as const
type Refusal = keyof typeof refusals

export interface AskedRequest {
  readonly method: string
  /** As it came: path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/**
 * `lost`: it is done, but the connection breaks before the answer. `corrupted`: a byte of the answer is another one.
 * `blank`: nothing is done, and the answer is a 200 without a word.
 */
export type S3Fault = Fault | Refusal | 'lost' | 'corrupted' | 'blank'

export interface S3Proxy extends HttpTestServer {
  readonly asked: AskedRequest[]
  /** What happens to the next requests of a kind, one after another; then all is well again. */
  fail(kind: (asked: AskedRequest) => boolean, ...faults: S3Fault[]): void
}

export interface S3ProxyOptions {
  /** As Amazon, R2 and MinIO do it; or a service that says that it cannot, or one that overwrites and says nothing. */
  readonly conditions?: 'honoured' | 'unknown' | 'ignored'
}

/**
 * What a test server lacks of a real one, in front of it: writes on condition, SHA-256 that is checked, objects that appear
 * whole (one request a key at a time), and failures in the words of S3.
 */
export async function startS3Proxy(port: number, { conditions = 'honoured' }: S3ProxyOptions = {}): Promise<S3Proxy> {
  const asked: AskedRequest[] = []
  const planned: { kind: (asked: AskedRequest) => boolean; faults: S3Fault[] }[] = []
  const queues = new Map<string, Promise<unknown>>()

  const onward = async (about: AskedRequest, body: Buffer): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const { method, url: path, headers } = about
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, async (answer) =>
      resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) }),
    )
    sent.on('error', reject).end(body)
    return promise
  }

  const serve = async (about: AskedRequest, body: Buffer): Promise<Answer> => {
    const { headers, url } = about
    const claimed = headers['x-amz-checksum-sha256']
    if (claimed !== undefined && createHash('sha256').update(body).digest('base64') !== claimed)
      return said(400, 'BadDigest', 'The SHA256 you specified did not match the calculated checksum.')
    if (headers['if-none-match'] !== undefined && conditions !== 'ignored') {
      if (conditions === 'unknown')
        return said(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented')
      // Anybody may read here: no signature is needed.
      const there = await onward({ method: 'HEAD', url: pathOf(url), headers: { 'x-amz-date': '' } }, Buffer.alloc(0))
      if (there.status === 200)
        return said(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')
    }
    // It gets the signature of such a question wrong.
    if (/[?&]list-type=2/.test(url) && headers.authorization !== undefined)
      return onward({ method: 'GET', url, headers: { 'x-amz-date': '' } }, body)
    return onward(about, body)
  }

  const answer = async (about: AskedRequest, incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming)
    const plan = planned.find(({ kind, faults }) => faults.length > 0 && kind(about))
    const fault = plan?.faults.shift()
    if (fault !== undefined && fault in faults) return faults[fault as Fault](incoming, response)
    if (fault !== undefined && fault in refusals) return reply(response, said(...refusalOf(fault as Refusal)))
    if (fault === 'blank') return reply(response, { status: 200, headers: {}, body: Buffer.alloc(0) })
    const found = await serve(about, body)
    if (fault === 'lost') return incoming.socket.destroy()
    if (fault === 'corrupted') found.body[0] = (found.body[0] ?? 0) ^ 1
    reply(response, found)
  }

  const server = await startHttpServer((incoming, response) => {
    const about = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers }
    asked.push(about)
    const path = pathOf(about.url)
    const turn = (queues.get(path) ?? Promise.resolve()).then(() => answer(about, incoming, response))
    queues.set(
      path,
      turn.catch(() => incoming.socket.destroy()),
    )
  })
  return Object.assign(server, {
    asked,
    fail: (kind: (asked: AskedRequest) => boolean, ...faults: S3Fault[]) => void planned.push({ kind, faults }),
  })
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const pathOf = (url: string) => url.split('?')[0] ?? ''
const refusalOf = (name: Refusal): [number, string, string] => [refusals[name][0], name, refusals[name][1]]

const said = (status: number, code: string, message: string): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`),
})

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _, ...rest } = headers
  response.writeHead(status, { 'content-length': body.length, ...rest }).end(body)
}
