/** How firmly a crown sits: how few verdicts would have had to be others, how sure its margins are, what chance can do. */
import type { Duel } from '../state/duels.ts'
import { LEADER } from '../state/winner.ts'
import { type DecisiveMatch, decisiveMatches } from './decisive.ts'
import { contestOf, falseKingChance } from './false-king.ts'
import { type Flip, turningFlips } from './flips.ts'
import { marginInterval } from './margin-interval.ts'
import { tallyOf, type Unearned } from './tally.ts'
import type { Throne } from './throne.ts'
import type { Pairing, TimelineInput } from './timeline.ts'
import { cheapestUpset, type Upset } from './upset.ts'

/** The exact chance takes time with the square of these: a match of more is not one that anybody judged. */
const MAX_PROMPTS = 10_000
const MAX_TESTED_PROMPTS = 1000

export interface RecordedMatch extends Pairing {
  readonly duels: readonly Duel[]
  /** Prompts on which a side's wins do not count. */
  readonly unearned: Unearned
  /** Prompts that a stopped match left open. They are taken as drawn: what is not known speaks for nobody. */
  readonly unasked?: readonly string[]
}

export interface RobustnessInput {
  /** As the round stood when its winner was declared. */
  readonly line: TimelineInput
  readonly winner: string
  readonly matches: readonly RecordedMatch[]
  /** Whose audits had been asked for. */
  readonly requested: readonly string[]
}

export interface DecisiveMargin extends DecisiveMatch {
  /** 95 % confidence; null where no duels are on record. */
  readonly interval: readonly [number, number] | null
  /** The fewest verdicts that turn this match, whatever it would change; null where none do. */
  readonly flips: number | null
}

/** What the winner of a round depends on; see `src/rules/` for every definition and formula. JSON as it is. */
export interface Robustness {
  readonly winner: string
  readonly win_margin: number
  /** On record, in all matches of the round. */
  readonly matches: number
  readonly verdicts: number
  /**
   * The fewest verdicts that would have to be others for the winner to change, or to be untold (a flip gives a duel any
   * other of the outcomes left, right and draw; audits that are known stay as they are). Null: no verdicts change it.
   */
  readonly flips: UpsetOf | null
  readonly margins: readonly DecisiveMargin[]
  readonly audits: {
    /** Asked for, and still open when the winner was declared. */
    readonly pending: readonly string[]
    /** Whether the winner is the same whatever they bring. Null: it does not follow from the record in the first place. */
    readonly survives: boolean | null
    /** A way in which it is not. */
    readonly unless: UpsetOf | null
  }
  /** The chance that a round like this one crowns one of as many equals of the leader. Null: nothing was contested, or too much to count. */
  readonly false_king: {
    readonly chance: number
    readonly challengers: number
    readonly prompts: number
    readonly decisive_rate: number
  } | null
}

/** One way to another winner. */
export interface UpsetOf {
  readonly least: number
  /** The matches that turn, each with verdicts that would do it. */
  readonly turned: readonly (Pairing & { readonly flips: readonly Flip[] })[]
  /** Supposing that these open audits end so. */
  readonly passed: readonly string[]
  readonly failed: readonly string[]
  /** Null where it cannot be told, because: */
  readonly winner: string | null
  readonly because: string | null
}

export function robustnessOf({ line, winner, matches, requested }: RobustnessInput): Robustness {
  const byPair = new Map(matches.map((match) => [pairOf(match), match]))
  const turning = new Map(
    [...byPair].map(([pair, match]) => [pair, turningFlips(withUnasked(match), match.unearned, heldTo(match, line))]),
  )
  const flipsOf = (match: Pairing) => turning.get(pairOf(match))
  const byAudits = cheapestUpset(line, winner, () => undefined)
  const upset = cheapestUpset(
    line,
    winner,
    (left, right, confirmation) => flipsOf({ left, right, ...(confirmation && { confirmation }) })?.length,
  )
  const shown = (found: Upset | undefined) => (found === undefined ? null : shownUpset(found, flipsOf))
  return {
    winner,
    win_margin: line.winMargin,
    matches: matches.length,
    verdicts: matches.reduce((sum, { duels }) => sum + duels.length, 0),
    flips: shown(upset),
    margins: decisiveMatches(line).map((match) => ({
      ...match,
      interval: intervalOf(byPair.get(pairOf(match))),
      flips: flipsOf(match)?.length ?? null,
    })),
    audits: {
      pending: requested.filter((hotkey) => !line.approved.has(hotkey) && !line.rejected.has(hotkey)),
      survives: byAudits === undefined ? true : restsOnAudits(byAudits) ? false : null,
      unless: shown(byAudits),
    },
    false_king: falseKing(line, matches),
  }
}

const pairOf = ({ left, right, confirmation }: Pairing) => `${left} ${right}${confirmation ? ' again' : ''}`

/** A verdict that was not asked for turns a match as one that was: fewer of them are needed where fewer were asked. */
const withUnasked = ({ duels, unasked = [] }: RecordedMatch) => [
  ...duels,
  ...unasked.map((name) => ({ name, winner: 'skipped' as const })),
]

/** What a match is decided by: a confirmation by what the second judge is asked for. */
const heldTo = ({ confirmation }: Pairing, line: TimelineInput): Throne =>
  confirmation ? { winMargin: line.winMargin, significance: line.confirmation } : line

const restsOnAudits = ({ passed, failed, unaudited }: Upset) =>
  passed.length + failed.length > 0 || unaudited !== undefined

function intervalOf(match: RecordedMatch | undefined): DecisiveMargin['interval'] {
  if (match === undefined || match.duels.length === 0) return null
  return marginInterval({ ...tallyOf(match.duels, match.unearned), duels: match.duels.length })
}

function shownUpset(upset: Upset, flipsOf: (match: Pairing) => Flip[] | undefined): UpsetOf {
  const { flips, turned, passed, failed, winner, missing, unaudited } = upset
  const untold =
    missing !== undefined
      ? missing.confirmation
        ? `the second judge was not asked about ${missing.right}`
        : `${missing.left} vs ${missing.right} was never judged`
      : unaudited !== undefined
        ? `the audit of ${unaudited} may still take wins away`
        : null
  return {
    least: flips,
    turned: turned.map((match) => ({ ...match, flips: flipsOf(match) ?? [] })),
    passed,
    failed,
    winner: winner ?? null,
    because: untold,
  }
}

function falseKing(line: TimelineInput, matches: readonly RecordedMatch[]): Robustness['false_king'] {
  const qualification = matches.filter(({ left, confirmation }) => left === LEADER && !confirmation)
  const contest = contestOf(qualification)
  if (contest === undefined) return null
  const { challengers, decisiveRate } = contest
  const prompts = Math.max(...qualification.map((match) => withUnasked(match).length))
  if (prompts > (line.significance === undefined ? MAX_PROMPTS : MAX_TESTED_PROMPTS)) return null
  const chance = falseKingChance({ challengers, prompts, throne: line, decisiveRate })
  return { chance, challengers, prompts, decisive_rate: decisiveRate }
}
