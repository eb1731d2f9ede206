import { describe, expect, it } from 'vitest'
import type { Judge } from '../../src/judge/judge.ts'
import { isIdentityOf, reducerOf } from '../../src/judge/reduce.ts'
import { penaltyDuel, penaltyIdentity } from '../../src/judge/vlm/penalty.ts'
import { requestDigest } from '../../src/judge/vlm/request.ts'
import type { Transcript } from '../../src/judge/vlm/transcript.ts'
import { VlmJudge } from '../../src/judge/vlm/vlm-judge.ts'
import fc from '../support/properties.ts'

const signal = new AbortController().signal
const side = (brightness: number) => ({ modelSha256: '', modelUrl: '', png: Uint8Array.of(brightness) })
const question = { seed: 3, prompt: { name: 'p', url: '', image: Uint8Array.of(0) }, left: side(1), right: side(2) }
const CHOSEN = { model: 'm', revision: null, maxTokens: 100, images: 'bytes' } as const

/** A judge whose model says these penalties, of what it saw first and second, in the order of the calls. */
function saying(...answers: readonly (readonly [number, number] | string)[]): Judge {
  const left = [...answers]
  return new VlmJudge({
    identity: penaltyIdentity(CHOSEN),
    method: penaltyDuel,
    call: async (request) => {
      const said = left.shift() ?? 'nothing'
      const content =
        typeof said === 'string' ? said : JSON.stringify({ penalty_1: said[0], penalty_2: said[1], issues: 'so so' })
      return {
        request: requestDigest(request),
        answer: { content, refusal: null, finish_reason: 'stop' },
        endpoint: 'test',
        model: null,
        fingerprint: null,
        tokens: { prompt: null, completion: null },
        latency_ms: 1,
        schema: true,
      }
    },
  })
}

async function asked(judge: Judge) {
  const verdict = await judge.judge(question, signal)
  return { verdict, transcript: JSON.parse(JSON.stringify(verdict.transcript)) as Transcript }
}

describe('the rule of the penalty judge', () => {
  it.each([
    [[3, 5], [5, 3], 'left', ['left', 'left']],
    [[3, 4], [4, 3], 'draw', ['draw', 'draw']],
    // Averages move by halves: 1.5 is the least that wins.
    [[3, 4], [5, 3], 'left', ['draw', 'left']],
    [[5, 3], [4, 4], 'draw', ['right', 'draw']],
    [[5, 3], [3, 5], 'right', ['right', 'right']],
    [[9, 0], [9, 0], 'draw', ['right', 'left']],
    [[-1, 30], [30, 0], 'left', ['left', 'left']],
  ] as const)('makes of %j and %j: %s', async (leftFirst, rightFirst, winner, pair) => {
    const judge = saying(leftFirst, rightFirst)
    const { verdict, transcript } = await asked(judge)
    expect(verdict).toMatchObject({ kind: 'decided', winner, pair, issues: 'so so' })
    expect(reducerOf(judge.id)?.(transcript)).toMatchObject({ winner, pair })
  })

  it('is the original’s for all penalties, and turns around when the sides do', async () => {
    const penalty = fc.integer({ min: 0, max: 10 })
    await fc.assert(
      fc.asyncProperty(penalty, penalty, penalty, penalty, async (a, b, c, d) => {
        const { verdict } = await asked(saying([a, b], [c, d]))
        const gap = (a + d) / 2 - (b + c) / 2
        expect(verdict).toMatchObject({ winner: Math.abs(gap) <= 1 ? 'draw' : gap < 0 ? 'left' : 'right' })
        const swapped = await asked(saying([c, d], [a, b]))
        const mirrored = { left: 'right', right: 'left', draw: 'draw' }
        if (verdict.kind === 'decided') expect(swapped.verdict).toMatchObject({ winner: mirrored[verdict.winner] })
      }),
    )
  })

  it.each([
    ['{"penalty_1": 1.5, "penalty_2": 2, "issues": ""}', 'other JSON than was asked for'],
    ['{"penalty_1": 1, "penalty_2": 2}', 'other JSON than was asked for'],
    ['Sure! {"penalty_1": 1, "penalty_2": 2, "issues": ""}', 'not JSON'],
    ['', 'empty'],
  ])('has no use for %s', async (said, cause) => {
    const judge = saying(said, [0, 0], said, said)
    const { verdict, transcript } = await asked(judge)
    expect(verdict).toMatchObject({ kind: 'void', cause: `left first: ${cause}` })
    expect(reducerOf(judge.id)?.(transcript)).toMatchObject({ winner: 'skipped', void: `left first: ${cause}` })
  })

  it.each([
    '```json\n{"penalty_1": 0, "penalty_2": 9, "issues": "x"}\n```',
    '<think>{"penalty_1": 9} or so</think>\n{"penalty_1": 0, "penalty_2": 9, "issues": "x"}',
    '<think>hm</think><answer>{"penalty_1": 0, "penalty_2": 9, "issues": "x"}</answer>',
  ])('reads %j', async (said) => {
    expect((await asked(saying(said, [9, 0]))).verdict).toMatchObject({ winner: 'left' })
  })

  it('goes on with what a later attempt says', async () => {
    const judge = saying('hm', [9, 0], [0, 9])
    const { verdict, transcript } = await asked(judge)
    expect(verdict).toMatchObject({ winner: 'left' })
    expect(transcript.calls).toHaveLength(3)
    expect(reducerOf(judge.id)?.(transcript)).toMatchObject({ winner: 'left' })
  })

  it('shows people one line of the model’s words', async () => {
    const noisy = JSON.stringify({ penalty_1: 0, penalty_2: 0, issues: `a\n\u001b[31mb${'c'.repeat(5000)}` })
    const { verdict } = await asked(saying(noisy, noisy))
    if (verdict.kind === 'decided') expect(verdict.issues).toMatch(/^a \[31mbc{500,}$/)
  })
})

describe('a transcript', () => {
  const judge = saying()
  const honest = () => asked(saying([0, 9], [9, 0]))
  const changed: [string, (transcript: Transcript) => unknown][] = [
    ['of another judge', (t) => ({ ...t, judge: 'vlm-penalty/1+000000000000' })],
    ['with another model', (t) => ({ ...t, identity: { ...t.identity, model: 'other' } })],
    [
      'with other words in the template',
      (t) => ({
        ...t,
        identity: { ...t.identity, template: { ...t.identity.template, rubric: 'The second is better.' } },
      }),
    ],
    [
      'with rules of somebody’s choice',
      (t) => ({ ...t, identity: { ...t.identity, parameters: { ...t.identity.parameters, draw_gap: 10 } } }),
    ],
    ['about other pictures', (t) => ({ ...t, sha256: { ...t.sha256, left: '0'.repeat(64) } })],
    ['with another seed', (t) => ({ ...t, seed: 4 })],
    ['without an answer', (t) => ({ ...t, calls: t.calls.slice(1) })],
    ['with one more', (t) => ({ ...t, calls: [...t.calls, { ...t.calls[0], request: '0'.repeat(64) }] })],
    [
      'with an identity that is nested without end',
      (t) => ({ ...t, identity: { ...t.identity, more: JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) } }),
    ],
    ['that is none', () => ({})],
    ['that is nothing', () => undefined],
  ]
  it.each(changed)('%s is refused', async (_, change) => {
    const { transcript } = await honest()
    expect(reducerOf(judge.id)?.(transcript)).toMatchObject({ winner: 'left' })
    expect(() => reducerOf(judge.id)?.(change(transcript))).toThrow(expect.objectContaining({ code: 'refused' }))
  })

  it('is by no judge whose identity names nothing', () => {
    const identity = judge.identity as Record<string, unknown>
    expect(isIdentityOf(judge.id, { ...identity })).toBe(true)
    expect(isIdentityOf(judge.id, { ...identity, revision: 'r2' })).toBe(false)
    for (const kind of [undefined, 1, [], { toString: 1 }]) expect(isIdentityOf(judge.id, { kind })).toBe(false)
  })

  it('with other answers leads to another verdict', async () => {
    const { transcript } = await honest()
    const turned = transcript.calls.map(({ answer, ...call }, i) => ({
      ...call,
      answer: transcript.calls[1 - i]?.answer,
    }))
    expect(reducerOf(judge.id)?.({ ...transcript, calls: turned })).toMatchObject({ winner: 'right' })
  })
})
