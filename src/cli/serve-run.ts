/** One process that operates a competition, from its settings to its end in good order. */
import { join } from 'node:path'
import pino from 'pino'
import { Registry } from 'prom-client'
import type { Clock } from '../engine/clock.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { masked } from '../mask.ts'
import { CronAlarms } from '../operate/cron-alarms.ts'
import { type JobName, jobNames } from '../operate/job.ts'
import { linesForPeople } from '../operate/lines-for-people.ts'
import { type Lines, type Log, type LogLevel, makeLog } from '../operate/log.ts'
import { operateMetrics } from '../operate/operate-metrics.ts'
import { operateService } from '../operate/operate-service.ts'
import { Operation } from '../operate/operation.ts'
import { RunBook } from '../operate/run-book.ts'
import { Standing } from '../operate/standing.ts'
import { listen } from '../services/listen.ts'
import { VERSION } from '../version.ts'
import { debugging } from './debug.ts'
import { EXIT_ERROR, EXIT_OK } from './exit-codes.ts'
import { readSettings } from './operator-settings.ts'
import { print } from './output.ts'
import { jobsOn, makeJobs } from './serve-jobs.ts'
import { stopSignal } from './stop-signal.ts'

export interface ServeOptions {
  readonly dir: string
  readonly host: string
  readonly port: number
  readonly drain: number
  readonly logLevel: LogLevel
  readonly once?: boolean
  readonly json?: boolean
}

/** For answers that are under way when everything else has ended. */
const LAST_ANSWERS_MS = 1000

/** Of lines that nobody takes, before some are dropped. */
const MAX_HELD_BYTES = 2 ** 20

/** @throws for settings, keys and ports that will not do, before any job begins */
export async function runServe(options: ServeOptions, lines: Lines = linesTo(options)): Promise<void> {
  const { dir } = options
  const clock: Clock = new SystemClock()
  const { serve: settings, chain } = await readSettings(dir)
  const log = makeLog({ level: options.logLevel, lines, mask: masked, debug: debugging() })
  using stop = stopSignal(undefined, {
    patienceMs: 1000 * options.drain,
    giveUp: () => giveUp(log, `not everything stopped within ${options.drain} s; what was decided is committed`),
  })
  const cache = join(dir, '.cache', 'serve')
  const book = await RunBook.open({
    path: join(cache, 'runs.json'),
    mask: masked,
    onTrouble: (error) => log.warn({ error }, 'when jobs ran cannot be written down: after a restart it is not known'),
  })
  const standing = new Standing(settings.late_after_blocks)
  const register = new Registry()
  const metrics = operateMetrics(register, {
    version: VERSION,
    standing: () => standing.at(clock.now()),
    isRunning: (job) => operation.isRunning(job),
    next: (job) => operation.next(job),
    lastSuccess: (job) => dateOf(book.of(job).succeeded),
    failures: (job) => book.of(job).failures,
    jobs: jobsOn(settings),
  })
  const scheduled = await makeJobs({ dir, cache, settings, clock, log, metrics, standing }, chain)
  const failed = new Set<JobName>()
  using alarms = new CronAlarms()
  const operation: Operation = new Operation({
    scheduled,
    alarms,
    clock,
    book,
    log,
    jitterMs: 1000 * settings.jitter_seconds,
    graceMs: 1000 * options.drain,
    signal: stop.signal,
    onEvent: (event) => {
      metrics.job(event)
      if (event.kind === 'ended' && event.ending.kind === 'failed') failed.add(event.job)
    },
    giveUp: (job) => giveUp(log, `${job} hangs: a new process is needed`),
  })
  if (options.once) {
    await operation.once()
    process.exitCode = failed.size > 0 ? EXIT_ERROR : EXIT_OK
    return
  }
  const startedAt = clock.now()
  const service = operateService({
    register,
    unready: () => (stop.signal.aborted ? 'stopping' : undefined),
    status: () => ({
      version: VERSION,
      now: clock.now().toISOString(),
      started_at: startedAt.toISOString(),
      stopping: stop.signal.aborted,
      competition: standing.at(clock.now()),
      jobs: Object.fromEntries(jobNames.map((name) => [name, operation.jobStatus(name)])),
    }),
    tell: ({ at: _, ...request }) => log.debug(request, 'asked'),
  })
  const listening = await listen(service, options)
  log.info({ url: listening.url, version: VERSION, jobs: operation.jobs }, `serving, and listening on ${listening.url}`)
  operation.begin()
  stop.signal.addEventListener('abort', () => log.info('stopping: what runs comes to an end in good order'))
  await operation.ended()
  await listening.stop(LAST_ANSWERS_MS)
  log.info('stopped')
}

function giveUp(log: Log, why: string): never {
  log.error(why)
  process.exit(EXIT_ERROR)
}

/** To a terminal in words; elsewhere as JSON, synchronously, so that the last line before an end is there. */
function linesTo({ json }: ServeOptions): Lines {
  if (process.stdout.isTTY && !json) return linesForPeople(print)
  const out = pino.destination({ dest: 1, sync: true, maxLength: MAX_HELD_BYTES })
  // A disk that is full or a reader that is gone costs lines, and not the competition.
  out.on('error', () => undefined)
  return out
}

const dateOf = (text: string | null) => (text === null ? undefined : new Date(text))
