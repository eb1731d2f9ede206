import { createRequire } from 'node:module'
import type * as UtilCrypto from '@polkadot/util-crypto'
import type { Hex } from '../../../src/chain/dev/substrate-node.ts'

const { blake2AsU8a, xxhashAsU8a, ...utilCrypto } = createRequire(import.meta.url)(
  '@polkadot/util-crypto',
) as typeof UtilCrypto

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

export const decodeAddress = (address: string): Uint8Array => utilCrypto.decodeAddress(address)

export function lockKey(coldkey: Uint8Array, netuid: number, hotkey: Uint8Array): Hex {
  const hashed = (account: Uint8Array) => [blake2AsU8a(account, 128), account]
  const middle = new Uint8Array([netuid & 0xff, netuid >> 8])
  const parts = [
    xxhashAsU8a('SubtensorModule', 128),
    xxhashAsU8a('Lock', 128),
    ...hashed(coldkey),
    middle,
    ...hashed(hotkey),
  ]
  return `0x${Buffer.concat(parts).toString('hex')}`
}

/** Of this mass, with no conviction, since block 1. */
export function encodeLock(mass: bigint): Hex {
  const bytes = Buffer.alloc(8 + 16 + 8)
  bytes.writeBigUInt64LE(mass)
  bytes.writeBigUInt64LE(1n, 24)
  return `0x${bytes.toString('hex')}`
}
