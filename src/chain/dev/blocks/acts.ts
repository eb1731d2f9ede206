/** What the owner of a dev chain does to its state without a signature. It is written down with the block that it is done in. */
import { z } from 'zod'
import { accountOf, setFree } from '../pallets/accounts.ts'
import { seatFor } from '../pallets/registration.ts'
import { type Context, ensure } from '../runtime/context.ts'
import type { Hex } from '../substrate-node.ts'

const hex = z.templateLiteral(['0x', z.string().regex(/^(?:[0-9a-f]{2})*$/)])

export const actSchema = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('endow'), address: z.string(), rao: z.string().regex(/^\d+$/) }),
  z.strictObject({ act: z.literal('register'), netuid: z.int(), hotkey: z.string(), coldkey: z.string() }),
  z.strictObject({ act: z.literal('storage'), key: hex, value: hex.nullable() }),
])

export type Act = z.output<typeof actSchema>

/** @throws DispatchFailure */
export function perform(context: Context, act: Act): void {
  const { state } = context
  if (act.act === 'endow') setFree(state, act.address, accountOf(state, act.address).free + BigInt(act.rao))
  else if (act.act === 'storage') state.write(act.key as Hex, (act.value as Hex | null) ?? undefined)
  else {
    const { netuid, hotkey, coldkey } = act
    ensure(state.flag('SubtensorModule.NetworksAdded', netuid), 'SubtensorModule.SubnetNotExists')
    const known = state.has('SubtensorModule.Uids', netuid, hotkey)
    ensure(!known, 'SubtensorModule.HotKeyAlreadyRegisteredInSubNet')
    seatFor(context, netuid, hotkey, coldkey)
  }
}
