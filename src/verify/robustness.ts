/** How firmly the crown of a recorded round sits. */
import type { Records } from '../engine/records.ts'
import { mismatchesOf } from '../formats/generation-3d/margins.ts'
import { type Robustness, robustnessOf } from '../rules/robustness.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import { pair, reportsOf, rescored } from './replay-matches.ts'
import { timelineInput } from './replay-round.ts'

export type RoundRobustness = { readonly round: number } & Robustness

const NONE: ReadonlySet<string> = new Set()

/**
 * @param records as of the commit that declared the winner: of audits that came later nothing may be known
 * @param config in force then
 * @returns undefined for a round without winner or without any match on record
 */
export async function roundRobustness(
  records: Records,
  config: Config,
  round: number,
): Promise<RoundRobustness | undefined> {
  const winner = (await records.find(files.winner, round))?.winner_hotkey
  const matrix = (await records.find(files.matrix, round)) ?? []
  const submissions = await records.find(files.submissions, round)
  if (winner === undefined || submissions === undefined || matrix.length === 0) return undefined
  const reports = await reportsOf(records, round, matrix)
  const line = await timelineInput(records, config, round, submissions, rescored(matrix, reports))
  const audits = (await records.find(files.generationAudits, round)) ?? {}
  const mismatched = await mismatchesOf({ snapshot: records, config, number: round }, audits)
  const matches = matrix.flatMap(({ left, right }) => {
    const duels = reports.get(pair(left, right))?.duels
    const unearned = { left: mismatched.get(left) ?? NONE, right: mismatched.get(right) ?? NONE }
    return duels === undefined ? [] : [{ left, right, duels, unearned }]
  })
  const requested = ((await records.find(files.requireAudit, round)) ?? []).map(({ hotkey }) => hotkey)
  return { round, ...robustnessOf({ line, winner, matches, requested }) }
}
