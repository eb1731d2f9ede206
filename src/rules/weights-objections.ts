/** Why the chain would not take weights from a validator, whenever it offers them: what somebody has to put right first. */
import { FULL_U16, type Weights } from './weights.ts'

/** Who offers weights; undefined uid: not registered on the subnet. */
export interface Voter {
  readonly hotkey: string
  readonly uid: number | undefined
  readonly permit: boolean
  /** The hotkey of the subnet's owner needs neither permit nor stake. */
  readonly isOwner: boolean
}

/** What the subnet demands, by the names of its storage. */
export interface SubnetDemands {
  readonly minAllowedWeights: number
  readonly maxWeightsLimit: number
  readonly weightsVersionKey: bigint
  /** How many uids there are. */
  readonly uids: number
  /** Whether weights are committed, and revealed in a later epoch. */
  readonly commitReveal: boolean
  /** Whether it ever has an epoch. */
  readonly hasEpochs: boolean
}

/**
 * In the order of the chain's own checks, as sentences without a final dot. Stake is not among them: what counts as stake,
 * the chain alone can tell.
 * @param weights undefined while there are none, for what would be in the way of any
 */
export function objectionsTo(
  weights: Weights | undefined,
  voter: Voter,
  subnet: SubnetDemands,
  versionKey: bigint,
): string[] {
  const { hotkey, uid, permit, isOwner } = voter
  if (uid === undefined) {
    return [`the hotkey ${hotkey} is not registered on the subnet: register it first, e.g. by burned_register`]
  }
  const objections: string[] = []
  if (subnet.weightsVersionKey > versionKey) {
    objections.push(
      `the subnet demands version ${subnet.weightsVersionKey} and this one is ${versionKey}: update roundkeeper, or the ` +
        'competition’s config.json has to say weights.version_key',
    )
  }
  // Weights for oneself alone are free of what follows.
  const isSelf = weights?.uids.length === 1 && weights.uids[0] === uid
  if (!permit && !isOwner && !isSelf) {
    objections.push(`the hotkey ${hotkey} (uid ${uid}) has no validator permit: that takes more stake`)
  }
  if (weights !== undefined && !isSelf) objections.push(...objectionsToVector(weights, subnet))
  if (subnet.commitReveal && !subnet.hasEpochs) {
    objections.push('the subnet has no epochs (tempo 0), so that committed weights would never be revealed')
  }
  return objections
}

function objectionsToVector({ uids, values }: Weights, subnet: SubnetDemands): string[] {
  const objections: string[] = []
  const least = Math.min(subnet.minAllowedWeights, subnet.uids)
  if (uids.length < least) {
    objections.push(
      `the subnet demands weights for ${least} uids and these are for ${uids.length}: its owner has to lower min_allowed_weights`,
    )
  }
  const largest = Math.max(0, ...values) / values.reduce((total, value) => total + value, 0)
  const limit = subnet.maxWeightsLimit / FULL_U16
  if (limit < 1 && largest > limit) {
    objections.push(
      `the subnet lets nobody have more than ${percent(limit)} of the weights and one would have ${percent(largest)}: ` +
        'its owner has to raise max_weights_limit',
    )
  }
  return objections
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`
