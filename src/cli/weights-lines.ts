/** A plan, and what became of it, in words and as JSON. */

import type { WeightsPlan } from '../validator/plan-weights.ts'
import type { Turn } from '../validator/weights-turn.ts'
import { shortKey, table } from './output.ts'

/** Whom the weights of a plan are for; nothing where nobody is paid. */
export function payeesOf({ decision }: WeightsPlan) {
  if (decision.kind !== 'set') return []
  const { uids, values } = decision.weights
  return decision.payees.map((payee) => ({ ...payee, weight: values[uids.indexOf(payee.uid)] ?? 0 }))
}

export function planLines(plan: WeightsPlan): string[] {
  const { competition, netuid, block, head, decision, neuron, step, subnet, nextChange, warnings } = plan
  const payees = payeesOf(plan).map(({ uid, hotkey, share, weight, of }) => [
    String(uid),
    hotkey,
    String(share),
    String(weight),
    of.join(' and '),
  ])
  const { epochs } = subnet
  const next = nextChange === undefined ? '' : `, the next change at block ${nextChange}`
  return [
    `${competition}, subnet ${netuid}, at block ${block.number}, by commit ${head.slice(0, 10)}`,
    `epoch since block ${epochs.lastEpochBlock}${next}; weights ${subnet.commitRevealWeights ? 'are committed, and revealed in a later epoch' : 'are set in the open'}, every ${subnet.weightsRateLimit} blocks at most`,
    ...(payees.length === 0 ? [] : ['', table(['uid', 'hotkey', 'share', 'weight', 'for'], payees), '']),
    decision.reason,
    ...(neuron === undefined ? [] : [describeNeuron(neuron)]),
    ...(step === undefined || step.reason === decision.reason ? [] : [`${ACTS[step.kind]}: ${step.reason}`]),
    ...(step?.kind === 'submit' ? ['now: they can be set'] : []),
    ...warnings.map((warning) => `warning: ${warning}`),
  ]
}

const describeNeuron = ({ hotkey, uid, lastUpdate, validatorPermit }: NonNullable<WeightsPlan['neuron']>) =>
  `${hotkey} is uid ${uid}, ${validatorPermit ? 'with' : 'without'} a validator permit, ${
    lastUpdate === 0 ? 'and has never set weights' : `last updated in block ${lastUpdate}`
  }`

const ACTS = {
  submit: 'now',
  set: 'set',
  'would-set': 'would set',
  done: 'nothing to do',
  hold: 'held',
  wait: 'postponed',
  blocked: 'the chain would refuse',
  unverified: 'refused',
}

/** One line. */
export function turnLine({ kind, reason, submission, plan }: Turn): string {
  const weights = payeesOf(plan).map(({ uid, hotkey, weight }) => `${shortKey(hotkey)} (uid ${uid}) ${weight}`)
  const where = submission && `${submission.reveal ? 'committed' : 'set'} in block ${submission.block}`
  const reveal = submission?.reveal ? `, to be revealed from block ${submission.reveal.block} on` : ''
  const vector = kind === 'set' || kind === 'would-set' ? ` [${weights.join(', ')}]` : ''
  return `${where === undefined ? ACTS[kind] : `${where}${reveal}`}: ${reason}${vector}`
}

export function planJson(plan: WeightsPlan) {
  const { settings, neuron, step, subnet, decision, leader, block } = plan
  return {
    competition: plan.competition,
    head: plan.head,
    netuid: plan.netuid,
    block: block.number,
    block_hash: block.hash,
    block_time: block.time.toISOString(),
    leader: leader ?? null,
    decision: decision.kind,
    reason: decision.reason,
    weights: payeesOf(plan).map(({ uid, hotkey, share, weight, of }) => ({ uid, hotkey, share, weight, for: of })),
    settings: {
      remainder_to: settings.remainderTo === 'owner' ? 'owner' : settings.remainderTo.hotkey,
      leaderless: settings.leaderless,
      deregistered: settings.deregistered,
      wait_for_switch_blocks: settings.waitForSwitchBlocks,
      version_key: Number(plan.versionKey),
    },
    subnet: {
      commit_reveal: subnet.commitRevealWeights,
      rate_limit_blocks: subnet.weightsRateLimit,
      epoch_block: subnet.epochs.lastEpochBlock,
      tempo: subnet.epochs.tempo,
    },
    validator:
      neuron === undefined
        ? null
        : { hotkey: neuron.hotkey, uid: neuron.uid, permit: neuron.validatorPermit, last_update: neuron.lastUpdate },
    step: step === undefined ? null : { kind: step.kind, reason: step.reason },
    next_block: (step === undefined || step.kind === 'submit' ? plan.nextChange : step.nextBlock) ?? null,
    warnings: plan.warnings,
  }
}

export function turnJson({ kind, reason, plan, nextBlock, audited, submission }: Turn) {
  return {
    outcome: kind,
    reason,
    next_block: nextBlock ?? null,
    verified: audited ?? null,
    set: submission
      ? {
          block: submission.block,
          extrinsic: submission.receipt?.extrinsicHash ?? null,
          block_hash: submission.receipt?.blockHash ?? null,
          reveal_round: submission.reveal?.round ?? null,
          reveal_block: submission.reveal?.block ?? null,
        }
      : null,
    plan: planJson(plan),
  }
}
