/** What an audit makes of the record of a hotkey: for the auditor, and for whoever audits again. */
import { voidedIn } from '../../engine/scene.ts'
import { unseenRefusal } from '../../rules/anti-replay.ts'
import { auditVerdict, checkedPrompts } from '../../rules/audit.ts'
import { type AuditReason, files, type GenerationAudit } from '../../state/index.ts'
import { limitsOf } from './audit-limits.ts'
import { outputsOf, type RoundFiles } from './record.ts'

/** What its answers to unseen prompts come to; undefined where they are no reason to reject, or are not on record. */
export async function refusalOnRecord(round: RoundFiles, hotkey: string): Promise<GenerationAudit | undefined> {
  const answers = await round.snapshot.find(files.unseen, round.number, hotkey)
  const refusal = answers && unseenRefusal(answers, await outputsOf(round, hotkey))
  return refusal && refused(hotkey, refusal.reason, refusal.code)
}

/** From submitted and regenerated outputs; what was not regenerated does not match. */
export async function verdictOnRecord(round: RoundFiles, hotkey: string): Promise<GenerationAudit> {
  const refusal = await refusalOnRecord(round, hotkey)
  if (refusal !== undefined) return refusal
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

const refused = (hotkey: string, reason: string, code: AuditReason): GenerationAudit => ({
  hotkey,
  outcome: 'rejected',
  checked_prompts: 0,
  failed_prompts: 0,
  failed_critical: 0,
  generation_time: null,
  reason,
  code,
})

/** `builds.json` says so. */
export const notBuilt = (hotkey: string) => refused(hotkey, 'Failed to build a docker image', 'not-built')

/** Only who tried knows. */
export const notDeployed = (hotkey: string, detail: string) =>
  refused(hotkey, `Failed to deploy a docker image: ${detail}`, 'not-started')

/** It is not the miner's image that failed: nothing is decided, and it runs again. What failed is not for the public. */
export const voided = (hotkey: string): GenerationAudit => ({
  ...refused(hotkey, 'The audit came to nothing through no fault of the miner; it runs again', 'void'),
  outcome: 'pending',
})
