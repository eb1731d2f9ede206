/** Stops what nobody needs any more, at whatever has pods: `pods reap`, by the clock. */
import { RoundkeeperError } from '../errors.ts'
import type { Job, Outcome } from '../operate/job.ts'
import { reapPods } from './competition-pods.ts'
import type { JobContext } from './serve-jobs.ts'

export function reapJob({ dir, settings, metrics }: JobContext): Job {
  return {
    name: 'reap',
    limitMs: 60_000 * settings.reap.limit_minutes,
    apart: ['advance'],
    async run(signal): Promise<Outcome> {
      const reaped = await reapPods(dir, signal)
      if (reaped === undefined) return { said: 'there is no provider that could have pods', quiet: true }
      const { stopped, failures } = reaped
      metrics.reaped(stopped.length)
      const names = stopped.map(({ name, provider, why }) => `${name} at ${provider} (${why})`)
      return {
        said: names.length === 0 ? 'nothing to stop' : `stopped ${names.join(', ')}`,
        quiet: names.length === 0,
        fields: { stopped: stopped.length },
        errors: failures.map((failure) => new RoundkeeperError('unavailable', failure, { hint: HINT })),
      }
    },
  }
}

const HINT = 'Its pods may still cost money: it is asked again next time. `roundkeeper pods list` shows what there is.'
