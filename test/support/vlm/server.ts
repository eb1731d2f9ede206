/** An OpenAI-compatible server on this machine, with a made-up model behind it that looks at the pictures it is sent. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Eyes, fetchPicture } from './eyes.ts'
import { replyTo } from './replies.ts'
import { CALM, chance, type Mood, moodOf, type Temper } from './temper.ts'

export interface VlmServerOptions {
  readonly temper?: Partial<Temper>
  /** Takes every answer that long. */
  readonly slowMs?: number
  /** Sends away who asks while so many others wait. */
  readonly maxWaiting?: number
  /** Of the first asking of a question: shares that are sent away, fail, or break off in the middle of the answer. */
  readonly limits?: number
  readonly fails?: number
  readonly disconnects?: number
  /** What `Retry-After` says, in seconds. */
  readonly retryAfter?: number
  /** Whether it knows `response_format`. */
  readonly schemas?: boolean
  readonly apiKey?: string
  /** Told when a question came in, before it is answered; the number is that of questions so far. */
  onQuestion?(count: number): void
}

export interface VlmServer extends AsyncDisposable {
  readonly url: string
  /** How often each question came in, and how often it was answered to the end; by the digest of what was sent. */
  readonly asked: ReadonlyMap<string, number>
  readonly answered: ReadonlyMap<string, number>
  /** The most that it had at once. */
  readonly busiest: number
  /** Bodies of the last questions, newest last. */
  readonly bodies: readonly ChatBody[]
  /** Changes what it does from now on. */
  set(options: Partial<VlmServerOptions>): void
}

interface ChatPart {
  readonly type: string
  readonly text?: string
  readonly image_url?: { readonly url: string }
}
export interface ChatBody {
  readonly model: string
  readonly temperature: number
  readonly seed: number
  readonly max_tokens: number
  readonly messages: readonly { readonly role: string; readonly content: string | readonly ChatPart[] }[]
  readonly response_format?: { readonly json_schema: { readonly name: string } }
}

export async function startVlmServer(initial: VlmServerOptions = {}): Promise<VlmServer> {
  let options = initial
  const [asked, answered] = [new Map<string, number>(), new Map<string, number>()]
  const bodies: ChatBody[] = []
  const eyes = new Eyes()
  let [waiting, busiest, count] = [0, 0, 0]

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return fail(response, 404, 'not found')
    const { apiKey, schemas = true, maxWaiting = Number.POSITIVE_INFINITY } = options
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`)
      return fail(response, 401, 'wrong key')
    const text = Buffer.concat(await request.toArray()).toString('utf8')
    const body = JSON.parse(text) as ChatBody
    const digest = createHash('sha256').update(text).digest('hex')
    if (!schemas && body.response_format) return fail(response, 400, 'response_format is not supported')
    if (waiting > maxWaiting) return limit(response)
    const times = (asked.get(digest) ?? 0) + 1
    asked.set(digest, times)
    bodies.push(body)
    options.onQuestion?.(++count)
    const temper = { ...CALM, ...options.temper }
    if (times === 1) {
      const x = chance(temper.seed, digest, 'line')
      const { limits = 0, fails = 0, disconnects = 0 } = options
      if (x < limits) return limit(response)
      if (x < limits + fails) return fail(response, 503, 'overloaded')
      if (x < limits + fails + disconnects) return breakOff(response)
    }
    if (options.slowMs !== undefined) await new Promise((resolve) => setTimeout(resolve, options.slowMs))
    const said = await answerOf(body, digest, temper)
    response.on('finish', () => answered.set(digest, (answered.get(digest) ?? 0) + 1))
    json(response, 200, completion(body.model, said))
  }

  function limit(response: ServerResponse): void {
    response.setHeader('retry-after', String(options.retryAfter ?? 0))
    fail(response, 429, 'too many requests')
  }

  async function answerOf(body: ChatBody, digest: string, temper: Temper): Promise<Said> {
    const parts = body.messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content))
    const urls = parts.flatMap(({ image_url }) => (image_url === undefined ? [] : [image_url.url]))
    const pictures = await Promise.all(urls.map(fetchPicture))
    const reply = await replyTo(body.response_format?.json_schema.name, pictures, eyes, temper, digest)
    return said(moodOf(temper, digest), JSON.stringify(reply))
  }

  const server = createServer((request, response) => {
    waiting += 1
    busiest = Math.max(busiest, waiting)
    handle(request, response)
      .catch((error: unknown) => fail(response, 400, String(error)))
      .finally(() => {
        waiting -= 1
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    answered,
    get busiest() {
      return busiest
    },
    bodies,
    set(changes) {
      options = { ...options, ...changes }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Said {
  readonly content: string | null
  readonly refusal: string | null
  readonly finish_reason: string
}

function said(mood: Mood, content: string): Said {
  if (mood === 'refuse') return { content: null, refusal: 'I cannot help with that.', finish_reason: 'stop' }
  if (mood === 'truncate')
    return { content: content.slice(0, content.length / 2), refusal: null, finish_reason: 'length' }
  if (mood === 'chat') return { content: 'The first one is rather nice.', refusal: null, finish_reason: 'stop' }
  return { content, refusal: null, finish_reason: 'stop' }
}

const completion = (model: string, { finish_reason, ...message }: Said) => ({
  id: 'chatcmpl-0',
  object: 'chat.completion',
  created: 0,
  model,
  system_fingerprint: 'fp_test',
  choices: [{ index: 0, finish_reason, message: { role: 'assistant', ...message } }],
  usage: { prompt_tokens: 1200, completion_tokens: 40, total_tokens: 1240 },
})

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

function fail(response: ServerResponse, status: number, message: string): void {
  if (!response.headersSent) json(response, status, { error: { message, type: 'error', code: null } })
}

/** Half an answer, and then nothing. */
function breakOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"id": "chatcmpl-0", "choices": [{"mess', () => response.destroy())
}
