import type { Hyperparameters } from '../../src/chain/subnets.ts'

/** Of a subnet as most are, but for its clock. */
export const USUAL_SUBNET: Omit<Hyperparameters, 'block' | 'epochs'> = {
  weightsRateLimit: 100,
  weightsVersionKey: 0n,
  minAllowedWeights: 1,
  maxWeightsLimit: 65_535,
  commitRevealWeights: false,
  commitRevealVersion: 4,
  revealPeriodEpochs: 1,
  stakeThreshold: 0n,
  maxUids: 256,
  immunityBlocks: 4096,
  burn: 0n,
}
