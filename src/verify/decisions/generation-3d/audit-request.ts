/** Whom to audit: those whom the succession, as it stood then, rests on. */
import { requestOf } from '../../../formats/generation-3d/request.ts'
import { timeline } from '../../../rules/timeline.ts'
import type { AuditRequest } from '../../../state/audits.ts'
import type { Config } from '../../../state/config.ts'
import { files } from '../../../state/files.ts'
import { believing, type Compared, compare } from '../../compare.ts'
import { timelineInput } from '../../replay-round.ts'
import type { Check, Step } from '../../step.ts'
import { made } from '../made.ts'
import { eachChanged } from '../touched.ts'

export const auditRequest = (): Check => ({
  name: 'audit requests',
  async step(step, report) {
    await eachChanged(step, [files.requireAudit], report, async ({ round, path, config }) => {
      const before = (await step.before.find(files.requireAudit, round)) ?? []
      const after = (await step.after.find(files.requireAudit, round)) ?? []
      const known = new Set(before.map((request) => JSON.stringify(request)))
      for (const request of after) {
        if (known.has(JSON.stringify(request))) continue
        const compared = await replayRequest(step, config, round, request)
        report.decision(made({ kind: 'audit-request', round, subject: request.hotkey, path }, compared))
      }
    })
  },
})

async function replayRequest(
  { after, strict }: Step,
  config: Config,
  round: number,
  request: AuditRequest,
): Promise<Compared<AuditRequest>> {
  const { hotkey } = request
  const matrix = (await after.find(files.matrix, round)) ?? []
  const entries = (await after.find(files.submissions, round)) ?? {}
  const line = timeline(await timelineInput(after, config, round, entries, matrix))
  if (!line.requests.includes(hotkey)) {
    const note = 'it was asked for without need, as the matches stood then'
    return { recorded: request, recomputed: null, equal: false, note }
  }
  const again = await requestOf({ snapshot: after, config, number: round }, line, hotkey)
  return believing(compare(request, again), strict ? undefined : 'the matches that it rests on')
}
