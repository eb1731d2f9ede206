import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Judge, Question, Verdict } from '../../src/judge/judge.ts'
import { reducerOf } from '../../src/judge/reduce.ts'
import type { Transcript } from '../../src/judge/vlm/transcript.ts'
import { composePreview, encodePng } from '../../src/media/preview.ts'
import { judgeAt, memory } from '../support/vlm/judge.ts'
import { CLOSE, type Disc, disc, FAR, questionOf, sideWith, WANTED } from '../support/vlm/pictures.ts'
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
  server.set({ temper: CALM })
})

const staged = () => judgeAt([server.url], { kind: 'multistage' })
let contracted: Judge | undefined
judgeContract(
  'the staged VlmJudge',
  () => {
    const judge = staged()
    const { recall } = memory()
    contracted ??= { id: judge.id, deterministic: false, judge: (asked, signal) => judge.judge(asked, signal, recall) }
    return contracted
  },
  questions,
)

/** A preview with a view of its own on every side. */
async function sideOf(...views: readonly (Disc | undefined)[]) {
  const pixels = views.map((view) => {
    const { rgba } = disc(view ?? { radius: 0, red: 0 })
    return Uint8Array.from({ length: (rgba.length / 4) * 3 }, (_, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)] as number)
  })
  return sideWith(await encodePng(composePreview(pixels, 32)))
}

const detailOf = (verdict: Verdict) =>
  (verdict.transcript as { detail: Record<string, unknown> & { s1: { choice: string } } }).detail
const reduced = (judge: Judge, verdict: Verdict) =>
  reducerOf(judge.id)?.(JSON.parse(JSON.stringify(verdict.transcript)) as unknown)

describe('the staged judge', () => {
  it('decides by the views alone where they are clear: eight calls, and one that explains', async () => {
    const judge = staged()
    expect(judge.id).toMatch(/^vlm-multistage\/1\+[0-9a-f]{32}$/)
    const before = server.bodies.length
    const verdict = await judge.judge(clear, never)
    expect(verdict).toMatchObject({ kind: 'decided', winner: 'left', pair: ['left', 'left'] })
    expect(detailOf(verdict)).toMatchObject({ decided_by: 's1', s1: { choice: 'left' } })
    const names = server.bodies.slice(before).map(({ response_format }) => response_format?.json_schema.name)
    // Discs look the same from all sides, so that the views are the same four pictures.
    expect(new Set(names)).toEqual(new Set(['front-match', 'explanation']))
    expect(server.bodies.at(-1)).toMatchObject({ seed: 107, temperature: 0 })
    expect(reduced(judge, verdict)).toMatchObject({ winner: 'left', pair: ['left', 'left'], seed: 7 })
  })

  it('asks voters and looks at the other sides where they are not', async () => {
    const judge = staged()
    server.set({ temper: { scale: 5 } })
    const before = server.bodies.length
    const verdict = await judge.judge(
      { ...clear, left: await sideOf(CLOSE, CLOSE, CLOSE, CLOSE), right: await sideOf(CLOSE, WANTED, CLOSE, CLOSE) },
      never,
    )
    expect(detailOf(verdict)).toMatchObject({ s1: { choice: 'draw' }, s2: {}, s4: {} })
    const names = server.bodies.slice(before).map(({ response_format }) => response_format?.json_schema.name)
    expect(new Set(names)).toEqual(
      new Set([
        'front-match',
        'explanation',
        'best-view',
        'artefact-compare',
        'checklist',
        'checklist-answers',
        'side-guard',
      ]),
    )
    const { measured } = verdict.transcript as Transcript
    expect(Object.keys(measured)).toHaveLength(8)
    expect(measured['right view 1']).toBeLessThan(measured['right view 0'] as number)
    expect(reduced(judge, verdict)).toMatchObject({ winner: (verdict as { winner: string }).winner })
  })

  it('lets nobody win with a front and nothing behind it', async () => {
    const judge = staged()
    // As good as the other from in front, and nothing to compare elsewhere but what contradicts itself.
    server.set({ temper: { firstBias: 1 } })
    const right = await sideOf(CLOSE, undefined, undefined, undefined)
    const verdict = await judge.judge({ ...clear, left: await sideOf(CLOSE, CLOSE, CLOSE, CLOSE), right }, never)
    expect(verdict).toMatchObject({ kind: 'decided', winner: 'left' })
    expect(detailOf(verdict)).toMatchObject({
      s1: { choice: 'draw' },
      s4: { choice: 'left', garbage: { left: 0, right: 3 } },
    })
  })

  it('is void where no view is answered', async () => {
    server.set({ temper: { refuses: 1 } })
    const judge = staged()
    const verdict = await judge.judge(clear, never)
    expect(verdict).toMatchObject({ kind: 'void', cause: 'no view was answered: refusal' })
    expect(reduced(judge, verdict)).toMatchObject({ winner: 'skipped', void: 'no view was answered: refusal' })
  })

  it('does without what single answers fail it', async () => {
    server.set({ temper: { seed: 'some', refuses: 0.2, chats: 0.1 } })
    const judge = staged()
    const verdict = await judge.judge(clear, never)
    expect(verdict).toMatchObject({ kind: 'decided', winner: 'left' })
    expect(reduced(judge, verdict)).toMatchObject({ winner: 'left' })
  })

  it('cannot judge what is no preview, and says so', async () => {
    await expect(staged().judge({ ...clear, left: sideWith(clear.prompt.image) }, never)).rejects.toMatchObject({
      code: 'refused',
    })
  })
})
