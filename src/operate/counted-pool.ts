/** A pool whose pieces of work are counted: those that were done, and those that went wrong. */
import type { Settled, Task, Work, WorkPool } from '../engine/work-pool.ts'
import type { OperateMetrics } from './operate-metrics.ts'

export function countedPool(pool: WorkPool, { poolTask }: Pick<OperateMetrics, 'poolTask'>): WorkPool {
  return {
    async *run<I, O>(...args: Parameters<typeof pool.run<I, O>>): AsyncGenerator<Settled<I, O>> {
      for await (const settled of pool.run(...args)) {
        poolTask(settled.ok)
        yield settled
      }
    },
    async gather<T>(task: Task, work: Work<T>, signal: AbortSignal): Promise<T> {
      try {
        const gathered = await pool.gather(task, work, signal)
        poolTask(true)
        return gathered
      } catch (error) {
        poolTask(false)
        throw error
      }
    },
  }
}
