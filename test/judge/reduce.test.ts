import { describe, expect, it } from 'vitest'
import { OfflineJudge } from '../../src/judge/offline-judge.ts'
import { reducerOf } from '../../src/judge/reduce.ts'
import { sha256Hex } from '../../src/rules/digest.ts'

const judge = new OfflineJudge({ distance: async (a, b) => Math.abs(a[0]! - b[0]!) / 255 })
const side = (brightness: number) => ({ modelSha256: '', modelUrl: '', png: Uint8Array.of(brightness) })

async function asked(prompt: number, left: number, right: number) {
  const image = Uint8Array.of(prompt)
  const question = { seed: 1, prompt: { name: 'p', url: '', image }, left: side(left), right: side(right) }
  const verdict = await judge.judge(question, new AbortController().signal)
  if (verdict.kind === 'void') throw new Error(verdict.cause)
  return { ...verdict, transcript: JSON.parse(JSON.stringify(verdict.transcript)) as Record<string, unknown> }
}

describe('the offline judge’s record', () => {
  const reduce = reducerOf(judge.id)!

  it.each([
    [100, 110, 160],
    [100, 0, 90],
    [100, 90, 110],
    [100, 110, 112],
  ])('leads to the verdict again: prompt %i, left %i, right %i', async (prompt, left, right) => {
    const { winner, transcript } = await asked(prompt, left, right)
    expect(reduce(transcript)).toEqual({
      winner,
      pictures: {
        prompt: sha256Hex(Uint8Array.of(prompt)),
        left: sha256Hex(Uint8Array.of(left)),
        right: sha256Hex(Uint8Array.of(right)),
      },
      measured: transcript.distances,
    })
  })

  it.each<[string, Record<string, unknown>]>([
    ['of another judge', { judge: 'another/1' }],
    ['with a tolerance of somebody’s choice', { tolerance: 1 }],
    ['without distances', { distances: undefined }],
    ['with a distance that is none', { distances: { left: -1, right: 0 } }],
    ['with digests that are none', { sha256: { prompt: 'x', left: 'y', right: 'z' } }],
  ])('is refused %s', async (_, change) => {
    const { transcript } = await asked(100, 110, 160)
    expect(() => reduce({ ...transcript, ...change })).toThrow(expect.objectContaining({ code: 'refused' }))
  })

  it.each([null, 'text', [], 5])('is not %j', (transcript) => {
    expect(() => reduce(transcript)).toThrow(expect.objectContaining({ code: 'refused' }))
  })
})
