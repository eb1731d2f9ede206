/** Audits: every verdict with all its numbers, from what was submitted and what the image made. */

import type { GenerationAudit } from '../../../state/audits.ts'
import { files } from '../../../state/files.ts'
import { believing, type Compared, refuted } from '../../compare.ts'
import { decidedIn, replayVerdict } from '../../replay-verdicts.ts'
import type { Check, Step } from '../../step.ts'
import { made } from '../made.ts'
import { eachChanged } from '../touched.ts'

export const audit = (): Check => ({
  name: 'audits',
  async step(step, report) {
    await eachChanged(step, [files.generationAudits], report, async ({ round, path, config }) => {
      const before = (await step.before.find(files.generationAudits, round)) ?? {}
      const after = (await step.after.find(files.generationAudits, round)) ?? {}
      for (const [hotkey, verdict] of decidedIn(after)) {
        if (JSON.stringify(before[hotkey]) === JSON.stringify(verdict)) continue
        const again = await replayVerdict(step.after, config, round, hotkey)
        const compared = await considered(step, round, hotkey, again)
        report.decision(made({ kind: 'audit', round, subject: hotkey, path }, compared))
      }
    })
  },
})

async function considered(
  { after, strict }: Step,
  round: number,
  hotkey: string,
  compared: Compared<GenerationAudit>,
): Promise<Compared<GenerationAudit>> {
  if (compared.equal === false) return compared
  const requests = (await after.find(files.requireAudit, round)) ?? []
  if (!requests.some((request) => request.hotkey === hotkey)) return refuted(compared, 'nobody asked for this audit')
  return strict || compared.believed !== undefined
    ? compared
    : believing(compared, await believedOf(after, round, hotkey))
}

/** Older records name addresses, whose contents may have changed since. */
async function believedOf(after: Step['after'], round: number, hotkey: string): Promise<string | undefined> {
  const generated = Object.values((await after.find(files.generated, round, hotkey)) ?? {})
  const isHashed = generated.every(({ glb, glb_sha256 }) => glb === null || glb_sha256 !== undefined)
  return isHashed && generated.length > 0 ? undefined : 'the distances and times, of outputs that have no digests'
}
