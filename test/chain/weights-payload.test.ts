import { describe, expect, it } from 'vitest'
import { join, list, u16, u64 } from '../../src/chain/scale.ts'
import { decodeTimelockedWeights, encodeTimelockedWeights, hashOfWeights } from '../../src/chain/weights-payload.ts'
import fc from '../support/properties.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const alice = Buffer.from('d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d', 'hex')
const weights = { hotkey: alice, uids: [0, 1], values: [65535, 32768], versionKey: 0n }

describe('weights on the wire', () => {
  it('are encoded as in the call of the runtime', () => {
    // The call set_weights(17, [0, 1], [65535, 32768], 0), behind its pallet and index.
    const vectors = [weights.uids, weights.values].map((vector) => list(vector.map(u16)))
    expect(hex(join(u16(17), ...vectors, u64(0n)))).toBe('11000800000100' + '08ffff00800000000000000000')
  })

  it('are timelocked behind the hotkey that commits them', () => {
    expect(hex(encodeTimelockedWeights(weights))).toBe(`80${hex(alice)}080000010008ffff00800000000000000000`)
  })

  it('are read back as they were written', () => {
    const u16s = fc.uint16Array({ maxLength: 256 })
    fc.assert(
      fc.property(u16s, fc.bigInt(0n, 2n ** 64n - 1n), (values, versionKey) => {
        const hotkey = new Uint8Array(alice)
        const payload = { hotkey, uids: [...values.keys()], values: [...values], versionKey }
        expect(decodeTimelockedWeights(encodeTimelockedWeights(payload))).toEqual({ ok: true, value: payload })
      }),
    )
  })

  it('are refused where they are something else', () => {
    const other = encodeTimelockedWeights({ ...weights, hotkey: alice.subarray(1) })
    expect(decodeTimelockedWeights(other)).toEqual({ ok: false, reason: 'a hotkey of 31 bytes' })
    const unequal = encodeTimelockedWeights({ ...weights, values: [1] })
    expect(decodeTimelockedWeights(unequal)).toEqual({ ok: false, reason: '1 weights of 2 uids' })
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void decodeTimelockedWeights(bytes)))
  })

  it('are hashed with a salt, for one subnet and mechanism', () => {
    const commit = { ...weights, netuid: 17, salt: [1, 2, 3] }
    // hashlib.blake2b(account + bytes.fromhex('1100' '0800000100' '08ffff0080' '0c010002000300' + 16 * '0'), digest_size=32)
    expect(hex(hashOfWeights(commit))).toBe('939d0d25a0b37721cfa25a0a0c12c2e2b0440d02be2e6ab4f16e30fa66854356')
    expect(hashOfWeights({ ...commit, mechanism: 1 })).toEqual(hashOfWeights({ ...commit, netuid: 17 + 4096 }))
    const changes = [{ netuid: 18 }, { salt: [1, 2, 4] }, { values: [65535, 1] }, { uids: [0, 2] }, { versionKey: 1n }]
    const hashes = changes.map((change) => hex(hashOfWeights({ ...commit, ...change })))
    expect(new Set([...hashes, hex(hashOfWeights(commit))]).size).toBe(6)
  })
})
