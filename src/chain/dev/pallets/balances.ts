/** Pallet `Balances`: what moves funds from one account to another. */
import { ensure, type Handler, signerOf } from '../runtime/context.ts'
import { accountOf, EXISTENTIAL_DEPOSIT, setFree, spendable } from './accounts.ts'

export const transferKeepAlive: Handler = (context, args, origin) => {
  const { state } = context
  const [from, to, value] = [signerOf(origin), args.account('dest'), args.big('value')]
  ensure(accountOf(state, from).free >= value, 'Balances.InsufficientBalance')
  ensure(spendable(state, from) >= value, 'Balances.Expendability')
  const known = accountOf(state, to)
  ensure(known.free + value >= EXISTENTIAL_DEPOSIT, 'Balances.ExistentialDeposit')
  setFree(state, from, accountOf(state, from).free - value)
  setFree(state, to, accountOf(state, to).free + value)
  if (known.providers === 0) {
    context.emit('System.NewAccount', to)
    context.emit('Balances.Endowed', to, value)
  }
  context.emit('Balances.Transfer', from, to, value)
}
