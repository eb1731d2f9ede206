/** Stake that somebody has locked on a subnet, so that it cannot be taken away at once. */
import type { StateAt } from './state-at.ts'
import { bigOf, fieldOf, someOf } from './values.ts'

/** @returns rao; 0n for none; undefined from a runtime that knows no locks */
export async function readLocked(state: StateAt, netuid: number, coldkey: string): Promise<bigint | undefined> {
  // The runtime takes off what time has unlocked; storage has it as of the last change.
  const now = await state.call('stakeInfoRuntimeApi', 'getColdkeyLock', coldkey, netuid)
  if (now !== undefined) return bigOf(fieldOf(someOf(now), 'lockedMass'))
  if (!state.knows('subtensorModule.lock')) return undefined
  const entries = await state.entries('subtensorModule.lock', coldkey, netuid)
  const locks = entries.map(({ bytes }) => state.decoded('subtensorModule.lock', bytes))
  return locks.reduce((sum, lock) => sum + bigOf(fieldOf(lock, 'lockedMass')), 0n)
}
