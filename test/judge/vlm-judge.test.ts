import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Judge, Question, Verdict } from '../../src/judge/judge.ts'
import { reducerOf } from '../../src/judge/reduce.ts'
import { PixelCanaryPictures } from '../../src/media/pixel-canary-pictures.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
import { startHttpServer } from '../support/file-server.ts'
import { judgeAt, memory } from '../support/vlm/judge.ts'
import { CLOSE, FAR, questionOf, sideWith, WANTED } from '../support/vlm/pictures.ts'
import { startVlmServer, type VlmServer } from '../support/vlm/server.ts'
import { CALM } from '../support/vlm/temper.ts'
import { judgeContract } from './contract.ts'

const never = new AbortController().signal
let server: VlmServer
const questions: Question[] = await Promise.all([
  questionOf('closer left', CLOSE, FAR),
  questionOf('closer right', FAR, WANTED),
  questionOf('equal', CLOSE, CLOSE),
])
const [clear] = questions as [Question]

beforeAll(async () => {
  server = await startVlmServer()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.set({ temper: CALM, schemas: true, limits: 0, fails: 0, disconnects: 0 })
})

/** Latency is no part of a verdict: what was answered before is remembered, as in a competition. */
const remembering = (): Judge => {
  const judge = judgeAt([server.url])
  const { recall } = memory()
  return { ...judge, id: judge.id, deterministic: false, judge: (asked, signal) => judge.judge(asked, signal, recall) }
}
let contracted: Judge | undefined
judgeContract('VlmJudge', () => (contracted ??= remembering()), questions)

const reduced = (judge: Judge, verdict: Verdict) =>
  reducerOf(judge.id)?.(JSON.parse(JSON.stringify(verdict.transcript)) as unknown)

describe('the penalty judge', () => {
  it('asks in both orders, and records all that the verdict follows from', async () => {
    const judge = judgeAt([server.url])
    const verdict = await judge.judge(clear, never)
    expect(verdict).toMatchObject({ kind: 'decided', winner: 'left', pair: ['left', 'left'] })
    const [one, other] = server.bodies.slice(-2).map(({ messages, ...rest }) => ({ rest, messages }))
    expect(one?.rest).toEqual(other?.rest)
    expect(one?.rest).toMatchObject({
      model: 'test/vlm',
      temperature: 0,
      seed: 7,
      max_tokens: 1024,
      response_format: { type: 'json_schema', json_schema: { name: 'judge-response', strict: true } },
    })
    const kinds = ((one?.messages[1]?.content ?? []) as { type: string }[]).map(({ type }) => type)
    expect(kinds).toEqual(['text', 'image_url', 'text', 'image_url', 'text', 'image_url', 'text'])
    const { calls, ...about } = verdict.transcript as { calls: Record<string, unknown>[] }
    expect(about).toMatchObject({
      judge: judge.id,
      identity: judge.identity,
      seed: 7,
      sha256: { prompt: sha256Hex(clear.prompt.image), left: sha256Hex(clear.left.png) },
    })
    expect(calls).toHaveLength(2)
    expect(calls[0]).toMatchObject({
      endpoint: server.url,
      tokens: { prompt: 1200, completion: 40 },
      fingerprint: 'fp_test',
      schema: true,
      latency_ms: expect.any(Number),
    })
    expect(reduced(judge, verdict)).toMatchObject({ winner: 'left', pair: ['left', 'left'], seed: 7 })
  })

  it('calls it a draw when a server always likes the first one', async () => {
    server.set({ temper: { firstBias: 1 } })
    const verdict = await judgeAt([server.url]).judge(clear, never)
    expect(verdict).toMatchObject({ winner: 'draw', pair: ['left', 'right'] })
  })

  it('cannot keep a server from obeying what is written in a picture; which is what canaries are for', async () => {
    const begging = await new PixelCanaryPictures().change(clear.right.png, 'lettered')
    const lettered = { ...clear, right: sideWith(begging) }
    expect(await judgeAt([server.url]).judge(lettered, never)).toMatchObject({ winner: 'left' })
    server.set({ temper: { obeys: true } })
    expect(await judgeAt([server.url]).judge(lettered, never)).toMatchObject({ winner: 'right' })
  })

  it.each([
    ['refuses', { refuses: 1 }, 'left first: refusal; right first: refusal'],
    ['is cut short', { truncates: 1 }, 'left first: cut short; right first: cut short'],
    ['chats', { chats: 1 }, 'left first: not JSON; right first: not JSON'],
  ])('is void, not a draw, where the model %s: after three attempts each', async (_, temper, cause) => {
    server.set({ temper })
    const judge = judgeAt([server.url])
    const before = server.bodies.length
    const verdict = await judge.judge(clear, never)
    expect(verdict).toMatchObject({ kind: 'void', cause })
    const attempts = server.bodies.slice(before).map(({ temperature, seed }) => `${seed}: ${temperature}`)
    expect(attempts.sort()).toEqual(['7: 0', '7: 0', '8: 0.15', '8: 0.15', '9: 0.2', '9: 0.2'])
    expect(reduced(judge, verdict)).toMatchObject({ winner: 'skipped', void: cause })
    const again = server.bodies.length
    await judge.judge({ ...clear, retry: 1 }, never)
    expect(
      server.bodies
        .slice(again)
        .map(({ seed }) => seed)
        .sort(),
    ).toEqual([10, 10, 11, 11, 12, 12])
  })

  it('asks without a schema where a server does not know them, and is as strict', async () => {
    server.set({ schemas: false })
    const judge = judgeAt([server.url])
    const verdict = await judge.judge(clear, never)
    expect(verdict).toMatchObject({ kind: 'decided', winner: 'left' })
    expect((verdict.transcript as { calls: unknown[] }).calls).toMatchObject([{ schema: false }, { schema: false }])
    expect(reduced(judge, verdict)).toMatchObject({ winner: 'left' })
  })

  it('sends addresses instead of pictures where that is wanted, and says when there are none', async () => {
    const judge = judgeAt([server.url], { images: 'urls' })
    const pictures = new Map([
      ['/prompt.png', clear.prompt.image],
      ['/left.png', clear.left.png],
      ['/right.png', clear.right.png],
    ])
    await using cdn = await startHttpServer((request, response) => response.end(pictures.get(request.url ?? '')))
    const published: Question = {
      ...clear,
      prompt: { ...clear.prompt, url: `${cdn.url}/prompt.png` },
      left: { ...clear.left, pngUrl: `${cdn.url}/left.png` },
      right: { ...clear.right, pngUrl: `${cdn.url}/right.png` },
    }
    const verdict = await judge.judge(published, never)
    expect(verdict).toMatchObject({ kind: 'decided', winner: 'left' })
    expect(JSON.stringify(server.bodies.at(-1))).not.toContain('data:')
    // What they are called does not matter: the record is about the pictures themselves.
    expect(reduced(judge, verdict)).toMatchObject({ winner: 'left' })
    expect(judge.id).not.toBe(judgeAt([server.url]).id)
    await expect(judge.judge(clear, never)).rejects.toMatchObject({ code: 'refused', where: 'judge.images' })
  })

  it('asks only what it has not been answered yet', async () => {
    const { recall, size } = memory()
    const judge = judgeAt([server.url])
    await judge.judge(clear, never, recall)
    expect(size()).toBe(2)
    const before = server.bodies.length
    await judge.judge(clear, never, recall)
    // The other way around it is the same two calls.
    await judge.judge({ ...clear, left: clear.right, right: clear.left }, never, recall)
    expect(server.bodies).toHaveLength(before)
  })
})
