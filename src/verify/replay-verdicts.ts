import type { Records } from '../engine/records.ts'
import { voidedIn } from '../engine/scene.ts'
import { limitsOf } from '../formats/generation-3d/audit-limits.ts'
import { auditVerdict, checkedPrompts } from '../rules/audit.ts'
import { type Config, files, type GenerationAudit } from '../state/index.ts'
import { type Compared, compare } from './compare.ts'

/** Audits again, from the regenerated outputs on record. Whether an image could be run at all has to be believed. */
export async function replayVerdicts(snapshot: Records, config: Config, round: number): Promise<Compared<string[]>> {
  const audits = Object.entries((await snapshot.find(files.generationAudits, round)) ?? {})
  const requests = (await snapshot.find(files.requireAudit, round)) ?? []
  const recorded: string[] = []
  const recomputed: string[] = []
  const believed: string[] = []
  for (const [hotkey, audit] of audits) {
    if (audit.outcome === 'pending') continue
    const request = requests.find((each) => each.hotkey === hotkey)
    const outcome = request && (await verdictOf(snapshot, config, round, audit, hotkey, request.critical_prompts))
    if (request !== undefined && outcome === undefined) believed.push(hotkey.slice(0, 10))
    recorded.push(`${hotkey} ${audit.outcome}`)
    recomputed.push(`${hotkey} ${request === undefined ? 'not asked for' : (outcome ?? audit.outcome)}`)
  }
  const note = believed.length > 0 ? `images that did not run: ${believed.join(', ')}` : undefined
  return compare(recorded, recomputed, note)
}

/** Undefined where nothing is on record to tell by. */
async function verdictOf(
  snapshot: Records,
  config: Config,
  round: number,
  audit: GenerationAudit,
  hotkey: string,
  critical: readonly string[],
): Promise<GenerationAudit['outcome'] | undefined> {
  const generated = await snapshot.find(files.generated, round, hotkey)
  if (generated === undefined && audit.outcome === 'rejected') return undefined
  const submitted = (await snapshot.find(files.submitted, round, hotkey)) ?? {}
  const voided = await voidedIn(snapshot, round)
  const limits = limitsOf(config, checkedPrompts(submitted, voided).length)
  return auditVerdict({ hotkey, submitted, generated: generated ?? {}, critical, limits, voided }).outcome
}
