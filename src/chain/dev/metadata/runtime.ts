/** The pallets together. */
import type { Pallet } from './pallet.ts'
import { adminUtils } from './pallets/admin-utils.ts'
import { balances } from './pallets/balances.ts'
import { commitments } from './pallets/commitments.ts'
import { drand } from './pallets/drand.ts'
import { subtensorModule } from './pallets/subtensor-module/index.ts'
import { sudo } from './pallets/sudo.ts'
import { system } from './pallets/system.ts'
import { timestamp } from './pallets/timestamp.ts'
import { transactionPayment } from './pallets/transaction-payment.ts'
import { utility } from './pallets/utility.ts'
import { enumeration, type Type, type Variant, variant } from './types.ts'

export const pallets: readonly Pallet[] = [
  system,
  timestamp,
  balances,
  transactionPayment,
  subtensorModule,
  utility,
  sudo,
  commitments,
  adminUtils,
  drand,
]

/** Calls, events or errors of a pallet as a type, if it has any. */
export function typeOf(part: 'Call' | 'Event' | 'Error', pallet: Pallet): Type | undefined {
  const variants = { Call: pallet.calls, Event: pallet.events, Error: pallet.errors }[part]
  return variants && enumeration(`${pallet.crate}::pallet::${part}`, variants)
}

/** One of all pallets; a pallet's number is the first byte. */
function outer(part: 'Call' | 'Event' | 'Error'): Type {
  const variants = pallets.flatMap((pallet): Variant[] => {
    const type = typeOf(part, pallet)
    return type === undefined ? [] : [variant(pallet.index, pallet.name, [type])]
  })
  return enumeration(`node_subtensor_runtime::Runtime${part}`, variants)
}

export const outerTypes = { RuntimeCall: outer('Call'), RuntimeEvent: outer('Event') }
export const runtimeError = outer('Error')
