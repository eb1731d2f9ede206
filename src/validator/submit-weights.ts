/** Puts weights on the chain, in the open or under a timelock as the subnet demands, and looks whether they have come there. */
import { blocksUntilWeightsReveal, nextEpochBlock, weightsRevealBlock } from '../chain/epochs.ts'
import type { ChainBeacon, Neuron } from '../chain/subnets.ts'
import { demandPublished, revealRoundFor } from '../chain/timelock/reveal-round.ts'
import { encrypt } from '../chain/timelock/timelock.ts'
import type { Receipt, TimelockedWeights } from '../chain/transactions.ts'
import { encodeTimelockedWeights } from '../chain/weights-payload.ts'
import { isError, RoundkeeperError } from '../errors.ts'
import type { Weights } from '../rules/weights.ts'
import { isSame } from '../rules/weights-step.ts'
import type { Keypair } from '../wallet/keypair.ts'
import type { WeightsPlan } from './plan-weights.ts'
import type { ValidatorChain } from './validator-chain.ts'
import type { WeightsRecord } from './weights-record.ts'

export interface Submission {
  /** Undefined where the chain never told, but shows that they came. */
  readonly receipt: Receipt | undefined
  /** Block of the weights or the commit, as the chain shows it. */
  readonly block: number
  /** Of a commit: about when the chain reveals it. */
  readonly reveal: { readonly round: number; readonly block: number } | undefined
}

export interface Submitter {
  readonly chain: ValidatorChain
  readonly hotkey: Keypair
  readonly record: WeightsRecord
}

/**
 * Returns when the weights are final, and seen to be there.
 * @throws `refused` (with the pallet's error), `unavailable` where they are not, or nobody knows: then plan anew
 */
export async function submitWeights(plan: WeightsPlan, weights: Weights, submitter: Submitter): Promise<Submission> {
  const { record } = submitter
  const earlier = await record.read()
  const planned = {
    version: 1 as const,
    planned_at: plan.block.number,
    set_at: null,
    ...copied(weights),
    head: plan.head,
  }
  const reveal = plan.subnet.commitRevealWeights ? await revealOf(plan, submitter.chain) : undefined
  await record.write(planned)
  let receipt: Receipt | undefined
  try {
    receipt = await send(plan, weights, submitter, reveal)
  } catch (error) {
    const arrived = isError(error, 'unavailable') ? await arrivedSince(plan, submitter) : undefined
    if (arrived === undefined) {
      // Another process of this hotkey may have come first, and remembers what came of its own.
      if (isError(error, 'refused') && (await record.read())?.set_at === null) await record.write(earlier)
      throw error
    }
    await record.write({ ...planned, set_at: arrived.lastUpdate })
    return { receipt: undefined, block: arrived.lastUpdate, reveal: seenFrom(arrived.lastUpdate, reveal, plan) }
  }
  await record.write({ ...planned, set_at: receipt.blockNumber })
  await confirm(plan, weights, submitter, receipt)
  return { receipt, block: receipt.blockNumber, reveal: seenFrom(receipt.blockNumber, reveal, plan) }
}

interface Reveal {
  readonly round: number
  readonly block: number
  readonly beacon: ChainBeacon
}

const copied = ({ uids, values }: Weights) => ({ uids: [...uids], values: [...values] })

/** A commit that came only after the epoch had changed is revealed an epoch later. */
function seenFrom(block: number, reveal: Reveal | undefined, { subnet, block: planned }: WeightsPlan) {
  if (reveal === undefined) return undefined
  const next = nextEpochBlock(subnet.epochs, planned.number)
  const isLate = next !== undefined && planned.number + 1 < next && next <= block
  return { round: reveal.round, block: isLate ? reveal.block + subnet.epochs.tempo : reveal.block }
}

/** By the chain's own time, so that a clock of ours that goes wrong does not make the chain drop them. */
async function revealOf({ subnet, block, blockSeconds }: WeightsPlan, chain: ValidatorChain): Promise<Reveal> {
  const { epochs, revealPeriodEpochs } = subnet
  const blocks = blocksUntilWeightsReveal(epochs, block.number, revealPeriodEpochs)
  const revealBlock = weightsRevealBlock(epochs, block.number, revealPeriodEpochs)
  if (blocks === undefined || revealBlock === undefined) {
    throw new RoundkeeperError('refused', 'the subnet has no epochs: committed weights would never be revealed', {
      where: 'Tempo',
      hint: 'The subnet’s owner has to set a tempo, or to turn commit–reveal off.',
    })
  }
  const beacon = await chain.beacon()
  demandPublished(beacon, block.time)
  const round = revealRoundFor({ now: block.time, blocks, blockSeconds, pace: beacon })
  // The chain refuses rounds that it has already stored.
  return { round: Math.max(round, beacon.lastRound + 1), block: revealBlock, beacon }
}

function send(
  { netuid, versionKey, subnet }: WeightsPlan,
  weights: Weights,
  { chain, hotkey }: Submitter,
  reveal: Reveal | undefined,
): Promise<Receipt> {
  if (reveal === undefined) return chain.setWeights(hotkey, netuid, weights, versionKey)
  const payload = encodeTimelockedWeights({ hotkey: hotkey.publicKey, ...weights, versionKey })
  const { round, beacon } = reveal
  const commit: TimelockedWeights = {
    encrypted: encrypt(payload, { round, publicKey: beacon.publicKey }),
    revealRound: round,
    version: subnet.commitRevealVersion,
  }
  return chain.commitTimelockedWeights(hotkey, netuid, commit)
}

/** After an answer that never came: whether anything arrived nevertheless. */
async function arrivedSince(plan: WeightsPlan, submitter: Submitter): Promise<Neuron | undefined> {
  const now = await neuronAt(plan, submitter).catch(() => undefined)
  return now !== undefined && now.lastUpdate > plan.block.number ? now : undefined
}

/** The chain said that they are there; it should show them, too. */
async function confirm(plan: WeightsPlan, weights: Weights, submitter: Submitter, receipt: Receipt): Promise<void> {
  const { chain } = submitter
  const { netuid, subnet } = plan
  const at = receipt.blockNumber
  const neuron = await neuronAt(plan, submitter, at)
  const isUpdated = neuron !== undefined && neuron.lastUpdate >= at
  const shown = isUpdated && !subnet.commitRevealWeights ? await chain.weights(netuid, neuron.uid, at) : undefined
  if (isUpdated && (subnet.commitRevealWeights || (shown !== undefined && isSame(shown, weights)))) return
  throw new RoundkeeperError('unavailable', `the chain took weights in block ${at}, and does not show them there`, {
    where: `extrinsic ${receipt.extrinsicHash}`,
    hint: 'Run roundkeeper weights show: it tells what the chain has now.',
  })
}

async function neuronAt(
  { netuid }: WeightsPlan,
  { chain, hotkey }: Submitter,
  block?: number,
): Promise<Neuron | undefined> {
  const { neurons } = await chain.metagraph(netuid, block)
  return neurons.find((neuron) => neuron.hotkey === hotkey.address)
}
