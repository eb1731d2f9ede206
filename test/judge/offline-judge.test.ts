import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../src/errors.ts'
import type { Question } from '../../src/judge/judge.ts'
import { OfflineJudge } from '../../src/judge/offline-judge.ts'
import { closerSide } from '../../src/judge/similarity.ts'
import fc from '../support/properties.ts'
import { judgeContract } from './contract.ts'

const never = new AbortController().signal
/** Pictures of one pixel: the distance is the difference in brightness. */
const picture = (brightness: number) => Uint8Array.of(brightness)
const distance = async (a: Uint8Array, b: Uint8Array) => {
  if (a[0] === undefined || b[0] === undefined) throw new RoundkeeperError('refused', 'no picture')
  return Math.abs(a[0] - b[0]) / 255
}
const side = (png: Uint8Array) => ({ modelSha256: '0'.repeat(64), modelUrl: 'https://cdn.example/m.glb', png })
const question = (name: string, prompt: Uint8Array, left: Uint8Array, right: Uint8Array): Question => ({
  seed: 1,
  prompt: { name, url: 'https://cdn.example/p.png', image: prompt },
  left: side(left),
  right: side(right),
})

judgeContract('OfflineJudge', () => new OfflineJudge({ distance }), [
  question('closer left', picture(100), picture(110), picture(160)),
  question('closer right', picture(100), picture(0), picture(90)),
  question('equally far', picture(100), picture(90), picture(110)),
  question('nearly equally far', picture(100), picture(110), picture(112)),
])

describe('OfflineJudge', () => {
  it('lets the closer side win, and records what follows from what', async () => {
    const judge = new OfflineJudge({ distance, tolerance: 0.1 })
    const verdict = await judge.judge(question('x', picture(0), picture(51), picture(102)), never)
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(verdict).toEqual({
      kind: 'decided',
      winner: 'left',
      issues:
        'Compared by image similarity to the prompt, not by a vision-language model: distance 0.2000 left, 0.4000 right.',
      transcript: {
        judge: 'offline-similarity/1',
        distances: { left: 0.2, right: 0.4 },
        tolerance: 0.1,
        sha256: { prompt: sha256(picture(0)), left: sha256(picture(51)), right: sha256(picture(102)) },
      },
    })
  })

  it.each([
    ['preview', question('x', picture(0), picture(1), new Uint8Array())],
    ['prompt', question('x', new Uint8Array(), picture(1), picture(2))],
  ])('is nobody’s loss when the %s cannot be read', async (_, asked) => {
    const verdict = await new OfflineJudge({ distance }).judge(asked, never)
    expect(verdict).toEqual({ kind: 'void', cause: 'the pictures of x cannot be compared: no picture' })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('is void when a distance is %s', async (value) => {
    const judge = new OfflineJudge({ distance: async () => value })
    const verdict = await judge.judge(question('x', picture(0), picture(1), picture(2)), never)
    expect(verdict.kind).toBe('void')
  })
})

describe('closerSide', () => {
  const distances = fc.record({
    left: fc.double({ min: 0, max: 2, noNaN: true }),
    right: fc.double({ min: 0, max: 2, noNaN: true }),
  })
  const tolerance = fc.double({ min: 0, max: 0.5, noNaN: true })

  it('is a draw exactly within the tolerance, and else the smaller one', () => {
    expect(closerSide({ left: 0.5, right: 0.25 }, 0.25)).toBe('draw')
    expect(closerSide({ left: 0.5, right: 0.25 }, 0.2)).toBe('right')
    expect(closerSide({ left: 0.25, right: 0.5 }, 0.2)).toBe('left')
  })

  it('mirrors when the sides are swapped', () => {
    fc.assert(
      fc.property(distances, tolerance, ({ left, right }, within) => {
        const mirrored = { left: 'right', right: 'left', draw: 'draw' } as const
        expect(closerSide({ left: right, right: left }, within)).toBe(mirrored[closerSide({ left, right }, within)])
      }),
    )
  })
})
