/** How many duels of a history its judge would have had to be asked about, by each way of sparing it. */
import type { History } from '../../src/repo/history.ts'
import { type FinishedRound, finishedRounds, wordsOf } from './history.ts'
import { askedIn } from './recorded-match.ts'
import { type Judging, type Replayed, replayRound, reportsIn } from './replayed-round.ts'

export interface Options {
  /** Of the tests. */
  readonly error: number
  /** Duels that are asked side by side, at least. */
  readonly batch: number
}

/** `lazy` judges whole matches, but only those that the round consults; the others stop as `config.judging` has it. */
export const ways = ['lazy', 'lossless', 'sequential', 'gsprt'] as const
export type Way = (typeof ways)[number]

const judgingOf = (way: Way, { error, batch }: Options): Judging => ({
  stopping: way === 'lazy' ? 'none' : way,
  stopping_error: error,
  stopping_batch: batch,
})

export interface MeasuredRound extends Readonly<Record<Way, number>> {
  readonly round: number
  readonly winner: string
  /** Matches on record, and those that are consulted. */
  readonly matches: number
  readonly consulted: number
  readonly recordedDuels: number
  readonly winnersEqual: boolean
  readonly passesEqual: boolean
  /** What was published and changed later. */
  readonly edits: readonly string[]
  readonly notes: readonly string[]
}

/** JSON as it is. */
export interface Measured extends Readonly<Record<Way, number>> {
  readonly source: string
  /** Duels that a judge was asked about, in all matches of all finished rounds. */
  readonly recordedDuels: number
  /** Whether every round has the winner that it has on record, and every consulted match the same outcome: by `lossless` and by `sequential`. */
  readonly winnersEqual: boolean
  readonly passesEqual: boolean
  /** Of the recorded duels. */
  readonly shares: Readonly<Record<Way, number>>
  readonly rounds: readonly MeasuredRound[]
  readonly notes: readonly string[]
}

export async function measure(history: History, options: Options): Promise<Measured> {
  const finished = await finishedRounds(history)
  const rounds: MeasuredRound[] = []
  const notes = [...finished.notes]
  for (const each of finished.rounds) {
    try {
      rounds.push(await measureRound(each, options))
    } catch (error) {
      notes.push(`round ${each.round}: ${wordsOf(error)}`)
    }
  }
  const sum = (of: 'recordedDuels' | Way) => rounds.reduce((all, round) => all + round[of], 0)
  const recordedDuels = sum('recordedDuels')
  const totals = byWay(sum)
  return {
    ...{ source: history.id, recordedDuels, ...totals },
    winnersEqual: rounds.every((round) => round.winnersEqual),
    passesEqual: rounds.every((round) => round.passesEqual),
    shares: byWay((way) => (recordedDuels === 0 ? 0 : Number((totals[way] / recordedDuels).toFixed(4)))),
    ...{ rounds, notes },
  }
}

const byWay = (of: (way: Way) => number) => Object.fromEntries(ways.map((way) => [way, of(way)])) as Record<Way, number>

async function measureRound(finished: FinishedRound, options: Options): Promise<MeasuredRound> {
  const { round, winner, edits } = finished
  const replayed = new Map<Way, Replayed>()
  for (const way of ways) replayed.set(way, await replayRound(finished, judgingOf(way, options)))
  const reports = await reportsIn(finished)
  const differences = (['lossless', 'sequential'] as const).flatMap((way) =>
    differencesOf(way, finished, replayed.get(way)),
  )
  const all = [...replayed.values()].flatMap(({ notes }) => notes)
  return {
    ...{ round, winner, matches: reports.length, consulted: replayed.get('lazy')?.matches.length ?? 0 },
    recordedDuels: reports.reduce((sum, report) => sum + (report === undefined ? 0 : askedIn(report)), 0),
    ...byWay((way) => replayed.get(way)?.matches.reduce((sum, { asked }) => sum + asked, 0) ?? 0),
    winnersEqual: !differences.some(({ of }) => of === 'winner'),
    passesEqual: !differences.some(({ of }) => of === 'match'),
    edits,
    notes: [...new Set([...all, ...differences.map(({ words }) => words)])],
  }
}

function differencesOf(way: Way, { winner }: FinishedRound, replayed: Replayed | undefined) {
  const matches = (replayed?.matches ?? [])
    .filter(({ passes, recorded }) => passes !== recorded.passes)
    .map(({ left, right, margin, recorded }) => ({
      of: 'match' as const,
      words: `${way}: ${left.slice(0, 10)} vs ${right.slice(0, 10)} has the margin ${margin} instead of ${recorded.margin}`,
    }))
  if (replayed?.winner === winner) return matches
  const who = replayed?.winner?.slice(0, 10) ?? 'nobody that could be told'
  return [...matches, { of: 'winner' as const, words: `${way}: won by ${who} instead of ${winner.slice(0, 10)}` }]
}
