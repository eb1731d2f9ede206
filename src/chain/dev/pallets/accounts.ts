/** What accounts hold, and how often they signed: `System.Account`. */
import type { State } from '../runtime/state.ts'

/** The least balance that keeps an account, rao. */
export const EXISTENTIAL_DEPOSIT = 500n

export interface Account {
  readonly nonce: number
  readonly providers: number
  readonly free: bigint
}

interface Stored {
  readonly nonce: number
  readonly consumers: number
  readonly providers: number
  readonly sufficients: number
  readonly data: { readonly free: number | string }
}

export function accountOf(state: State, who: string): Account {
  const { nonce, providers, data } = stored(state, who)
  return { nonce, providers, free: BigInt(data.free) }
}

/** What may be taken of an account while it goes on existing. */
export function spendable(state: State, who: string): bigint {
  const { free } = accountOf(state, who)
  return free > EXISTENTIAL_DEPOSIT ? free - EXISTENTIAL_DEPOSIT : 0n
}

export function raiseNonce(state: State, who: string): void {
  const account = stored(state, who)
  state.set('System.Account', [who], { ...account, nonce: account.nonce + 1 })
}

/** Funds bring an account into existence. */
export function setFree(state: State, who: string, free: bigint): void {
  const account = stored(state, who)
  const providers = Math.max(account.providers, free >= EXISTENTIAL_DEPOSIT ? 1 : 0)
  state.set('System.Account', [who], { ...account, providers, data: { ...account.data, free } })
}

const stored = (state: State, who: string): Stored => state.json('System.Account', who) as unknown as Stored
