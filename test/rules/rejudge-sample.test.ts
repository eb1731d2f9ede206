import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { rejudgeSample } from '../../src/rules/rejudge-sample.ts'
import fc from '../support/properties.ts'

/** As a stranger would write it from the description. */
function drawnAgain(seeds: readonly { round: number; seed: number }[], count: number, n: number): number[] {
  const root = seeds.map(({ round, seed }) => `${round}:${seed}`).join(',')
  let words: bigint[] = []
  let counter = 0
  const below = (size: number) => {
    const limit = (2n ** 64n / BigInt(size)) * BigInt(size)
    for (;;) {
      if (words.length === 0) {
        const tail = Buffer.alloc(4)
        tail.writeUInt32BE(counter++)
        const block = createHash('sha256').update(`${root}\0rejudge\0`).update(tail).digest()
        words = [0, 8, 16, 24].map((at) => block.readBigUInt64BE(at))
      }
      const word = words.shift()!
      if (word < limit) return Number(word % BigInt(size))
    }
  }
  const pool = Array.from({ length: count }, (_, i) => i)
  for (let i = 0; i < Math.min(n, count); i++) {
    const at = i + below(count - i)
    ;[pool[i], pool[at]] = [pool[at]!, pool[i]!]
  }
  return pool.slice(0, n)
}

const seedsOf = fc
  .array(fc.nat(), { minLength: 1, maxLength: 5 })
  .map((all) => all.map((seed, round) => ({ round, seed })))

describe('the duels that are judged again', () => {
  it('are the same for everybody', () => {
    fc.assert(
      fc.property(seedsOf, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 250 }), (seeds, count, n) => {
        const duels = Array.from({ length: count }, (_, i) => i)
        expect(rejudgeSample(seeds, duels, n)).toEqual(drawnAgain(seeds, count, n))
      }),
    )
  })

  it('are others when one more round is known', () => {
    const duels = Array.from({ length: 1000 }, (_, i) => i)
    const first = rejudgeSample([{ round: 0, seed: 5 }], duels, 20)
    const later = rejudgeSample(
      [
        { round: 0, seed: 5 },
        { round: 1, seed: 6 },
      ],
      duels,
      20,
    )
    expect(later).not.toEqual(first)
    expect(new Set(first).size).toBe(20)
  })

  it('are all of them when there are fewer', () => {
    expect(rejudgeSample([], ['a', 'b'], 9).sort()).toEqual(['a', 'b'])
    expect(rejudgeSample([], [], 9)).toEqual([])
  })
})
