import { createRequire } from 'node:module'
import type * as UtilCrypto from '@polkadot/util-crypto'
import type { Hex } from '../../../src/chain/dev/substrate-node.ts'

const { xxhashAsU8a } = createRequire(import.meta.url)('@polkadot/util-crypto') as typeof UtilCrypto

/** A key of storage as the chain makes it, by hand: the netuid as it is, the account behind its hash. */
export function storageKey(pallet: string, item: string, netuid: number, account?: Uint8Array): Hex {
  const parts = [
    xxhashAsU8a(pallet, 128),
    xxhashAsU8a(item, 128),
    new Uint8Array([netuid & 0xff, netuid >> 8]),
    ...(account === undefined ? [] : [xxhashAsU8a(account, 64), account]),
  ]
  return `0x${Buffer.concat(parts).toString('hex')}`
}
