/** A dev chain with a full subnet: 256 hotkeys, and a commitment of each. Prints its URL, and ends with its input. */
import { createRequire } from 'node:module'
import type * as UtilCrypto from '@polkadot/util-crypto'
import { encodeRegistration } from '../../src/chain/commitment-data.ts'
import { openDevChain } from '../../src/chain/dev/dev-chain.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'

const { encodeAddress, xxhashAsU8a } = createRequire(import.meta.url)('@polkadot/util-crypto') as typeof UtilCrypto

const NETUID = 17
const UIDS = 256
const COMMITMENT_OF = 'ca407206ec1ab726b2636c4b145ac287419a60ae8b01e6dcaebd7317e43c69bf'

const accounts = Array.from({ length: UIDS }, (_, uid) => xxhashAsU8a(`hotkey ${uid}`, 256))
const neurons = accounts.map((account, uid) => ({
  hotkey: encodeAddress(account, 42),
  stake: BigInt(uid) ** 5n,
  validatorPermit: uid < 64,
}))
const chain = await openDevChain({
  clock: new SystemClock(),
  manual: true,
  genesis: { subnets: [{ netuid: NETUID, ownerHotkey: neurons[0]!.hotkey, neurons }] },
})
for (const [uid, account] of accounts.entries()) {
  const text = Buffer.from(`{"commit": "${uid.toString(16).padStart(40, '0')}"}`)
  const value = encodeRegistration({ deposit: 0n, block: 1, fields: [{ kind: 'raw', bytes: text }] })
  const key = Buffer.concat([
    Buffer.from(COMMITMENT_OF, 'hex'),
    Buffer.from([NETUID, 0]),
    xxhashAsU8a(account, 64),
    account,
  ])
  chain.node.setStorage(`0x${key.toString('hex')}`, `0x${Buffer.from(value).toString('hex')}`)
}
chain.node.produceBlocks(5)
console.log((await chain.listen({ port: 0 })).url)
process.stdin.resume().once('end', () => chain[Symbol.asyncDispose]())
