/** An audit of what is new since the last one, by the clock. What was found once is told until somebody explains it. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import type { Job } from '../operate/job.ts'
import { type Report, severities } from '../verify/report/schema.ts'
import { lastLine } from '../verify/report/terminal.ts'
import type { JobContext } from './serve-jobs.ts'
import { runVerify } from './verify-run.ts'
import { isUsable } from './weights-audit.ts'

/** The rest of the machine is for the tick. */
const THREADS = 1

export function verifyJob({ dir, cache, settings, metrics }: JobContext): Job {
  const { evidence, limit_minutes } = settings.verify
  // An audit without evidence is no beginning of one with it.
  const checkpoint = join(cache, evidence ? 'verified-with-evidence.json' : 'verified.json')
  return {
    name: 'verify',
    limitMs: 60_000 * limit_minutes,
    apart: ['publish'],
    async run(signal) {
      await mkdir(dirname(checkpoint), { recursive: true })
      const since = (await isUsable(checkpoint)) ? { since: checkpoint } : {}
      const look = evidence ? {} : ({ store: false } as const)
      const report = await runVerify(dir, { ...look, ...since, checkpoint, jobs: THREADS }, signal)
      for (const severity of severities) metrics.findings(severity, report.severities[severity])
      const { head, severities: found } = report
      return {
        said: lastLine(report, Number.POSITIVE_INFINITY),
        fields: { head, findings: found },
        errors: found.error === 0 ? [] : [broken(report)],
      }
    },
  }
}

function broken({ findings, severities: { error: count } }: Report): RoundkeeperError {
  const first = findings.find(({ severity }) => severity === 'error')
  return new RoundkeeperError(
    'refused',
    `the history breaks ${count === 1 ? 'a rule' : `${count} rules`}: ${first?.message}`,
    {
      where: first && `${first.code}, commit ${first.commit.slice(0, 10)}`,
      hint: 'See `roundkeeper verify`: docs/verification.md says what each finding means, and what explains it.',
    },
  )
}
