/** What a validator would set now, and whether it should: the competition's head and the subnet, read at one final block. */
import type { Block } from '../chain/chain.ts'
import { nextEpochBlock } from '../chain/epochs.ts'
import type { Hyperparameters, Metagraph, Neuron } from '../chain/subnets.ts'
import { Snapshot } from '../engine/snapshot.ts'
import { RoundkeeperError } from '../errors.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { activeLeader } from '../rules/leader.ts'
import { versionKeyOf, weightSettingsOf } from '../rules/weight-settings.ts'
import { decideWeights, nextSwitch, type WeightSettings, type WeightsDecision } from '../rules/weights.ts'
import { objectionsTo } from '../rules/weights-objections.ts'
import { earliest, nextWeightsStep, type WeightsStep } from '../rules/weights-step.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import type { LeaderEntry } from '../state/leader.ts'
import { blockSecondsOf } from './block-pace.ts'
import { lastWeights } from './last-weights.ts'
import type { ValidatorChain } from './validator-chain.ts'
import type { WeightsRecord } from './weights-record.ts'

export interface PlanRequest {
  readonly repo: StateRepo
  readonly chain: Pick<ValidatorChain, 'block' | 'metagraph' | 'hyperparameters' | 'weights'>
  /** That of config.json when absent. */
  readonly netuid?: number | undefined
  /** Who would set them; without one, only the weights are planned. */
  readonly hotkey?: string | undefined
  /** What was set last from here, by subnet. */
  readonly recordOf?: ((netuid: number) => WeightsRecord) | undefined
}

export interface WeightsPlan {
  readonly competition: string
  /** The commit that was read. */
  readonly head: string
  readonly netuid: number
  /** Seconds that a block takes. */
  readonly blockSeconds: number
  readonly block: Block
  readonly leader: LeaderEntry | undefined
  readonly settings: WeightSettings
  readonly versionKey: bigint
  readonly subnet: Hyperparameters
  readonly decision: WeightsDecision
  /** The next block in which an epoch begins or the crown changes. */
  readonly nextChange: number | undefined
  /** Whoever would set them, where they are registered. */
  readonly neuron: Neuron | undefined
  /** Undefined where nobody was named who would set them. */
  readonly step: WeightsStep | undefined
  /** What may go wrong, and what nobody but the chain can tell. */
  readonly warnings: readonly string[]
}

const DEFAULT_NETUID = 17

/** @throws `usage` (another subnet), `state-file`, `not-found`, `unavailable` */
export async function planWeights(request: PlanRequest): Promise<WeightsPlan> {
  const { repo, chain, hotkey, recordOf } = request
  const snapshot = new Snapshot(repo, await repo.head())
  const config = await snapshot.read(files.config)
  const leaders = (await snapshot.find(files.leader)) ?? []
  const netuid = netuidOf(config, request.netuid)

  const metagraph = await chain.metagraph(netuid)
  const { block, neurons, ownerHotkey } = metagraph
  const subnet = await chain.hyperparameters(netuid, block.number)
  const uids = new Map(neurons.map((neuron) => [neuron.hotkey, neuron.uid]))
  const settings = weightSettingsOf(config)
  const versionKey = versionKeyOf(config)
  const decision = decideWeights(leaders, { block: block.number, uids, ownerHotkey }, settings)
  const nextEpoch = nextEpochBlock(subnet.epochs, block.number)
  const change = nextSwitch(leaders, block.number)
  const neuron = hotkey === undefined ? undefined : neurons.find((each) => each.hotkey === hotkey)
  const plan = {
    competition: config.name,
    head: snapshot.head,
    netuid,
    blockSeconds: await blockSecondsOf(chain, block, config),
    block,
    leader: activeLeader(leaders, block.number),
    settings,
    versionKey,
    subnet,
    decision,
    nextChange: earliest(nextEpoch, change),
    neuron,
  }
  if (hotkey === undefined) return { ...plan, step: undefined, warnings: [] }

  const shown = neuron && (await chain.weights(netuid, neuron.uid, block.number))
  const commitReveal = subnet.commitRevealWeights
  const last = neuron && lastWeights({ neuron, shown, record: await recordOf?.(netuid).read(), commitReveal })
  const offered = decision.kind === 'set' ? decision.weights : undefined
  const voter = voterOf(hotkey, neuron, metagraph)
  const objections = objectionsTo(offered, voter, demandsOf(subnet, neurons.length), versionKey)
  const step = nextWeightsStep(decision, objections, {
    block: block.number,
    epochStart: subnet.epochs.lastEpochBlock,
    nextEpoch,
    nextSwitch: change,
    lastUpdate: neuron?.lastUpdate ?? 0,
    rateLimit: subnet.weightsRateLimit,
    last,
  })
  // What is in the way of weights is worth knowing before there are any.
  const early = offered === undefined ? objections : []
  return { ...plan, step, warnings: [...early, ...stakeWarnings(neuron, metagraph, subnet)] }
}

function netuidOf({ netuid: ofConfig }: Config, wanted: number | undefined): number {
  if (wanted === undefined || ofConfig === undefined || wanted === ofConfig) return wanted ?? ofConfig ?? DEFAULT_NETUID
  throw new RoundkeeperError('usage', `the competition is of subnet ${ofConfig}, and not of ${wanted}`, {
    where: 'config.json: netuid',
    hint: 'Leave --netuid out: weights of one competition mean nothing on another subnet.',
  })
}

const voterOf = (hotkey: string, neuron: Neuron | undefined, { ownerHotkey }: Metagraph) => ({
  hotkey,
  uid: neuron?.uid,
  permit: neuron?.validatorPermit ?? false,
  isOwner: hotkey === ownerHotkey,
})

const demandsOf = (subnet: Hyperparameters, uids: number) => ({
  minAllowedWeights: subnet.minAllowedWeights,
  maxWeightsLimit: subnet.maxWeightsLimit,
  weightsVersionKey: subnet.weightsVersionKey,
  uids,
  commitReveal: subnet.commitRevealWeights,
  hasEpochs: subnet.epochs.tempo > 0,
})

function stakeWarnings(
  neuron: Neuron | undefined,
  { ownerHotkey }: Metagraph,
  { stakeThreshold }: Hyperparameters,
): string[] {
  if (neuron === undefined || neuron.hotkey === ownerHotkey || neuron.stake >= stakeThreshold) return []
  return [
    `the hotkey’s stake of ${neuron.stake} rao is below the threshold of ${stakeThreshold}: the chain may refuse its weights`,
  ]
}
