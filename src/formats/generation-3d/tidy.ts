import type { Context, Round } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import { podOwnerOf } from './pod-owner.ts'
import type { Ports } from './ports.ts'

/** Stops what earlier runs left running. @throws `unavailable` when something of it may still cost money */
export async function tidy({ pods }: Pick<Ports, 'pods'>, round: Round, context: Context): Promise<void> {
  const reaped = await pods.reap?.(await podOwnerOf(round), context.signal)
  if (reaped === undefined) return
  for (const { provider, name, why } of reaped.stopped)
    context.progress({ what: `stopped ${name} at ${provider}: ${why}` })
  if (reaped.failures.length === 0) return
  throw new RoundkeeperError(
    'unavailable',
    `pods of earlier runs may still cost money: ${reaped.failures.join('; ')}`,
    {
      where: pods.id,
      hint: 'The next run looks again. `roundkeeper pods list` shows what there is, `pods reap` stops it.',
    },
  )
}
