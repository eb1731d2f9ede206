import { RoundkeeperError } from '../../errors.ts'
import { requireContent } from '../../store/content.ts'
import type { Ports } from './ports.ts'

/**
 * How far two previews of the store are apart.
 * @param a, b digests of pictures
 * @throws `unavailable` for what is no distance: on record it would read as none at all, and be accepted
 */
export async function measured(
  { store, distance }: Pick<Ports, 'store' | 'distance'>,
  a: string,
  b: string,
): Promise<number> {
  if (a === b) return 0
  const apart = await distance.distance(await requireContent(store, a, 'png'), await requireContent(store, b, 'png'))
  if (Number.isFinite(apart) && apart >= 0) return apart
  throw new RoundkeeperError('unavailable', `${distance.id} says that two previews are ${apart} apart`, {
    where: `${a} and ${b}`,
    hint: 'Something is wrong with what measures: `distance` in roundkeeper.json. Nothing is accepted or refused for it.',
  })
}
