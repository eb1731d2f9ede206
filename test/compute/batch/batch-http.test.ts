import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { MinerHttp } from '../../../src/compute/miner-http.ts'
import type { Batch, BatchGeneration } from '../../../src/compute/pods.ts'
import { SystemClock } from '../../../src/engine/system-clock.ts'
import { type HttpTestServer, startHttpServer } from '../../support/file-server.ts'
import { zip } from '../../support/zip.ts'

const never = new AbortController().signal
const SECRET = 'a-secret-of-ours'
const batch: Batch = {
  prompts: ['p1', 'p2'].map((stem) => ({ stem, url: `https://prompts.test/${stem}.png` })),
  ...{ seed: 7, extensions: ['glb'], maxModelBytes: 1000, maxSeconds: 20 },
}
const archive = zip([
  { name: 'p1.glb', bytes: Buffer.from('a model') },
  { name: '_failed.json', bytes: Buffer.from(JSON.stringify({ p2: `no: ${SECRET}` })) },
])

type Answer = number | string | Buffer | 'cut' | 'silence'
/** What it says, one answer after another; the last one from then on. */
interface Script {
  readonly status?: readonly Answer[]
  readonly generate?: readonly Answer[]
  readonly results?: readonly Answer[]
}

let server: HttpTestServer
let seen: string[] = []
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  seen = []
})

const status = (name: string, progress?: number) =>
  JSON.stringify({ status: name, ...(progress !== undefined && { progress }) })

async function ask(
  script: Script,
  changes: Partial<Batch> = {},
  signal = never,
  url?: string,
): Promise<BatchGeneration> {
  const left = {
    '/status': [...(script.status ?? [status('ready'), status('complete')])],
    '/generate': [...(script.generate ?? ['{"accepted": 2}'])],
    '/results': [...(script.results ?? [archive])],
  }
  server = await startHttpServer(async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://image')
    seen.push(`${request.method} ${pathname}${search} ${await text(request)}`.trim())
    const answers = left[pathname as keyof typeof left]
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer === 'silence') return
    if (typeof answer === 'number') return void response.writeHead(answer).end(`no: ${SECRET}`)
    if (answer !== 'cut') return void response.end(answer)
    response.writeHead(200, { 'content-length': '10000' }).write('half of it', () => response.destroy())
  })
  const pauses = { tries: 3, retryMs: () => 5, lookEveryMs: () => 5, unreachableMs: 50, questionMs: 5000 }
  const limits = { maxBytes: 0, generateMs: 0, healthMs: 5000, startMs: 5000, healthEveryMs: 5, batch: pauses }
  const http = new MinerHttp(url ?? server.url, new SystemClock(), limits, { authorization: `Bearer ${SECRET}` })
  try {
    return await http.generateBatch({ ...batch, ...changes }, signal)
  } finally {
    await http.close()
  }
}

describe('a batch', () => {
  it('is sent, waited for, and fetched; what passes is tried again', async () => {
    const made: number[] = []
    const got = await ask(
      {
        status: [503, status('warming_up'), status('ready'), status('generating', 1), 'no JSON', status('complete')],
        generate: [429, 'cut', '{"accepted": 2}'],
        results: [503, 'cut', archive],
      },
      { replacements: () => 3, progress: (done) => made.push(done) },
    )
    if (!got.ok) throw new Error(got.detail)
    await using results = got.results
    expect([...results.delivered]).toEqual([['p1', 'glb']])
    expect([...results.failed]).toEqual([['p2', 'no: ***']])
    const model = await results.take('p1', (chunks) => Array.fromAsync(chunks))
    expect(model.ok && Buffer.concat(model.value).toString()).toBe('a model')
    const body =
      '{"prompts":[{"stem":"p1","image_url":"https://prompts.test/p1.png"},{"stem":"p2","image_url":"https://prompts.test/p2.png"}],"seed":7}'
    expect(seen.filter((each) => each.startsWith('POST'))).toEqual(Array(3).fill(`POST /generate ${body}`))
    expect(seen).toContain('GET /status?replacements_remaining=3')
    expect(made).toEqual([1])
  })

  it('has a time limit, from its beginning to the last byte', async () => {
    const late = { fault: 'image', stalled: true, detail: 'batch-late: no models of 2 prompts within 0.1 s' }
    expect(await ask({ status: [status('ready'), status('generating')] }, { maxSeconds: 0.1 })).toMatchObject(late)
    await server[Symbol.asyncDispose]()
    expect(await ask({ results: ['silence'] }, { maxSeconds: 0.1 })).toMatchObject(late)
  })

  it('ends when we are told to stop', async () => {
    const stop = new AbortController()
    const progress = () => stop.abort()
    const asked = ask({ status: [status('ready'), status('generating', 1)] }, { progress }, stop.signal)
    await expect(asked).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('an image', () => {
  it.each<[string, Script, object]>([
    ['is busy', { generate: [409] }, { fault: 'image', status: 409, detail: 'batch-refused: status 409: no: ***' }],
    [
      'takes half',
      { generate: ['{"accepted": 1}'] },
      { fault: 'image', detail: 'batch-refused: it accepted 1 of 2 prompts' },
    ],
    ['says nothing that makes sense', { generate: ['fine'] }, { fault: 'image', detail: /nobody knows how many of 2/ }],
    ['refuses again and again', { generate: [500] }, { fault: 'image', status: 500 }],
    ['wants another machine', { status: [status('ready'), status('replace')] }, { requested: true }],
    ['wants one before it is asked', { status: [status('replace')] }, { requested: true }],
    [
      'forgets',
      { status: [status('ready')] },
      { fault: 'image', detail: /^batch-unclear: .* as if nobody had asked it/ },
    ],
    ['is lost for words', { status: [status('ready'), '[]'] }, { fault: 'image', detail: /makes no sense: \[\]/ }],
    ['is behind a gateway', { status: [status('ready'), 502] }, { fault: 'image', status: 502 }],
    ['breaks connections', { status: [status('ready'), 'cut'] }, { fault: 'infrastructure' }],
    ['breaks them at the end', { results: ['cut'] }, { fault: 'infrastructure' }],
    ['has no results', { results: [409] }, { status: 409, detail: /^batch-withheld: / }],
    ['sends a page', { results: ['<html>'] }, { fault: 'image', detail: /^archive-damaged: / }],
    ['sends too much', { results: [Buffer.alloc(2 ** 21)] }, { fault: 'image', detail: /^archive-too-large: / }],
  ])('that %s fails, with the reason', async (_, script, failure) => {
    const got = await ask(script)
    expect(got).toMatchObject({ ok: false, seconds: expect.any(Number) })
    const says = Object.entries(failure).map(([key, value]) => [key, value instanceof RegExp ? expect.stringMatching(value) : value]) // biome-ignore format: a field a time
    expect(got).toMatchObject(Object.fromEntries(says))
    expect(JSON.stringify(got)).not.toContain(SECRET)
  })

  it('where nobody is, is nobody’s fault', async () => {
    expect(await ask({}, {}, never, 'http://127.0.0.1:1')).toMatchObject({ ok: false, fault: 'infrastructure' })
    expect(seen).toEqual([])
  })

  it('that says no at once is asked once', async () => {
    await ask({ generate: [409] })
    expect(seen.filter((each) => each.startsWith('POST'))).toHaveLength(1)
  })
})
