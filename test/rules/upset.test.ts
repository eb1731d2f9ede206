import { describe, expect, it } from 'vitest'
import { turningFlips } from '../../src/rules/flips.ts'
import { type Pairing, timeline } from '../../src/rules/timeline.ts'
import { cheapestUpset } from '../../src/rules/upset.ts'
import type { DuelWinner } from '../../src/state/duels.ts'
import fc from '../support/properties.ts'
import {
  lineOf,
  sparingRounds,
  type TinyDuel,
  type TinyRound,
  thronedRounds,
  tinyRounds,
  unearnedOf,
} from './tiny-rounds.ts'
import { exampleOf } from './worked-example.ts'

const pairOf = ({ left, right, confirmation }: Pairing) => `${left} ${right}${confirmation ? ' again' : ''}`

const turningIn = (round: TinyRound, match: Pairing) => {
  const duels = round.matches.get(pairOf(match))
  const throne = match.confirmation ? { ...round, significance: round.confirmation } : round
  return duels && turningFlips(duels, unearnedOf(round, pairOf(match)), throne)
}

const flipsIn = (round: TinyRound) => (left: string, right: string, confirmation?: true) =>
  turningIn(round, { left, right, ...(confirmation && { confirmation }) })?.length

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

/** The fewest flips that change the winner, by trying everything up to `most` of them. */
function tried(round: TinyRound, winner: string, most: number): number {
  for (let count = 0; count <= most; count++)
    for (const matches of withFlips(round, count)) if (timeline(lineOf(round, matches)).winner !== winner) return count
  return most + 1
}

describe('the fewest verdicts that would have to be others', () => {
  it.each([
    ['by the margin alone', tinyRounds, 3, 1000],
    ['by what chance does not explain, and a second judge', thronedRounds, 2, 150],
    ['where nothing is judged that cannot matter', sparingRounds, 2, 150],
  ])('are those that trying everything finds, %s', (_, rounds, most, numRuns) => {
    const seen = new Map<number, number>()
    fc.assert(
      fc.property(rounds(), (round) => {
        const winner = timeline(lineOf(round)).winner
        fc.pre(winner !== undefined)
        const upset = cheapestUpset(lineOf(round), winner as string, flipsIn(round))
        const least = tried(round, winner as string, most)
        expect(Math.min(upset?.flips ?? most + 1, most + 1)).toBe(least)
        seen.set(least, (seen.get(least) ?? 0) + 1)
      }),
      { numRuns },
    )
    for (let least = 1; least <= most + 1; least++) expect(seen.get(least)).toBeGreaterThan(3)
  })

  it.each([
    ['by the margin alone', tinyRounds, 1000],
    ['by what chance does not explain, and a second judge', thronedRounds, 300],
  ])('bring what they say: flipped so, and the audits ended so, the named one wins, %s', (_, rounds, numRuns) => {
    fc.assert(
      fc.property(rounds(), (round) => {
        const winner = timeline(lineOf(round)).winner ?? 'nobody'
        const upset = cheapestUpset(lineOf(round), winner, flipsIn(round))
        fc.pre(upset !== undefined)
        const { turned, passed, failed, missing, unaudited } = upset as NonNullable<typeof upset>
        const matches = new Map(round.matches)
        let flips = 0
        for (const match of turned) {
          const pair = pairOf(match)
          const duels = matches.get(pair) as readonly TinyDuel[]
          const made = turningIn(round, match) ?? []
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
      { numRuns },
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
