/** Whether those who submit have locked as much of the subnet's token as it asks for. Nothing here locks anything. */
import pLimit from 'p-limit'
import type { MinerChain } from './miner-chain.ts'

export interface Lock {
  readonly coldkey: string
  /** In whole units of the subnet's token. */
  readonly locked: number
  readonly required: number
  readonly sufficient: boolean
}

const RAO = 1e9
/** Questions that a node is asked side by side. */
const AT_ONCE = 16

/**
 * @param hotkeys all that submit: a coldkey has to lock for each of its own
 * @param required for one hotkey, in whole units
 * @returns by hotkey; those whose owner nobody knows are left out
 */
export async function locksOf(
  chain: Pick<MinerChain, 'ownerOf' | 'locked'>,
  netuid: number,
  hotkeys: readonly string[],
  required: number,
): Promise<ReadonlyMap<string, Lock>> {
  const owners = new Map<string, string>()
  const ask = async (hotkey: string) => {
    const owner = await chain.ownerOf(hotkey)
    if (owner !== undefined) owners.set(hotkey, owner)
  }
  await pLimit(AT_ONCE).map(new Set(hotkeys), ask)
  const byColdkey = Map.groupBy(owners.keys(), (hotkey) => owners.get(hotkey) as string)
  const locks = new Map<string, Lock>()
  for (const [coldkey, owned] of byColdkey) {
    const locked = Number((await chain.locked(netuid, coldkey)) ?? 0n) / RAO
    const total = required * owned.length
    for (const hotkey of owned) locks.set(hotkey, { coldkey, locked, required: total, sufficient: locked >= total })
  }
  return locks
}
