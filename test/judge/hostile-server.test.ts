import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { lenient, penaltiesSchema } from '../../src/judge/vlm/multistage/lenient.ts'
import { OpenAiEndpoint } from '../../src/judge/vlm/openai-endpoint.ts'
import { plain, readAnswer } from '../../src/judge/vlm/read-answer.ts'
import { text, type VlmRequest } from '../../src/judge/vlm/request.ts'
import { cpuMs } from '../support/cpu-time.ts'

const never = new AbortController().signal
const KEY = 'sk-0123456789abcdef'
const REQUEST: VlmRequest = {
  model: 'm',
  temperature: 0,
  max_tokens: 16,
  seed: 1,
  messages: [
    { role: 'system', content: 's' },
    { role: 'user', content: [text('t')] },
  ],
  response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema: {} } },
}
const GOOD = JSON.stringify({ choices: [{ finish_reason: 'stop', message: { content: '{}' } }] })

describe('a model server that is hostile, or broken', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async function asked(listener: RequestListener, { key = KEY, timeoutMs = 30_000 } = {}) {
    const url = await serve(listener)
    const options = { concurrency: 1, timeoutMs, images: 'bytes', apiKey: () => key } as const
    return new OpenAiEndpoint({ url, ...options }).ask(REQUEST, new Map(), never)
  }

  const answers = (status: number, body: string, type = 'application/json'): RequestListener => {
    return (_, response) => response.writeHead(status, { 'content-type': type }).end(body)
  }

  /** Headers, and then a blank now and then. */
  const drips = (status: number): RequestListener => {
    return (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    }
  }

  it.each([
    ['an answer that never ends', drips(200)],
    ['an error that never ends', drips(400)],
  ])('%s is given up in time', async (_, listener) => {
    const reply = await asked(listener, { timeoutMs: 500 })
    expect(reply).toMatchObject({ kind: 'failed', detail: expect.stringMatching(/timed out/) })
  })

  it('an answer of any length is read no further than it may be', async () => {
    let sent = 0
    const flood: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const block = Buffer.alloc(2 ** 18, ' ')
      const more = () => {
        do sent += block.length
        while (!response.destroyed && response.write(block))
      }
      response.on('drain', more)
      more()
    }
    expect(await asked(flood)).toMatchObject({ kind: 'failed', detail: expect.stringMatching(/more than \d+ bytes/) })
    expect(sent).toBeLessThan(64 * 2 ** 20)
  })

  it.each([302, 307, 308])('HTTP %d leads nowhere', async (status) => {
    const seen: string[] = []
    const inside = await serve((request, response) => {
      seen.push(request.url ?? '')
      answers(200, GOOD)(request, response)
    })
    const reply = await asked((_, response) => response.writeHead(status, { location: `${inside}/meta-data` }).end())
    expect(reply).toMatchObject({ kind: 'failed', detail: expect.stringMatching(/redirect/) })
    expect(seen).toEqual([])
  })

  it.each([400, 401, 404, 429, 500])('HTTP %d with our key in it tells nobody', async (status) => {
    const reply = await asked(({ headers }, response) => {
      const error = { message: `bad \u001b[31m\nkey ${headers.authorization}` }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
    })
    const said = JSON.stringify(reply)
    expect(said).not.toContain(KEY)
    expect(said).not.toMatch(/\\u001b|\\n/)
  })

  it('an answer with our key in it is kept without, and long names are cut', async () => {
    const reply = await asked(({ headers }, response) => {
      const message = { content: `I was sent ${headers.authorization}`, refusal: headers.authorization }
      const body = { model: 'm'.repeat(5000), system_fingerprint: KEY, choices: [{ message }] }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    expect(reply).toMatchObject({
      kind: 'answered',
      answer: { content: 'I was sent Bearer [key]' },
      model: 'm'.repeat(200),
    })
    expect(JSON.stringify(reply)).not.toContain(KEY)
  })

  it('a key that no header can hold is not told', async () => {
    const reply = await asked(answers(200, GOOD), { key: 'sk-first\nsecond' })
    expect(reply.kind).toBe('failed')
    expect(JSON.stringify(reply)).not.toMatch(/sk-first|second/)
  })

  it.each([
    ['an error in place of an answer', answers(200, '{"error": {"message": "no"}}')],
    ['a page', answers(200, '<html>', 'text/html')],
    ['nothing', answers(200, '')],
    ['null', answers(200, 'null')],
    ['half of it', answers(200, '{"choices": [')],
    ['a message that is null', answers(200, '{"choices": [{"message": null}]}')],
    ['a stream', answers(200, 'data: {}\n\n', 'text/event-stream')],
  ])('200 with %s says nothing about the question', async (_, listener) => {
    expect(await asked(listener)).toMatchObject({ kind: 'failed' })
  })

  it('an account without money is no verdict either', async () => {
    const broke = answers(402, '{"error": {"message": "no credits"}}')
    expect(await asked(broke)).toEqual({ kind: 'closed', detail: 'HTTP 402: no credits', unauthorised: true })
  })
})

describe('an answer', () => {
  const answer = (content: string) => ({ content, refusal: null, finish_reason: 'stop' })

  it.each([
    ['blank lines in a fence that stays open', `\`\`\`${'\n'.repeat(99_000)}x`],
    ['blank lines in a fence', `\`\`\`${'\n'.repeat(99_000)}x\`\`\``],
    ['blanks in a fence that stays open', `\`\`\`json${' '.repeat(99_000)}x`],
    ['fences without end', '``` '.repeat(24_000)],
    ['thoughts without end', '<think>'.repeat(14_000)],
    ['braces and commas', `{${', '.repeat(49_000)}}`],
  ])('of %s is read at once', async (_, content) => {
    const read = () => expect([...plain(content), ...lenient(content)].length).toBeGreaterThan(1)
    expect(await cpuMs(read)).toBeLessThan(2000)
  })

  it.each([
    ['```json\n{"penalty_1": 1, "penalty_2": 2}\n```', true],
    ['```\n\n{"penalty_1": 1,\n"penalty_2": 2}\n\n  ```', true],
    ['```json \n{"penalty_1": 1, "penalty_2": 2}\n```', true],
    ['```json\n{"penalty_1": 1, "penalty_2": 2}```', false],
    ['```yaml\n{"penalty_1": 1, "penalty_2": 2}\n```', false],
    ['{"penalty_1": 1e400, "penalty_2": 2}', false],
    ['{"penalty_1": NaN, "penalty_2": 2}', false],
    ['{"penalty_1": 1.5e308, "penalty_2": 2}', false],
  ])('%j is read: %s', (content, ok) => {
    expect(readAnswer(answer(content), penaltiesSchema).ok).toBe(ok)
  })
})
