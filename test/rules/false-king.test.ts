import { describe, expect, it } from 'vitest'
import { contestOf, falseKingChance } from '../../src/rules/false-king.ts'

describe('the chance of a false king', () => {
  it.each([
    [0.15, 0.76],
    [0.25, 0.93],
  ])('of 20 equals over 128 prompts at a margin of 5 %%, when %d of duels are decided', (decisiveRate, chance) => {
    const round = { challengers: 20, prompts: 128, throne: { winMargin: 0.05 }, decisiveRate }
    expect(falseKingChance(round)).toBeCloseTo(chance, 2)
  })

  it('is that of coin tosses where every duel is decided', () => {
    // Of four tosses at least three: 5/16; of one: 1/2.
    expect(falseKingChance({ challengers: 1, prompts: 4, throne: { winMargin: 0.5 }, decisiveRate: 1 })).toBeCloseTo(
      5 / 16,
      12,
    )
    expect(falseKingChance({ challengers: 2, prompts: 4, throne: { winMargin: 0.5 }, decisiveRate: 1 })).toBeCloseTo(
      1 - (11 / 16) ** 2,
      12,
    )
    expect(falseKingChance({ challengers: 1, prompts: 1, throne: { winMargin: 1 }, decisiveRate: 1 })).toBeCloseTo(
      0.5,
      12,
    )
  })

  it('is none without challengers, decided duels or prompts, and certain where no lead is needed', () => {
    const round = { challengers: 5, prompts: 8, throne: { winMargin: 0.1 }, decisiveRate: 0.5 }
    expect(falseKingChance({ ...round, challengers: 0 })).toBe(0)
    expect(falseKingChance({ ...round, decisiveRate: 0 })).toBe(0)
    expect(falseKingChance({ ...round, prompts: 0 })).toBe(0)
    expect(falseKingChance({ ...round, throne: { winMargin: -1 } })).toBe(1)
  })
})

describe('what a round says about duels between equals', () => {
  const duel = (winner: 'left' | 'right' | 'draw', left: string | null = 'l', right: string | null = 'r') => ({
    winner,
    left_png: left,
    right_png: right,
  })

  it('is the median share of decided duels, of those in which both sides had a picture', () => {
    const even = { duels: [duel('draw'), duel('draw'), duel('right'), duel('left')] }
    const drawn = { duels: [duel('draw'), duel('draw'), duel('left', 'l', null)] }
    const hopeless = { duels: [duel('left'), duel('left'), duel('left')] }
    const absent = { duels: [duel('left', 'l', null), duel('right', null, 'r'), duel('draw', null, null)] }
    expect(contestOf([even, drawn, hopeless, absent])).toEqual({ challengers: 3, decisiveRate: 0.5 })
    expect(contestOf([even, drawn, absent])).toEqual({ challengers: 2, decisiveRate: 0.25 })
    expect(contestOf([absent])).toBeUndefined()
    expect(contestOf([])).toBeUndefined()
  })
})
