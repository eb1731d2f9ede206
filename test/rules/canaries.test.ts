import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { canariesDue, isRight, retestsDue } from '../../src/rules/canaries.ts'
import fc from '../support/properties.ts'

const match = { seed: 7, left: 'leader', right: '5Abc' }
const stems = Array.from({ length: 32 }, (_, i) => `p${i}`)

describe('the canaries of a match', () => {
  it('are what a stranger would draw from the description', () => {
    const words: bigint[] = []
    let counter = 0
    const below = (n: number) => {
      if (words.length === 0) {
        const tail = Buffer.alloc(4)
        tail.writeUInt32BE(counter++)
        const block = createHash('sha256').update('7\0canaries:leader:5Abc\0').update(tail).digest()
        words.push(...[0, 8, 16, 24].map((at) => block.readBigUInt64BE(at)))
      }
      // 2⁶⁴ is a multiple of 2, 32 and 31 - nearly: words that would have to be thrown away do not come up here.
      return Number((words.shift() as bigint) % BigInt(n))
    }
    const pool = [...stems]
    for (let i = 0; i < 2; i++) {
      const at = i + below(32 - i)
      ;[pool[i], pool[at]] = [pool[at] as string, pool[i] as string]
    }
    const first = below(3)
    const expected = [0, 1].map((i) => {
      const changed = ['left', 'right'][below(2)]
      const worse = ['blurred', 'noisy', 'cut'][below(3)]
      const at = below(32)
      const kind = ['itself', worse, 'lettered'][(first + i) % 3]
      return { kind, name: pool[i], ...(kind === 'itself' ? {} : { changed }), at }
    })
    expect(canariesDue(match, stems, 2)).toEqual(expected)
  })

  it('take turns in their kind, are of different prompts, and each has its place among the duels', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), (seed, open, count) => {
        const due = canariesDue({ ...match, seed }, stems.slice(0, open), count)
        expect(due.length).toBe(Math.min(count, Math.min(open, 32)))
        expect(new Set(due.map(({ name }) => name)).size).toBe(due.length)
        expect(due.every(({ at }) => at >= 0 && at < open)).toBe(true)
        const groups = due.map(({ kind }) => (kind === 'itself' || kind === 'lettered' ? kind : 'degraded'))
        expect(new Set(groups.slice(0, 3)).size).toBe(Math.min(3, due.length))
        expect(due.every(({ kind, changed }) => (kind === 'itself') === (changed === undefined))).toBe(true)
      }),
    )
  })

  it('are right when the unchanged picture wins, where there has to be a winner', () => {
    expect(isRight({ kind: 'itself', winner: 'draw' })).toBe(true)
    expect(isRight({ kind: 'itself', winner: 'left' })).toBe(false)
    expect(isRight({ kind: 'cut', changed: 'left', winner: 'right' })).toBe(true)
    expect(isRight({ kind: 'cut', changed: 'left', winner: 'draw' })).toBe(false)
    expect(isRight({ kind: 'lettered', changed: 'left', winner: 'draw' })).toBe(true)
    expect(isRight({ kind: 'lettered', changed: 'left', winner: 'left' })).toBe(false)
  })
})

describe('the duels that are asked about again', () => {
  const duels = stems.map((name, i) => ({
    name,
    ...(i % 2 === 0 ? { transcript: 'sha256:x' } : {}),
    ...(i % 8 === 0 ? { void: 'refusal' } : {}),
  }))

  it('are some of those that the judge decided', () => {
    const again = retestsDue(match, duels, 5)
    expect(new Set(again).size).toBe(5)
    expect(again.every(({ transcript, void: cause }) => transcript !== undefined && cause === undefined)).toBe(true)
    expect(retestsDue({ ...match, right: '5Def' }, duels, 5)).not.toEqual(again)
  })

  it('are all of them where there are fewer, and none where none are asked for', () => {
    expect(retestsDue(match, duels, 99).length).toBe(12)
    expect(retestsDue(match, duels, 0)).toEqual([])
  })
})
