import { criticalPrompts } from '../../rules/match.ts'
import type { Timeline } from '../../rules/timeline.ts'
import { type AuditRequest, files, LEADER } from '../../state/index.ts'
import { type RoundFiles, reportOf } from './record.ts'

/** How an audit that the timeline asks for is requested. @throws `state-file` when the match that it is about is not on record */
export async function requestOf(round: RoundFiles, line: Timeline, hotkey: string): Promise<AuditRequest> {
  const { snapshot, number, config } = round
  // No prompt is more critical than another where a win that was not reproduced never counts.
  if (config.rules === 'v1') return { hotkey, critical_prompts: [] }
  const { seed } = await snapshot.read(files.seed, number)
  const at = line.chain.indexOf(hotkey)
  const defender = at > 0 ? line.chain[at - 1] : LEADER
  const report = await reportOf(round, defender ?? LEADER, hotkey)
  return { hotkey, critical_prompts: criticalPrompts(report, { seed, winMargin: config.win_margin }) }
}
