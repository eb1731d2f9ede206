import type { PodOwner } from '../../compute/pods.ts'
import { files } from '../../state/index.ts'
import type { RoundFiles } from './record.ts'

/**
 * Whose the pods of a round are. A name is not enough to tell two competitions apart, a rehearsal beside the real thing has
 * the same; the block at which the first window opened goes with it.
 */
export async function podOwnerOf({ snapshot, config, number }: RoundFiles): Promise<PodOwner> {
  const first = await snapshot.find(files.schedule, 0)
  const about = [config.name, config.netuid ?? '', first?.earliest_reveal_block ?? '']
  return { competition: about.join(' ').trim(), round: number }
}
