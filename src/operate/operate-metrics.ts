/** What Prometheus is told of a process that operates a competition. Labels come from closed sets only. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { stages } from '../state/state.ts'
import type { JobEvent, JobName } from './job.ts'
import type { StandingNow } from './standing.ts'

export interface MetricsSources {
  readonly version: string
  readonly standing: () => StandingNow | null
  readonly isRunning: (job: JobName) => boolean
  readonly lastSuccess: (job: JobName) => Date | undefined
  readonly failures: (job: JobName) => number
  readonly next: (job: JobName) => Date | undefined
  /** Those that are not switched off. */
  readonly jobs: readonly JobName[]
}

export interface OperateMetrics {
  job(event: JobEvent): void
  commits(count: number): void
  /** A piece of costly work that was found in the store, or that had to be done. */
  evidence(kind: string, how: 'found' | 'made'): void
  poolTask(ok: boolean): void
  findings(severity: string, count: number): void
  reaped(count: number): void
  weightsSet(block: number): void
}

const SECONDS = [0.1, 1, 5, 15, 60, 300, 900, 3600, 10_800, 43_200]
/** Of evidence, as keys name them. */
const KIND = /^[a-z0-9-]{1,40}$/

export function operateMetrics(register: Registry, sources: MetricsSources): OperateMetrics {
  const registers = [register]
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Counter({ name: `roundkeeper_${name}`, help, labelNames, registers })
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[], collect?: Collect<T>) =>
    new Gauge({
      name: `roundkeeper_${name}`,
      help,
      labelNames,
      registers,
      ...(collect && {
        collect() {
          this.reset()
          collect(this)
        },
      }),
    })
  const ofJobs = (name: string, help: string, value: (job: JobName) => number | undefined) =>
    gauge(name, help, ['job'], (self) => {
      for (const job of sources.jobs) {
        const number = value(job)
        if (number !== undefined) self.set({ job }, number)
      }
    })
  const seconds = (date: Date | undefined) => date && date.getTime() / 1000

  const runs = counter('job_runs_total', 'Runs that came to an end, by how.', ['job', 'outcome'])
  const again = counter('job_overlaps_total', 'Times at which a job was due while it ran: it runs once more.', ['job'])
  const duration = new Histogram({
    name: 'roundkeeper_job_seconds',
    help: 'From the beginning of a run to its end.',
    labelNames: ['job'],
    buckets: SECONDS,
    registers,
  })
  const commits = counter('commits_total', 'Commits that the engine made.')
  const evidence = counter('evidence_total', 'Pieces of costly work, found in the store or made.', ['kind', 'how'])
  const tasks = counter('pool_tasks_total', 'Pieces of work that the pool has done.', ['outcome'])
  const reaped = counter('pods_reaped_total', 'Pods that were stopped because nobody needed them.')
  const findings = gauge('verify_findings', 'What the last verification found, from the first commit on.', ['severity'])
  const weights = gauge('weights_set_block', 'The block of the last weights that this process set.', [])

  gauge('build_info', 'Which program this is.', ['version', 'node'], (self) =>
    self.set({ version: sources.version, node: process.versions.node }, 1),
  )
  ofJobs('job_running', '1 while it runs.', (job) => Number(sources.isRunning(job)))
  ofJobs('job_failures_in_a_row', 'Failed runs since the last good one.', sources.failures)
  ofJobs('job_last_success_timestamp_seconds', 'When it last came to a good end.', (job) =>
    seconds(sources.lastSuccess(job)),
  )
  ofJobs('job_next_timestamp_seconds', 'When it is due next.', (job) => seconds(sources.next(job)))
  const ofStanding = (name: string, help: string, value: (standing: StandingNow) => number | null) =>
    gauge(name, help, [], (self) => {
      const standing = sources.standing()
      const number = standing && value(standing)
      if (number !== null) self.set(number)
    })
  ofStanding('round', 'The current round.', ({ round }) => round)
  ofStanding('chain_block', 'The newest block that the last tick saw.', ({ block }) => block)
  ofStanding(
    'lag_blocks',
    'Blocks since what comes next was due; 0 while it is on time.',
    ({ lag_blocks }) => lag_blocks,
  )
  ofStanding('late', '1 when the lag is more than late_after_blocks.', ({ late }) => Number(late))
  gauge('stage', '1 for the current stage.', ['stage'], (self) => {
    const standing = sources.standing()
    if (standing !== null) for (const stage of stages) self.set({ stage }, Number(stage === standing.stage))
  })
  for (const job of sources.jobs) {
    again.inc({ job }, 0)
    for (const outcome of ['ok', 'failed', 'stopped']) runs.inc({ job, outcome }, 0)
  }

  return {
    job(event) {
      if (event.kind === 'again') again.inc({ job: event.job })
      if (event.kind !== 'ended') return
      runs.inc({ job: event.job, outcome: event.ending.kind })
      duration.observe({ job: event.job }, event.ms / 1000)
    },
    commits: (count) => commits.inc(count),
    evidence: (kind, how) => evidence.inc({ kind: KIND.test(kind) ? kind : 'other', how }),
    poolTask: (ok) => tasks.inc({ outcome: ok ? 'ok' : 'failed' }),
    findings: (severity, count) => findings.set({ severity }, count),
    reaped: (count) => reaped.inc(count),
    weightsSet: (block) => weights.set(block),
  }
}

type Collect<T extends string> = (self: Gauge<T>) => void
