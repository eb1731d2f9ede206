/** Registration on a subnet for its price (pallet `SubtensorModule`). The price stands still unless somebody sets it. */
import { type Context, ensure, type Handler, signerOf } from '../runtime/context.ts'
import { accountOf, setFree, spendable } from './accounts.ts'
import { seat } from './neurons.ts'

const ROOT = 0
const failure = (name: string) => `SubtensorModule.${name}`

export const burnedRegister: Handler = (context, args, origin) =>
  register(context, args.number('netuid'), args.account('hotkey'), signerOf(origin))

export const registerLimit: Handler = (context, args, origin) =>
  register(context, args.number('netuid'), args.account('hotkey'), signerOf(origin), args.big('limit_price'))

/** @throws DispatchFailure */
function register(context: Context, netuid: number, hotkey: string, coldkey: string, limit?: bigint): void {
  const { state } = context
  ensure(netuid !== ROOT, failure('RegistrationNotPermittedOnRootSubnet'))
  ensure(state.flag('SubtensorModule.NetworksAdded', netuid), failure('SubnetNotExists'))
  const open = state.flag('SubtensorModule.NetworkRegistrationAllowed', netuid)
  ensure(open, failure('SubNetRegistrationDisabled'))
  const price = state.big('SubtensorModule.Burn', netuid)
  ensure(limit === undefined || price <= limit, failure('RegistrationPriceLimitExceeded'))
  ensure(!state.has('SubtensorModule.Uids', netuid, hotkey), failure('HotKeyAlreadyRegisteredInSubNet'))
  ensure(spendable(state, coldkey) >= price, failure('NotEnoughBalanceToStake'))
  const owner = state.has('SubtensorModule.Owner', hotkey) ? state.account('SubtensorModule.Owner', hotkey) : coldkey
  ensure(owner === coldkey, failure('NonAssociatedColdKey'))

  setFree(state, coldkey, accountOf(state, coldkey).free - price)
  context.emit('Balances.Withdraw', coldkey, price)
  seatFor(context, netuid, hotkey, coldkey)
}

/** For nothing. @throws DispatchFailure */
export function seatFor(context: Context, netuid: number, hotkey: string, coldkey: string): void {
  const uid = seat(context.state, netuid, hotkey, coldkey, context.block)
  context.emit('SubtensorModule.NeuronRegistered', netuid, uid, hotkey)
}
