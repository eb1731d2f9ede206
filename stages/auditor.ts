import type { Job } from '../src/engine/format.ts'
import type { Owner, Waiting } from '../src/engine/owner.ts'
import { isError } from '../src/errors.ts'

const keyOf = (job: Job) => `${job.kind} ${job.subject}`

/** Runs miners' code: builds, the leader's baseline, and the audits that judging asked for. Each job once a run. */
export const auditor: Owner = {
  name: 'auditor',
  stages: ['miner_generation', 'downloading', 'duels'],
  async *run(round, context) {
    const tried = new Set<string>()
    let waiting: Waiting | undefined
    let failure: unknown
    try {
      await context.format.tidy?.(round, context)
    } catch (error) {
      if (context.signal.aborted || !isError(error)) throw error
      failure = error
    }
    for (;;) {
      const job = (await context.format.jobs(round, context)).find((candidate) => !tried.has(keyOf(candidate)))
      if (job === undefined) break
      tried.add(keyOf(job))
      context.progress({ what: `round ${round.number}: ${keyOf(job)}` })
      try {
        const result = yield* context.format.work(round, job, context)
        waiting ??= result
      } catch (error) {
        // One job that cannot be done now must not hold up the others; the first failure is reported at the end.
        if (!isError(error) || !error.retryable) throw error
        failure ??= error
      }
    }
    if (failure !== undefined) throw failure
    return waiting
  },
}
