/** The tick, as `serve` calls it by the clock. */
import { findStandstill } from '../engine/standstill.ts'
import { isError } from '../errors.ts'
import { countedPool } from '../operate/counted-pool.ts'
import type { Job } from '../operate/job.ts'
import type { Standing } from '../operate/standing.ts'
import { progressText } from './advance.ts'
import { describeReport } from './describe.ts'
import type { Operator } from './operator.ts'
import type { JobContext } from './serve-jobs.ts'
import { tick } from './tick.ts'

export function advanceJob({ dir, settings, clock, log: all, metrics, standing }: JobContext): Job {
  const log = all.child({ job: 'advance' })
  const see = async (operator: Operator) => {
    const before = standing.at(clock.now())
    await look(operator, standing)
    const now = standing.at(clock.now())
    if (now?.late && !before?.late)
      log.warn({ lag_blocks: now.lag_blocks }, `LATE: ${now.stage} is overdue by ${now.lag_blocks} blocks`)
    if (before?.late && now !== null && !now.late) log.info('on time again')
  }
  return {
    name: 'advance',
    limitMs: 60_000 * settings.advance.limit_minutes,
    // It stops pods that no run needs: two of one process would take those of each other for forgotten ones.
    apart: ['reap'],
    async run(signal) {
      const { openOperator } = await import('./operator.ts')
      await using operator = await openOperator(dir)
      await see(operator)
      const report = await tick(
        { ...operator, pool: countedPool(operator.pool, metrics) },
        {
          untilIdle: true,
          signal,
          run: 'serve',
          progress: (event) => log.debug(progressText(event)),
          warn: (listener, error) => log.warn({ error }, `${listener} was not told`),
        },
      )
      standing.reported(report)
      metrics.commits(report.commits.length)
      for (const line of report.did) log.info(line)
      await see(operator)
      const { status, round, stage, commits, errors } = report
      const fields = { status, round, stage, commits: commits.length }
      return { said: describeReport(report, clock.now()), fields, errors }
    },
  }
}

/** Only for those who look on: what goes wrong here stops nothing. */
async function look({ repo, chain, clock }: Operator, standing: Standing): Promise<void> {
  try {
    const { head, standstill } = await findStandstill(repo)
    const { name: competition } = standstill.config
    const block = await chain.head().then(
      ({ number }) => number,
      () => undefined,
    )
    standing.see({ competition, head, standstill, block, at: clock.now() })
  } catch (error) {
    if (!isError(error)) throw error
  }
}
