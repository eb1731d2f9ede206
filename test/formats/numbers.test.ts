import { describe, expect, it } from 'vitest'
import fc from '../support/properties.ts'
import type { King, Scores } from './numbers/files.ts'
import { commitmentOf } from './numbers/oracle.ts'
import {
  activeKings,
  coronation,
  drawItems,
  fractionOf,
  MAX_NUMBER,
  newestKings,
  poolOf,
  readGuess,
  scoreOf,
  winnerOf,
} from './numbers/rules.ts'

const number = fc.integer({ min: 0, max: MAX_NUMBER })
const target = (numbers: Record<string, number>, salt = 's') => ({ round: 'guessing-0', numbers, salt })

describe('the draw', () => {
  it('takes different items of the pool, as the seed says', () => {
    const draws = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 50 }))
    fc.assert(
      fc.property(draws, ([seed, size, count]) => {
        const items = drawItems(seed, size, count)
        expect(items).toHaveLength(Math.min(size, count))
        expect(new Set(items).size).toBe(items.length)
        expect(poolOf(size)).toEqual(expect.arrayContaining(items))
        expect(drawItems(seed, size, count)).toEqual(items)
      }),
    )
    const drawn = Array.from({ length: 20 }, (_, seed) => drawItems(seed, 12, 4).join())
    expect(new Set(drawn).size).toBeGreaterThan(15)
  })
})

describe('a guess', () => {
  it('is read for the items of the round only', () => {
    expect(readGuess(' 7 0\t100 ', 3, ['n3', 'n1'])).toEqual({ answers: { n3: 100, n1: 7 }, reason: '' })
  })

  it.each(['', '1 2', '1 2 3 4', '1 2 101', '1 2 -3', '1 2 3.5', '1 2 1e1', '1 2 NaN', '1,2,3'])(
    'cannot be read: %j',
    (guess) => {
      expect(readGuess(guess, 3, ['n1'])).toMatchObject({ answers: null, reason: expect.stringMatching(/^expected/) })
    },
  )

  it('may be any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (guess) => {
        const { answers, reason } = readGuess(guess, 2, ['n1', 'n2'])
        expect(answers === null).toBe(reason !== '')
      }),
    )
  })
})

describe('a score', () => {
  it('counts what each number is missed by', () => {
    const truth = target({ n1: 10, n2: 50 })
    expect(scoreOf({ answers: { n1: 10, n2: 50 }, reason: '' }, truth, ['n1', 'n2'])).toEqual({ points: 200, of: 200 })
    expect(scoreOf({ answers: { n1: 13, n2: 40 }, reason: '' }, truth, ['n1', 'n2'])).toEqual({ points: 187, of: 200 })
    expect(scoreOf({ answers: null, reason: 'expected' }, truth, ['n1', 'n2'])).toEqual({ points: 0, of: 200 })
  })

  it('is full for the truth alone', () => {
    fc.assert(
      fc.property(number, number, (answer, truth) => {
        const score = scoreOf({ answers: { n1: answer }, reason: '' }, target({ n1: truth }), ['n1'])
        expect(score?.points === score?.of).toBe(answer === truth)
      }),
    )
  })
})

describe('the winner', () => {
  const scores: Scores = { a: { points: 3, of: 10 }, b: { points: 7, of: 10 }, c: { points: 14, of: 20 } }
  const king = (score: number) => ({ score }) as King

  it('is the best, and of equals the first', () => {
    expect(winnerOf(['a', 'b', 'c'], scores, undefined)).toBe('b')
    expect(winnerOf(['c', 'b', 'a'], scores, undefined)).toBe('c')
    expect(fractionOf({ points: 14, of: 20 })).toBe(0.7)
  })

  it('has to be better than the first king', () => {
    expect(winnerOf(['a', 'b', 'c'], scores, king(0.6))).toBe('b')
    expect(winnerOf(['a', 'b', 'c'], scores, king(0.7))).toBeUndefined()
    expect(winnerOf([], {}, undefined)).toBeUndefined()
    expect(winnerOf(['z'], { z: { points: 0, of: 10 } }, undefined)).toBeUndefined()
  })
})

describe('the chain of kings', () => {
  const weights = [0.5, 0.3, 0.2]
  const coronations = fc.array(fc.record({ hotkey: fc.constantFrom('a', 'b', 'c', 'd', 'e'), block: fc.nat(50) }))

  it('holds the last three different winners, newest first, whatever the blocks', () => {
    fc.assert(
      fc.property(coronations, (history) => {
        let kings: King[] = []
        let expected: string[] = []
        for (const [round, { hotkey, block }] of history.entries()) {
          const before = newestKings(kings)
          kings = [...kings, ...coronation(kings, { hotkey, score: 1, effective_block: block, round }, weights)]
          expected = [hotkey, ...expected.filter((other) => other !== hotkey)].slice(0, 3)
          const chain = newestKings(kings)
          expect(chain.map((member) => member.hotkey)).toEqual(expected)
          expect(chain.map((member) => member.weight)).toEqual(weights.slice(0, chain.length))
          expect(kings.at(-1)?.hotkey).toBe(hotkey)
          const since = chain[0]?.effective_block ?? 0
          expect(since).toBeGreaterThanOrEqual(block)
          expect(activeKings(kings, since - 1)).toEqual(before)
        }
      }),
    )
  })
})

describe('a commitment', () => {
  it('binds round, numbers and salt, in whatever order they stand', () => {
    const digest = commitmentOf(target({ n1: 1, n2: 2 }))
    expect(commitmentOf(target({ n2: 2, n1: 1 }))).toBe(digest)
    expect(commitmentOf(target({ n1: 1, n2: 3 }))).not.toBe(digest)
    expect(commitmentOf(target({ n1: 1, n2: 2 }, 't'))).not.toBe(digest)
    expect(commitmentOf({ ...target({ n1: 1, n2: 2 }), round: 'guessing-1' })).not.toBe(digest)
  })
})
