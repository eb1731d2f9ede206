/** The jobs of `serve` that are switched on, with their timetables. */
import type { Clock } from '../engine/clock.ts'
import { Timetable } from '../operate/cron.ts'
import type { Job, JobName } from '../operate/job.ts'
import { jobNames } from '../operate/job.ts'
import type { Log } from '../operate/log.ts'
import type { OperateMetrics } from '../operate/operate-metrics.ts'
import type { Scheduled } from '../operate/operation.ts'
import type { Standing } from '../operate/standing.ts'
import type { OperatorSettings } from './operator-settings.ts'
import type { ServeSettings } from './serve-settings.ts'

/** What all jobs need. */
export interface JobContext {
  /** The operator's folder. */
  readonly dir: string
  /** What can be lost: where audits go on from, when jobs ran. */
  readonly cache: string
  readonly settings: ServeSettings
  readonly clock: Clock
  readonly log: Log
  readonly metrics: OperateMetrics
  readonly standing: Standing
}

/** Each is loaded only where it is on. @throws what opening the key for weights throws */
const makers: Record<JobName, (context: JobContext, chain: OperatorSettings['chain']) => Promise<Job>> = {
  advance: async (context) => (await import('./job-advance.ts')).advanceJob(context),
  weights: async (context, chain) => (await import('./job-weights.ts')).weightsJob(context, chain),
  verify: async (context) => (await import('./job-verify.ts')).verifyJob(context),
  reap: async (context) => (await import('./job-reap.ts')).reapJob(context),
  publish: async (context) => (await import('./job-publish.ts')).publishJob(context),
}

export const jobsOn = (settings: ServeSettings): JobName[] =>
  jobNames.filter((name) => settings[name].schedule !== false)

export async function makeJobs(context: JobContext, chain: OperatorSettings['chain']): Promise<Scheduled[]> {
  const scheduled: Scheduled[] = []
  for (const name of jobNames) {
    const { schedule } = context.settings[name]
    if (schedule === false) continue
    scheduled.push({ job: await makers[name](context, chain), timetable: new Timetable(schedule) })
  }
  return scheduled
}
