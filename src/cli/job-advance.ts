/** The tick, as `serve` calls it by the clock. */
import { findStandstill } from '../engine/standstill.ts'
import { countedPool } from '../operate/counted-pool.ts'
import { countedStore } from '../operate/counted-store.ts'
import type { Job } from '../operate/job.ts'
import { repoAt, watchedRepo } from '../operate/watched-repo.ts'
import { progressText } from './advance.ts'
import { describeReport } from './describe.ts'
import { type Operator, openOperator } from './operator.ts'
import type { JobContext } from './serve-jobs.ts'
import { tick } from './tick.ts'

export function advanceJob({ dir, settings, clock, log: all, metrics, standing }: JobContext): Job {
  const log = all.child({ job: 'advance' })

  /** Only for those who look on: what goes wrong here stops nothing. */
  async function see({ repo, chain }: Pick<Operator, 'repo' | 'chain'>): Promise<void> {
    try {
      const before = standing.at(clock.now())
      const { head, standstill } = await findStandstill(repo)
      const { name: competition } = standstill.config
      standing.see({ competition, head, standstill, at: clock.now() })
      const now = standing.at(clock.now())
      if (now?.late && !before?.late)
        log.warn({ lag_blocks: now.lag_blocks }, `LATE: ${now.stage} is overdue by ${now.lag_blocks} blocks`)
      if (now?.late === false && before?.late) log.info('on time again')
      standing.seeBlock((await chain.head()).number)
    } catch (error) {
      log.debug({ error }, 'where the competition stands cannot be seen')
    }
  }

  return {
    name: 'advance',
    limitMs: 60_000 * settings.advance.limit_minutes,
    // It stops pods that no run needs: two of one process would take those of each other for forgotten ones.
    apart: ['reap'],
    async run(signal) {
      await using operator = await openOperator(dir, {
        adapt: (ports) => ({ ...ports, store: countedStore(ports.store, metrics) }),
        tell: (text) => log.info(text),
      })
      const { chain } = operator
      let seen = see(operator)
      const repo = watchedRepo(operator.repo, (oid, message) => {
        metrics.commits(1)
        log.info({ commit: oid }, message.split('\n')[0])
        seen = seen.then(() => see({ chain, repo: repoAt(operator.repo, oid) }))
      })
      try {
        const report = await tick(
          { ...operator, repo, pool: countedPool(operator.pool, metrics) },
          {
            untilIdle: true,
            signal,
            run: 'serve',
            progress: (event) => log.debug(progressText(event)),
            warn: (listener, error) => log.warn({ error }, `${listener} was not told`),
          },
        )
        standing.reported(report)
        const { status, round, stage, commits, errors } = report
        const fields = { status, round, stage, commits: commits.length }
        return { said: describeReport(report, clock.now()), fields, errors }
      } finally {
        // Whoever is to stop waits for no chain.
        if (!signal.aborted) await seen.then(() => see(operator))
      }
    },
  }
}
