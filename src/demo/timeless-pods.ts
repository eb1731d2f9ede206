import type { Pods } from '../compute/pods.ts'
import { RoundkeeperError } from '../errors.ts'

/** Virtual time stands still while a process runs: on this clock every generation takes no time at all. */
export function timeless(pods: Pods): Pods {
  return {
    id: pods.id,
    async start(image, name, signal, ...rest) {
      const start = await pods.start(image, name, signal, ...rest)
      if (!start.ok) return start
      const { pod } = start
      return {
        ok: true,
        pod: {
          id: pod.id,
          async generate(prompt, seed, stop) {
            const result = await pod.generate(prompt, seed, stop)
            return result.ok ? { ...result, seconds: 0 } : result
          },
          async generateBatch(batch, stop) {
            if (pod.generateBatch === undefined) throw new RoundkeeperError('internal', `${pod.id} takes no batches`)
            return { ...(await pod.generateBatch(batch, stop)), seconds: 0 }
          },
          stop: () => pod.stop(),
        },
      }
    },
  }
}
