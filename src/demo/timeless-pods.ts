import type { Pods } from '../compute/pods.ts'

/** Virtual time stands still while a process runs: on this clock every generation takes no time at all. */
export function timeless(pods: Pods): Pods {
  return {
    id: pods.id,
    async start(image, name, signal) {
      const start = await pods.start(image, name, signal)
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
          stop: () => pod.stop(),
        },
      }
    },
  }
}
