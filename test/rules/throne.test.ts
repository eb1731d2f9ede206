import { describe, expect, it } from 'vitest'
import { exceeds, marginBound } from '../../src/rules/margin-test.ts'
import { isConfirmed, prevails, throneOf } from '../../src/rules/throne.ts'
import { auditsRequired, type TimelineInput, timeline } from '../../src/rules/timeline.ts'
import { winChance, winningLine } from '../../src/rules/win-chance.ts'
import fc from '../support/properties.ts'

const tally = (right: number, left: number, duels: number) => ({ right, left, duels })

describe('whether a margin could be chance', () => {
  it('is the sign test where any lead will do', () => {
    // Of 5 tosses all: 1/32; of 6 five: 7/64.
    expect(exceeds(tally(5, 0, 5), { error: 1 / 32, floor: 0 })).toBe(true)
    expect(exceeds(tally(5, 0, 128), { error: 1 / 32, floor: 0 })).toBe(true)
    expect(exceeds(tally(5, 0, 5), { error: 0.031, floor: 0 })).toBe(false)
    expect(exceeds(tally(5, 1, 6), { error: 7 / 64, floor: 0 })).toBe(true)
    expect(exceeds(tally(5, 1, 6), { error: 0.109, floor: 0 })).toBe(false)
    expect(exceeds(tally(0, 0, 128), { error: 0.5, floor: 0 })).toBe(false)
  })

  // Chances are summed over every outcome of a match of 40 duels.
  it.each([0, 0.05, 0.2])('passes nobody more often than the error whose true margin is the floor of %d', (floor) => {
    for (const error of [0.05, 0.0025]) {
      const line = winningLine(40, { winMargin: -1, significance: { error, floor } })
      for (const decisiveRate of [floor + 0.01, 0.21, 0.5, 1]) {
        const chance = winChance(line, { decisiveRate, strength: floor })
        expect(chance).toBeLessThanOrEqual(error)
        expect(winChance(line, { decisiveRate, strength: floor - 0.05 })).toBeLessThanOrEqual(chance)
      }
    }
  })

  it('has a bound that is exceeded itself, and nothing above it; below the margin that was seen', () => {
    const tallies = fc
      .integer({ min: 1, max: 150 })
      .chain((duels) => fc.tuple(fc.constant(duels), fc.nat(duels), fc.nat(duels)))
    fc.assert(
      fc.property(tallies, fc.constantFrom(0.3, 0.05, 0.001), ([duels, a, b], error) => {
        const seen = tally(Math.min(a, b), duels - Math.max(a, b), duels)
        const bound = marginBound(seen, error)
        expect(bound !== undefined).toBe(exceeds(seen, { error, floor: 0 }))
        if (bound === undefined) return
        expect(exceeds(seen, { error, floor: bound })).toBe(true)
        expect(exceeds(seen, { error, floor: bound + 2e-9 })).toBe(false)
        expect(bound).toBeLessThanOrEqual((seen.right - seen.left) / duels)
        expect(exceeds({ ...seen, right: seen.right + 1, duels: duels + 1 }, { error, floor: bound })).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})

describe('the throne rules', () => {
  it('are fixed where a configuration says nothing', () => {
    expect(throneOf(0.05, undefined, 20)).toEqual({ winMargin: 0.05 })
    expect(throneOf(0.05, {}, 20)).toEqual({ winMargin: 0.05 })
    expect(prevails({ margin: 7 / 128 }, throneOf(0.05, { throne: 'fixed', throne_error: 0.001 }, 20))).toBe(true)
  })

  it('ask for the win margin and for significance', () => {
    const throne = throneOf(0.05, { throne: 'significant', throne_error: 0.01 }, 20)
    expect(throne).toEqual({ winMargin: 0.05, significance: { error: 0.01, floor: 0 } })
    expect(prevails({ margin: 7 / 128, tally: tally(7, 0, 128) }, throne)).toBe(true) // 1/128
    expect(prevails({ margin: 7 / 128, tally: tally(20, 13, 128) }, throne)).toBe(false)
    expect(prevails({ margin: 6 / 128, tally: tally(6, 0, 6) }, throne)).toBe(false)
    expect(prevails({ margin: 7 / 128 }, throne)).toBe(false) // nothing shows it
  })

  it('share the error among all who entered, and ask a second judge for the whole of it', () => {
    const throne = throneOf(0.05, { throne: 'familywise', throne_error: 0.06, throne_floor: 0.02 }, 20)
    expect(throne.significance).toEqual({ error: 0.06 / 20, floor: 0.02 })
    expect(throne.confirmation).toEqual({ error: 0.06, floor: 0.02 })
  })

  // For three digits of the real competition: 128 prompts, 5 %, 21 % of duels decided.
  it.each([
    ['fixed', 0.1044],
    ['significant', 0.0344],
    ['familywise', 0.0013],
  ] as const)('%s lets an equal pass with chance %d', (rule, chance) => {
    const line = winningLine(128, throneOf(0.05, { throne: rule }, 20))
    expect(winChance(line, { decisiveRate: 0.21, strength: 0 })).toBeCloseTo(chance, 3)
  })
})

const wins9 = { margin: 1, tally: tally(9, 0, 9) }
const fails = { margin: 0, tally: tally(0, 0, 9) }

describe('a succession before a second judge', () => {
  const heard = (
    opinions: Readonly<Record<string, typeof wins9>>,
    others: Partial<TimelineInput> = {},
  ): TimelineInput => ({
    order: ['a', 'b', 'c'],
    ...throneOf(0.25, { throne: 'familywise' }, 3),
    margin: (left, right) => (left === 'leader' ? 1 : right === 'b' ? 1 : 0),
    tally: () => tally(9, 0, 9),
    secondOpinion: (hotkey) => opinions[hotkey],
    approved: new Set('abc'),
    rejected: new Set(),
    ...others,
  })

  it('asks about the last of the chain, and crowns whom it confirms', () => {
    expect(timeline(heard({}))).toMatchObject({
      chain: ['a', 'b'],
      next: { left: 'leader', right: 'b', confirmation: true },
      winner: undefined,
      judged: 5,
      needed: 6,
    })
    expect(timeline(heard({ b: wins9 }))).toMatchObject({ winner: 'b', next: undefined, judged: 6, needed: 6 })
  })

  it('goes on without whom it does not confirm, and keeps the leader when that is everybody', () => {
    expect(timeline(heard({ b: fails }))).toMatchObject({ chain: ['a'], next: { right: 'a', confirmation: true } })
    expect(timeline(heard({ b: fails, a: wins9 })).winner).toBe('a')
    expect(timeline(heard({ a: fails, b: fails, c: fails })).winner).toBe('leader')
    expect(isConfirmed(heard({ b: fails }), 'b')).toBe(false)
  })

  it('has had to audit whoever could have reigned', () => {
    expect(auditsRequired(heard({ b: fails, a: wins9 })).sort()).toEqual(['a', 'b'])
  })

  it('asks about the next one when an audit rejects the one it confirmed', () => {
    const line = heard({ b: wins9 }, { approved: new Set(), rejected: new Set('b') })
    expect(timeline(line).next).toEqual({ left: 'leader', right: 'a', confirmation: true })
  })

  it('is not settled ahead of audits by worlds whose king nobody heard about', () => {
    expect(timeline(heard({ b: wins9 }, { approved: new Set('a') })).winner).toBeUndefined()
    expect(timeline(heard({ b: wins9 }, { approved: new Set('b') })).winner).toBe('b')
  })
})

/** What nobody knows yet: how matches would end, who would fail an audit, whom the second judge would not confirm. */
const worlds = fc.integer({ min: 0, max: 6 }).chain((n) => {
  const order = Array.from({ length: n }, (_, i) => `k${i}`)
  return fc.record({
    order: fc.constant(order),
    wins: fc.array(fc.boolean(), { minLength: n * (n + 1), maxLength: n * (n + 1) }),
    bad: fc.subarray(order),
    flashy: fc.subarray(order),
    dice: fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 }),
  })
})

describe('a round before a second judge', () => {
  it('ends with the same winner in whichever order audits come in, asking nobody who could not reign', () => {
    fc.assert(
      fc.property(worlds, ({ order, wins, bad, flashy, dice }) => {
        const at = (hotkey: string) => order.indexOf(hotkey)
        const [approved, rejected, heard, met] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set()]
        const line: TimelineInput = {
          order,
          winMargin: 0.1,
          confirmation: { error: 0.05, floor: 0 },
          margin: (left, right) =>
            met.has(`${left} ${right}`) ? Number(wins[(at(left) + 1) * order.length + at(right)]) : undefined,
          secondOpinion: (hotkey) => (heard.has(hotkey) ? (flashy.includes(hotkey) ? fails : wins9) : undefined),
          approved,
          rejected,
        }
        const settle = (hotkey: string) => (bad.includes(hotkey) ? rejected : approved).add(hotkey)
        const play = (audit: (open: readonly string[], step: number) => string | undefined) => {
          const asked = new Set<string>()
          for (let step = 0; ; step++) {
            const { next, requests, waitingFor, winner } = timeline(line)
            for (const hotkey of requests) asked.add(hotkey)
            if (winner !== undefined) return winner
            const open = [...asked].filter((hotkey) => !approved.has(hotkey) && !rejected.has(hotkey))
            const due = audit(open, step) ?? (next === undefined ? waitingFor[0] : undefined)
            if (due !== undefined) settle(due)
            else if (next?.confirmation) heard.add(next.right)
            else met.add(`${next?.left} ${next?.right}`)
            expect(step).toBeLessThan(200)
          }
        }
        const winner = play((open, step) => {
          const die = dice[step % dice.length] ?? 0
          return die % 3 === 0 ? open[die % Math.max(1, open.length)] : undefined
        })
        expect(winner === 'leader' || heard.has(winner)).toBe(true)
        expect(flashy).not.toContain(winner)
        // All known beforehand: audits first, then matches, then the second judge.
        for (const set of [approved, rejected, heard, met]) set.clear()
        for (const hotkey of order) settle(hotkey)
        expect(play(() => undefined)).toBe(winner)
      }),
      { numRuns: 2000 },
    )
  })
})
