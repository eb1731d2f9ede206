/** What a chain says of its subnets, every answer as of one block: the finalised head unless one is named. */
import type { Weights } from '../rules/weights.ts'
import type { Block } from './chain.ts'
import type { Registration } from './commitment-data.ts'
import type { EpochSchedule } from './epochs.ts'

/** One seat of a subnet. A uid outlives whoever holds it: only the hotkey says who that is. */
export interface Neuron {
  readonly uid: number
  readonly hotkey: string
  readonly coldkey: string
  /** In rao of the subnet's own token. */
  readonly stake: bigint
  /** May set weights. */
  readonly validatorPermit: boolean
  readonly active: boolean
  /** Block of its last weights; 0 for never. */
  readonly lastUpdate: number
  /** Block since which this hotkey holds the uid. */
  readonly registeredAt: number
}

export interface Metagraph {
  readonly netuid: number
  readonly block: Block
  readonly ownerHotkey: string | undefined
  readonly ownerColdkey: string | undefined
  /** By uid, ascending. */
  readonly neurons: readonly Neuron[]
}

export interface Hyperparameters {
  readonly block: number
  readonly epochs: EpochSchedule
  /** `WeightsSetRateLimit`, blocks. */
  readonly weightsRateLimit: number
  readonly weightsVersionKey: bigint
  readonly minAllowedWeights: number
  readonly maxWeightsLimit: number
  /** Whether weights are committed under a timelock instead of set in the open. */
  readonly commitRevealWeights: boolean
  readonly commitRevealVersion: number
  readonly revealPeriodEpochs: number
  /** Least stake that sets weights, rao. */
  readonly stakeThreshold: bigint
  readonly maxUids: number
  readonly immunityBlocks: number
  /** What a registration costs at least, rao. */
  readonly burn: bigint
}

/** What `CommitmentOf` holds of a hotkey: its last commitment, unless that was timelocked and has been revealed. */
export interface HeldCommitment {
  readonly hotkey: string
  readonly commitment: Registration
}

/** The drand network that the chain follows (`BeaconConfig`): timelocks are encrypted to its key. */
export interface ChainBeacon {
  /** Hex of the compressed point in G2, 96 bytes. */
  readonly publicKey: string
  readonly genesisMs: number
  readonly periodMs: number
  /** Hex of the network's chain hash: `quicknet` has a well-known one. */
  readonly hash: string
  /** The newest round whose pulse the chain has stored; 0 for none. */
  readonly lastRound: number
}

/** How much a hotkey has committed on a subnet in the epoch that runs, and how much it may: what `spaceOf` counts. */
export interface CommitSpace {
  readonly used: number
  readonly max: number
}

/** @throws `unavailable`, from every method */
export interface Subnets {
  /** @throws `not-found` for a subnet that does not exist */
  metagraph(netuid: number, atBlock?: number): Promise<Metagraph>
  /** @throws `not-found` for a subnet that does not exist */
  hyperparameters(netuid: number, atBlock?: number): Promise<Hyperparameters>
  /** Of one hotkey, or undefined. */
  commitment(netuid: number, hotkey: string, atBlock?: number): Promise<Registration | undefined>
  /** Of all hotkeys of a subnet, those that are not registered any more among them. */
  commitments(netuid: number, atBlock?: number): Promise<HeldCommitment[]>
  /** `UsedSpaceOf`, which is 0 again in every new epoch, and `MaxSpace`. */
  commitSpace(netuid: number, hotkey: string): Promise<CommitSpace>
  /** Who owns a hotkey, registered or not; undefined for one that the chain has never seen. */
  ownerOf(hotkey: string): Promise<string | undefined>
  /** What a validator's weights are now, as the chain stores them; undefined while it has none. */
  weights(netuid: number, uid: number, atBlock?: number): Promise<Weights | undefined>
  /** What a coldkey has locked on a subnet, rao; 0n for nothing; undefined from a runtime that knows no locks. */
  locked(netuid: number, coldkey: string): Promise<bigint | undefined>
  beacon(): Promise<ChainBeacon>
}
