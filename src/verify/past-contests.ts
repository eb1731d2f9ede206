/** What a competition's own past says of rounds to come. */
import type { Records } from '../engine/records.ts'
import { contestOf } from '../rules/false-king.ts'
import { files } from '../state/files.ts'
import { fileAt } from '../state/locate.ts'
import { LEADER } from '../state/winner.ts'
import { reportsOf } from './replay-matches.ts'

export interface PastContests {
  /** Rounds in which somebody was judged against the leader, and how many were, both having shown something. */
  readonly rounds: number
  readonly matches: number
  /** Median over these matches of the share of duels that either side won. */
  readonly decisiveRate: number
  /** Median over these rounds of how many entered. */
  readonly challengers: number
}

/** @returns undefined where nobody was ever judged @throws `state-file` */
export async function pastContests(records: Records): Promise<PastContests | undefined> {
  const all: { duels: Parameters<typeof contestOf>[0][number]['duels'] }[] = []
  const entered: number[] = []
  for (const path of await records.list('rounds')) {
    const located = fileAt(path)
    if (located?.file !== files.matrix) continue
    const round = located.args[0] as number
    const matrix = ((await records.find(files.matrix, round)) ?? []).filter(({ left }) => left === LEADER)
    const reports = [...(await reportsOf(records, round, matrix)).values()]
    if (contestOf(reports) === undefined) continue
    all.push(...reports)
    entered.push(Object.keys((await records.find(files.submissions, round)) ?? {}).length)
  }
  const contest = contestOf(all)
  if (contest === undefined) return undefined
  entered.sort((a, b) => a - b)
  const challengers = entered[entered.length >> 1] as number
  return { rounds: entered.length, matches: contest.challengers, decisiveRate: contest.decisiveRate, challengers }
}
