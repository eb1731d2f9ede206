import { confirmedMargin } from '../../src/rules/match.ts'
import { tallyOf } from '../../src/rules/tally.ts'
import type { Throne } from '../../src/rules/throne.ts'
import type { TimelineInput } from '../../src/rules/timeline.ts'
import type { DuelWinner } from '../../src/state/duels.ts'
import fc from '../support/properties.ts'

export interface TinyDuel {
  readonly name: string
  readonly winner: DuelWinner
}

/** A round that is small enough to look at everything that could have happened in it. */
export interface TinyRound extends Throne {
  readonly order: readonly string[]
  /** By `left right`; some matches of the succession may be missing. `leader right again`: before the second judge. */
  readonly matches: ReadonlyMap<string, readonly TinyDuel[]>
  readonly approved: ReadonlySet<string>
  readonly rejected: ReadonlySet<string>
  readonly provisional: ReadonlySet<string>
  readonly sparing?: boolean
  /** Prompts on which a hotkey's wins do not count. */
  readonly mismatched: Readonly<Record<string, ReadonlySet<string>>>
}

const NONE: ReadonlySet<string> = new Set()

export const unearnedOf = ({ mismatched }: TinyRound, pair: string) => {
  const [left = '', right = ''] = pair.split(' ')
  return { left: mismatched[left] ?? NONE, right: mismatched[right] ?? NONE }
}

export function lineOf(round: TinyRound, matches = round.matches): TimelineInput {
  const standing = (pair: string) => {
    const [duels, unearned] = [matches.get(pair), unearnedOf(round, pair)]
    return duels && { margin: confirmedMargin(duels, unearned), tally: tallyOf(duels, unearned) }
  }
  return {
    order: round.order,
    winMargin: round.winMargin,
    significance: round.significance,
    confirmation: round.confirmation,
    approved: round.approved,
    rejected: round.rejected,
    provisional: round.provisional,
    ...(round.sparing && { sparing: true }),
    margin: (left, right) => standing(`${left} ${right}`)?.margin,
    tally: (left, right) => standing(`${left} ${right}`)?.tally,
    secondOpinion: (hotkey) => standing(`leader ${hotkey} again`),
  }
}

export const pairsOf = (order: readonly string[]) => [
  ...order.map((right) => `leader ${right}`),
  ...order.flatMap((left, at) => order.slice(at + 1).map((right) => `${left} ${right}`)),
]

/** @param settled no audit is open and no match is missing */
export const tinyRounds = (settled = false): fc.Arbitrary<TinyRound> =>
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 })).chain(([challengers, prompts]) => {
    const order = [...'abcd'].slice(0, challengers)
    const stems = Array.from({ length: prompts }, (_, i) => `p${i}`)
    const pairs = pairsOf(order)
    const winners = fc.array(fc.constantFrom<DuelWinner>('left', 'right', 'right', 'draw', 'skipped'), {
      minLength: prompts,
      maxLength: prompts,
    })
    return fc
      .record({
        winMargin: fc.constantFrom(0.05, 0.34, 0.5, 1),
        verdicts: fc.array(winners, { minLength: pairs.length, maxLength: pairs.length }),
        missing: settled ? fc.constant<string[]>([]) : fc.subarray(pairs.slice(challengers)),
        standing: fc.array(fc.constantFrom('approved', 'approved', 'rejected', 'open', 'provisional'), {
          minLength: challengers,
          maxLength: challengers,
        }),
        mismatched: fc.array(fc.subarray(stems), { minLength: challengers, maxLength: challengers }),
      })
      .map(({ winMargin, verdicts, missing, standing, mismatched }) => {
        const having = (what: string) => new Set(order.filter((_, i) => standing[i] === what))
        const duels = verdicts.map((each) => stems.map((name, i) => ({ name, winner: each[i] as DuelWinner })))
        return {
          order,
          winMargin,
          matches: new Map(
            pairs.flatMap((pair, i) => (missing.includes(pair) ? [] : [[pair, duels[i] as TinyDuel[]] as const])),
          ),
          approved: having('approved'),
          rejected: having('rejected'),
          provisional: having('provisional'),
          mismatched: Object.fromEntries(order.map((hotkey, i) => [hotkey, new Set(mismatched[i])])),
        }
      })
  })

/** Where nothing is judged that cannot matter any more. */
export const sparingRounds = (): fc.Arbitrary<TinyRound> => tinyRounds().map((round) => ({ ...round, sparing: true }))

/** Under rules that ask for more than a margin; tiny matches prove little, so that errors are large. */
export const thronedRounds = (): fc.Arbitrary<TinyRound> =>
  tinyRounds().chain((round) => {
    const { size: prompts } = new Set([...round.matches.values()].flat().map(({ name }) => name))
    const duels = fc.array(fc.constantFrom<DuelWinner>('left', 'right', 'right', 'right', 'draw', 'skipped'), {
      minLength: prompts,
      maxLength: prompts,
    })
    const errors = fc.constantFrom(0.1, 0.13, 0.26, 0.51)
    return fc
      .record({
        significance: fc.record({ error: errors, floor: fc.constantFrom(0, 0, 0.02) }),
        confirmation: fc.option(fc.record({ error: errors, floor: fc.constant(0) }), { nil: undefined }),
        again: fc.array(fc.option(duels), { minLength: round.order.length, maxLength: round.order.length }),
      })
      .map(({ significance, confirmation, again }) => {
        const heard = round.order.flatMap((hotkey, at) => {
          const winners = again[at]
          if (confirmation === undefined || !winners) return []
          return [[`leader ${hotkey} again`, winners.map((winner, i) => ({ name: `p${i}`, winner }))] as const]
        })
        return { ...round, significance, confirmation, matches: new Map([...round.matches, ...heard]) }
      })
  })
