/** How firmly the crown of a recorded round sits. */
import type { Records } from '../engine/records.ts'
import { voidedIn } from '../engine/scene.ts'
import { mismatchesOf } from '../formats/generation-3d/margins.ts'
import { counts } from '../rules/match.ts'
import { stemOf } from '../rules/prompts.ts'
import { type RecordedMatch, type Robustness, robustnessOf } from '../rules/robustness.ts'
import { confirmationOf } from '../rules/timeline.ts'
import type { Config } from '../state/config.ts'
import type { MatchReport } from '../state/duels.ts'
import { files } from '../state/files.ts'
import { LEADER } from '../state/winner.ts'
import { pair, reportsOf, rescored } from './replay-matches.ts'
import { timelineInput } from './replay-round.ts'

export type RoundRobustness = { readonly round: number } & Robustness

/**
 * @param records as of the commit that declared the winner: of audits that came later nothing may be known
 * @param config in force then
 * @returns undefined for a round without winner, without any match on record, or one that is void
 */
export async function roundRobustness(
  records: Records,
  config: Config,
  round: number,
): Promise<RoundRobustness | undefined> {
  const decided = await records.find(files.winner, round)
  const matrix = (await records.find(files.matrix, round)) ?? []
  const submissions = await records.find(files.submissions, round)
  if (decided === undefined || decided.void !== undefined) return undefined
  if (submissions === undefined || matrix.length === 0) return undefined
  const reports = await reportsOf(records, round, matrix)
  const line = await timelineInput(records, config, round, submissions, rescored(matrix, reports))
  const audits = (await records.find(files.generationAudits, round)) ?? {}
  const mismatched = await mismatchesOf({ snapshot: records, config, number: round }, audits)
  const voided = [...(await voidedIn(records, round)).keys()]
  const unearnedBy = (hotkey: string) => new Set([...voided, ...(mismatched.get(hotkey) ?? [])])
  const stems = ((await records.find(files.prompts, round)) ?? []).map(stemOf)
  const matches = matrix.flatMap(({ left, right }): RecordedMatch[] => {
    const report = reports.get(pair(left, right))
    if (report === undefined) return []
    // A void duel is in no margin, so that no flip of it would turn anything.
    const duels = report.duels.filter(counts)
    const unearned = { left: unearnedBy(left), right: unearnedBy(right) }
    return [{ left, right, duels, unearned, unasked: unaskedIn(report, stems) }]
  })
  for (const hotkey of line.confirmation === undefined ? [] : line.order) {
    const again = line.secondOpinion?.(hotkey) && (await records.find(files.confirmation, round, hotkey))
    if (again === undefined) continue
    const unearned = { left: unearnedBy(LEADER), right: unearnedBy(hotkey) }
    matches.push({
      ...confirmationOf(hotkey),
      duels: again.duels.filter(counts),
      unearned,
      unasked: unaskedIn(again, stems),
    })
  }
  const requested = ((await records.find(files.requireAudit, round)) ?? []).map(({ hotkey }) => hotkey)
  return { round, ...robustnessOf({ line, winner: decided.winner_hotkey, matches, requested }) }
}

/** What a stopped match left open. */
function unaskedIn({ duels, stopped }: MatchReport, stems: readonly string[]): string[] {
  if (stopped === undefined) return []
  const played = new Set(duels.map(({ name }) => name))
  return stems.filter((stem) => !played.has(stem))
}
