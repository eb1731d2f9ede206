/** Whether a signed extrinsic may go into the next block, as the runtime's extensions decide: in the pool, and again in the block. */

import { accountOf, spendable } from '../pallets/accounts.ts'
import { isFeeLess } from '../pallets/index.ts'
import { poolChecks } from '../pallets/pool-checks.ts'
import type { Context } from '../runtime/context.ts'
import type { SignedExtrinsic } from './extrinsic.ts'

/** Of every call that pays, whatever it weighs. */
export const FEE_RAO = 125_000n

/** `future` waits for extrinsics before it; anything else but `valid` is why a node refuses it, in a node's own words. */
export type Validity = 'valid' | 'future' | { readonly refused: string }

export function feeOf({ call, tip }: Pick<SignedExtrinsic, 'call' | 'tip'>): bigint {
  return tip + (isFeeLess(call) ? 0n : FEE_RAO)
}

export function validityOf(context: Context, extrinsic: SignedExtrinsic): Validity {
  const { who, nonce, call } = extrinsic
  const account = accountOf(context.state, who)
  if (nonce < account.nonce) return { refused: 'Transaction is outdated' }
  const fee = feeOf(extrinsic)
  if (fee > 0n && spendable(context.state, who) < fee) {
    return { refused: 'Inability to pay some fees (e.g. account balance too low)' }
  }
  const custom = poolChecks.get(call.name)?.(context, call.args, who)
  if (custom !== undefined) return { refused: `Custom error: ${custom}` }
  return nonce > account.nonce ? 'future' : 'valid'
}
