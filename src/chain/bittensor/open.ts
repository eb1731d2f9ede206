import { RoundkeeperError } from '../../errors.ts'
import type { Bittensor, BittensorOptions } from './bittensor.ts'

/** @throws `usage`, `unavailable` when no endpoint answers in time */
export function openBittensor(_options: BittensorOptions): Promise<Bittensor> {
  throw new RoundkeeperError('internal', 'no Bittensor adapter yet')
}
