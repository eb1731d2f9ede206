/**
 * The least that reads the same: a socket, hand-picked calls, hand-made keys and decoders that fit this runtime alone.
 * `node raw.ts head|subnet URL NETUID`
 */
import { blake2b } from '@noble/hashes/blake2.js'
import { WebSocket } from 'ws'
import { summary } from './summary.ts'

const TIMESTAMP_NOW = '0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb'
const COMMITMENT_OF = '0xca407206ec1ab726b2636c4b145ac287419a60ae8b01e6dcaebd7317e43c69bf'
/** Fields of the selective metagraph: hotkeys, coldkeys, active, permits, last updates, registrations, stakes. */
const FIELDS = [52, 53, 56, 57, 59, 66, 69]

const [what, url = '', netuid] = process.argv.slice(2)
const socket = new WebSocket(url)
await new Promise((resolve) => socket.once('open', resolve))
const waiting = new Map<number, (result: unknown) => void>()
socket.on('message', (data) => {
  const { id, result } = JSON.parse(String(data))
  waiting.get(id)?.(result)
})
let last = 0
const ask = <T>(method: string, ...params: unknown[]) =>
  new Promise<T>((resolve) => {
    waiting.set(++last, resolve as (result: unknown) => void)
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: last, method, params }))
  })

const hash = await ask<string>('chain_getFinalizedHead')
if (what === 'head') {
  const [header, now] = await Promise.all([
    ask<{ number: string }>('chain_getHeader', hash),
    ask<string>('state_getStorage', TIMESTAMP_NOW, hash),
  ])
  const time = new Date(Number(Buffer.from(now.slice(2), 'hex').readBigUInt64LE()))
  console.log(summary({ number: Number(header.number), hash, time }))
} else {
  const id = Buffer.from(new Uint16Array([Number(netuid)]).buffer)
  const args = Buffer.concat([id, Buffer.from([FIELDS.length * 4]), Buffer.from(new Uint16Array(FIELDS).buffer)])
  const [metagraph, keys] = await Promise.all([
    ask<string>('state_call', 'SubnetInfoRuntimeApi_get_selective_metagraph', `0x${args.toString('hex')}`, hash),
    ask<string[]>('state_getKeysPaged', COMMITMENT_OF + id.toString('hex'), 1000, null, hash),
  ])
  const [{ changes }] = await ask<[{ changes: [string, string][] }]>('state_queryStorageAt', keys, hash)
  const found = changes.map(([key, value]) => ({ account: bytesOf(key).subarray(-32), value: bytesOf(value) }))
  found.sort((a, b) => Buffer.compare(a.account, b.account))
  const commitments = found.map(({ account, value }) => ({ hotkey: address(account), commitment: registration(value) }))
  console.log(summary({ neurons: neurons(bytesOf(metagraph)), commitments }))
}
socket.close()

function neurons(bytes: Buffer): unknown[] {
  let at = 2 + (bytes[1]! % 4 === 0 ? 0 : 1)
  const columns = new Map<number, unknown[]>()
  for (let field = 1; field <= FIELDS.at(-1)!; field++) {
    if (bytes[at++] === 0) continue
    const count = compact()
    columns.set(
      field,
      Array.from({ length: Number(count) }, () => {
        if (field <= 53) {
          at += 32
          return address(bytes.subarray(at - 32, at))
        }
        return field <= 57 ? bytes[at++] === 1 : compact()
      }),
    )
  }
  const [hotkeys = [], coldkeys, active, permits, updates, registered, stakes] = FIELDS.map((field) =>
    columns.get(field),
  )
  return hotkeys.map((hotkey, uid) => ({
    uid,
    hotkey,
    coldkey: coldkeys?.[uid],
    stake: stakes?.[uid],
    validatorPermit: permits?.[uid],
    active: active?.[uid],
    lastUpdate: Number(updates?.[uid]),
    registeredAt: Number(registered?.[uid]),
  }))

  function compact(): bigint {
    const mode = bytes[at]! % 4
    if (mode === 3) {
      const size = bytes[at]! / 4 + 3.25
      const digits = bytes.subarray(at + 1, at + 1 + size)
      at += 1 + size
      return digits.reduceRight((sum, digit) => sum * 256n + BigInt(digit), 0n)
    }
    const size = [1, 2, 4][mode]!
    const number = BigInt(bytes.readUIntLE(at, size)) / 4n
    at += size
    return number
  }
}

/** One `Raw` field, as all commitments of this measurement are. */
function registration(bytes: Buffer): unknown {
  const raw = new Uint8Array(bytes.subarray(14))
  return { deposit: bytes.readBigUInt64LE(), block: bytes.readUInt32LE(8), fields: [{ kind: 'raw', bytes: raw }] }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.slice(2), 'hex')
}

function address(account: Uint8Array): string {
  const payload = Buffer.concat([Buffer.from([42]), account])
  const check = blake2b(Buffer.concat([Buffer.from('SS58PRE'), payload]), { dkLen: 64 }).subarray(0, 2)
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  let number = BigInt(`0x${Buffer.concat([payload, check]).toString('hex')}`)
  let text = ''
  for (; number > 0n; number /= 58n) text = alphabet[Number(number % 58n)]! + text
  return text
}
