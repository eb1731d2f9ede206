/** What an audit makes of the record of a hotkey: for the auditor, and for whoever audits again. */
import { voidedIn } from '../../engine/scene.ts'
import { auditVerdict, checkedPrompts } from '../../rules/audit.ts'
import { files, type GenerationAudit } from '../../state/index.ts'
import { limitsOf } from './audit-limits.ts'
import { outputsOf, type RoundFiles } from './record.ts'

/** From submitted and regenerated outputs; what was not regenerated does not match. */
export async function verdictOnRecord(round: RoundFiles, hotkey: string): Promise<GenerationAudit> {
  const { snapshot, number, config } = round
  const submitted = await outputsOf(round, hotkey)
  const voided = await voidedIn(snapshot, number)
  const requests = (await snapshot.find(files.requireAudit, number)) ?? []
  return auditVerdict({
    hotkey,
    submitted,
    generated: (await snapshot.find(files.generated, number, hotkey)) ?? {},
    critical: requests.find((request) => request.hotkey === hotkey)?.critical_prompts ?? [],
    limits: limitsOf(config, checkedPrompts(submitted, voided).length),
    voided,
  })
}

const refused = (hotkey: string, reason: string): GenerationAudit => ({
  hotkey,
  outcome: 'rejected',
  checked_prompts: 0,
  failed_prompts: 0,
  failed_critical: 0,
  generation_time: null,
  reason,
})

/** `builds.json` says so. */
export const notBuilt = (hotkey: string) => refused(hotkey, 'Failed to build a docker image')

/** Only who tried knows. */
export const notDeployed = (hotkey: string, detail: string) =>
  refused(hotkey, `Failed to deploy a docker image: ${detail}`)
