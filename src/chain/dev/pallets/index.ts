/** Every call that the dev chain carries out, and what it does in every block. Any other call is `System.CallFiltered`. */
import type { Call } from '../runtime/call.ts'
import type { Context, Handler } from '../runtime/context.ts'
import type { Name } from '../runtime/runtime.ts'
import { adminUtils } from './admin-utils.ts'
import { serveAxon } from './axons.ts'
import { transferKeepAlive } from './balances.ts'
import { nextRevealRound, revealCommitments, setCommitment, setMaxSpace } from './commitments.ts'
import { beginEpochs, nextEpoch } from './epochs.ts'
import { burnedRegister, registerLimit } from './registration.ts'
import { sudo } from './sudo.ts'
import { BATCHES, batch, batchAll, forceBatch } from './utility.ts'
import { commitTimelockedWeights, nextWeightsRound, revealWeights } from './weight-commits.ts'
import { setWeights } from './weights.ts'

const nothing: Handler = () => {}

export const handlers: ReadonlyMap<Name, Handler> = new Map<Name, Handler>([
  ['Commitments.set_commitment', setCommitment],
  ['Commitments.set_max_space', setMaxSpace],
  ['SubtensorModule.set_weights', setWeights],
  ['SubtensorModule.set_mechanism_weights', setWeights],
  ['SubtensorModule.commit_timelocked_weights', commitTimelockedWeights],
  ['SubtensorModule.commit_timelocked_mechanism_weights', commitTimelockedWeights],
  ['SubtensorModule.burned_register', burnedRegister],
  ['SubtensorModule.register_limit', registerLimit],
  ['SubtensorModule.serve_axon', serveAxon],
  ['Balances.transfer_keep_alive', transferKeepAlive],
  ['Utility.batch', batch],
  ['Utility.batch_all', batchAll],
  ['Utility.force_batch', forceBatch],
  ['Sudo.sudo', sudo],
  ['System.remark', nothing],
  ...adminUtils,
])

const FEE_LESS: ReadonlySet<Name> = new Set<Name>([
  'Commitments.set_commitment',
  'SubtensorModule.set_weights',
  'SubtensorModule.set_mechanism_weights',
  'SubtensorModule.commit_timelocked_weights',
  'SubtensorModule.commit_timelocked_mechanism_weights',
  'SubtensorModule.serve_axon',
])

/** Whether it costs no fee: then its signer needs neither funds nor an account. */
export function isFeeLess({ name, args }: Call): boolean {
  return BATCHES.includes(name) ? args.calls('calls').every((call) => FEE_LESS.has(call.name)) : FEE_LESS.has(name)
}

export function beginBlock(context: Context): void {
  beginEpochs(context)
  revealCommitments(context)
  revealWeights(context)
}

/** Until when `beginBlock` has nothing to do: before this block, and before this round of drand is public. */
export function nextDue(context: Context): { readonly block: number; readonly round: number } {
  const rounds = [nextRevealRound(context), nextWeightsRound(context)]
  return {
    block: nextEpoch(context) ?? Number.POSITIVE_INFINITY,
    round: Math.min(...rounds.map((round) => round ?? Number.POSITIVE_INFINITY)),
  }
}
