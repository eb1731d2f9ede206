import { describe, expect, it } from 'vitest'
import { turningFlips } from '../../src/rules/flips.ts'
import { timeline } from '../../src/rules/timeline.ts'
import { cheapestUpset } from '../../src/rules/upset.ts'
import type { DuelWinner } from '../../src/state/duels.ts'
import fc from '../support/properties.ts'
import { lineOf, type TinyDuel, type TinyRound, tinyRounds, unearnedOf } from './tiny-rounds.ts'
import { exampleOf } from './worked-example.ts'

const flipsIn = (round: TinyRound) => (left: string, right: string) => {
  const duels = round.matches.get(`${left} ${right}`)
  return duels && turningFlips(duels, unearnedOf(round, `${left} ${right}`), round.winMargin)?.length
}

/** Every record that differs from this one in exactly so many verdicts. */
function* withFlips(round: TinyRound, count: number, from = 0): Generator<TinyRound['matches']> {
  if (count === 0) return yield round.matches
  const spots = [...round.matches].flatMap(([pair, duels]) => duels.map((duel, i) => ({ pair, i, duel })))
  for (let at = from; at <= spots.length - count; at++) {
    const { pair, i, duel } = spots[at] as (typeof spots)[number]
    for (const winner of ['left', 'right', 'draw'] as const) {
      if (winner === duel.winner) continue
      const duels = round.matches.get(pair) as readonly TinyDuel[]
      const flipped = duels.with(i, { ...duel, winner })
      yield* withFlips({ ...round, matches: new Map([...round.matches, [pair, flipped]]) }, count - 1, at + 1)
    }
  }
}

const MOST = 3

/** The fewest flips that change the winner, by trying everything up to `MOST` of them. */
function tried(round: TinyRound, winner: string): number {
  for (let count = 0; count <= MOST; count++)
    for (const matches of withFlips(round, count)) if (timeline(lineOf(round, matches)).winner !== winner) return count
  return MOST + 1
}

describe('the fewest verdicts that would have to be others', () => {
  it('are those that trying everything finds', () => {
    const seen = new Map<number, number>()
    fc.assert(
      fc.property(tinyRounds(), (round) => {
        const winner = timeline(lineOf(round)).winner
        fc.pre(winner !== undefined)
        const upset = cheapestUpset(lineOf(round), winner as string, flipsIn(round))
        const least = tried(round, winner as string)
        expect(Math.min(upset?.flips ?? MOST + 1, MOST + 1)).toBe(least)
        seen.set(least, (seen.get(least) ?? 0) + 1)
      }),
      { numRuns: 1000 },
    )
    for (const least of [1, 2, 3, MOST + 1]) expect(seen.get(least)).toBeGreaterThan(3)
  })

  it('bring what they say: flipped so, and the audits ended so, the named one wins', () => {
    fc.assert(
      fc.property(tinyRounds(), (round) => {
        const winner = timeline(lineOf(round)).winner ?? 'nobody'
        const upset = cheapestUpset(lineOf(round), winner, flipsIn(round))
        fc.pre(upset !== undefined)
        const { turned, passed, failed, missing, unaudited } = upset as NonNullable<typeof upset>
        const matches = new Map(round.matches)
        let flips = 0
        for (const { left, right } of turned) {
          const pair = `${left} ${right}`
          const duels = matches.get(pair) as readonly TinyDuel[]
          const made = turningFlips(duels, unearnedOf(round, pair), round.winMargin) ?? []
          const to = new Map<string, DuelWinner>(made.map((flip) => [flip.name, flip.to]))
          for (const { name, from } of made) expect(duels.find((duel) => duel.name === name)?.winner).toBe(from)
          for (const flip of made) expect(flip.to).not.toBe(flip.from)
          flips += made.length
          matches.set(
            pair,
            duels.map((duel) => ({ ...duel, winner: to.get(duel.name) ?? duel.winner })),
          )
        }
        expect(flips).toBe(upset?.flips)
        const line = timeline({
          ...lineOf(round, matches),
          approved: new Set([...round.approved, ...passed]),
          rejected: new Set([...round.rejected, ...failed]),
        })
        expect(line.winner).toBe(upset?.winner)
        expect(line.winner).not.toBe(winner)
        if (missing !== undefined) expect(line.next).toEqual(missing)
        if (unaudited !== undefined) expect(line.chain).toContain(unaudited)
      }),
      { numRuns: 1000 },
    )
  })

  it('are none where the audits alone can change it, and no audit can where none is open', () => {
    const never = () => undefined
    fc.assert(
      fc.property(tinyRounds(true), (round) => {
        const everybody = { ...round, provisional: new Set<string>() }
        const open = round.order.filter((hotkey) => !round.approved.has(hotkey) && !round.rejected.has(hotkey))
        const winners = new Set<string | undefined>()
        for (let outcome = 0; outcome < 2 ** open.length; outcome++) {
          const passes = (hotkey: string) => Boolean(outcome & (1 << open.indexOf(hotkey)))
          const approved = new Set([...round.approved, ...open.filter(passes)])
          const rejected = new Set([...round.rejected, ...open.filter((hotkey) => !passes(hotkey))])
          winners.add(timeline({ ...lineOf(everybody), approved, rejected }).winner)
        }
        for (const winner of winners) {
          const upset = cheapestUpset(lineOf(everybody), winner as string, never)
          if (winners.size > 1) expect(upset?.flips).toBe(0)
          else expect(upset).toBeUndefined()
        }
      }),
      { numRuns: 300 },
    )
  })

  it('of a real round: F survives every audit, and falls with one match more or less', () => {
    const line = exampleOf(['F'], [...'ABCDE'])
    expect(cheapestUpset(line, 'F', () => undefined)).toBeUndefined()
    expect(cheapestUpset(exampleOf(['F'], []), 'F', () => undefined)).toBeUndefined()
    const distance = (left: string, right: string) => Math.abs(Math.round((line.margin(left, right) ?? 0) * 128) - 7)
    // F against G stood at 3 of the 7 that are needed; G then would have had to be audited.
    expect(cheapestUpset(line, 'F', (left, right) => distance(left, right) + 1)).toMatchObject({
      flips: 5,
      turned: [{ left: 'F', right: 'G' }],
      winner: 'G',
      passed: ['G'],
    })
  })
})
