/** A pool whose work is counted: what was found in the store, what had to be done, and what went wrong. */
import type { Settled, Task, Work, WorkPool } from '../engine/work-pool.ts'
import type { OperateMetrics } from './operate-metrics.ts'

export function countedPool(pool: WorkPool, metrics: Pick<OperateMetrics, 'evidence' | 'poolTask'>): WorkPool {
  return {
    async *run<I, O>(...args: Parameters<typeof pool.run<I, O>>): AsyncGenerator<Settled<I, O>> {
      for await (const settled of pool.run(...args)) {
        metrics.poolTask(settled.ok)
        yield settled
      }
    },
    async gather<T>(task: Task, work: Work<T>, signal: AbortSignal): Promise<T> {
      let how: 'found' | 'made' = 'found'
      const make = () => {
        how = 'made'
        return work.make()
      }
      const gathered = await pool.gather(task, { find: () => work.find(), make }, signal)
      metrics.evidence(task.kind, how)
      return gathered
    },
  }
}
