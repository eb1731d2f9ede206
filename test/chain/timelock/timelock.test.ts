import { describe, expect, it } from 'vitest'
import { encodePayload, MAX_PLAINTEXT_BYTES } from '../../../src/chain/reveal-payload.ts'
import { OVERHEAD_BYTES } from '../../../src/chain/timelock/ciphertext.ts'
import { sha256 } from '../../../src/chain/timelock/curve.ts'
import { beaconOf } from '../../../src/chain/timelock/pulse.ts'
import { decrypt, encrypt, type TimelockEntropy } from '../../../src/chain/timelock/timelock.ts'
import fc from '../../support/properties.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex')
const utf8 = (text: string) => new TextEncoder().encode(text)

/** quicknet's own, of round 1000. */
const signature = bytes(
  'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
)
const entropy: TimelockEntropy = {
  key: new Uint8Array(32).fill(2),
  nonce: new Uint8Array(12).fill(3),
  sigma: sha256(new Uint8Array(32).fill(4)),
}
/** Made with the chain's own implementation, and opened by it. */
const vector = [
  'b3d11a58b6f99b5fb2e01df0a7be1166599ed0da852339dd09c60451c44b1cdb320e044876bcdbe49b026a92301e84750c52b6f78b0bafe4a23298f5',
  'e114838306c560f0f2dc09c0892d5c356c596e38e04d8fad528f799cb195bca475f76e4e2000000000000000acbf3cdc9e5d8c49678e1f94369d4c87',
  'ce7ff8c96720d90097ca1957b01301002000000000000000df7f652ddbb658819ace7702a8139999ead22368d9fa5e7dc8939571ace6cee83a000000',
  '000000001e00000000000000b195925a37960a51bc853055f1f3380f880a7c89308a2de9170d1a1284d20c0000000000000003030303030303030303',
  '030308000000000000004145535f47434d5f',
].join('')

const beacon = beaconOf('a chain of ours')
const round = 7
const lock = { round, publicKey: beacon.publicKey }
const opened = beacon.pulse(round).signature

describe('a timelocked text', () => {
  it('is the bytes that the chain makes and opens', () => {
    expect(hex(encrypt(utf8('this is a test'), { round: 1000, entropy }))).toBe(vector)
    expect(decrypt(bytes(vector), signature)).toEqual({ ok: true, value: utf8('this is a test') })
  })

  it('opens with the signature of its round, whatever it says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: MAX_PLAINTEXT_BYTES }), (plaintext) => {
        const ciphertext = encrypt(plaintext, lock)
        expect(ciphertext).toHaveLength(plaintext.length + OVERHEAD_BYTES)
        expect(decrypt(Buffer.from(ciphertext), opened)).toEqual({ ok: true, value: plaintext })
      }),
      { numRuns: 5 },
    )
    const commit = encodePayload('{"commit": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0"}')
    expect([OVERHEAD_BYTES, encrypt(commit, lock).length]).toEqual([244, 299])
  })

  it('is another one each time', () => {
    expect(encrypt(utf8('a'), lock)).not.toEqual(encrypt(utf8('a'), lock))
  })

  it('stays shut to every other signature, and to what is none', () => {
    const other = { ok: false, reason: 'encrypted to another round, or to nothing' }
    expect(decrypt(bytes(vector), opened)).toEqual(other)
    expect(decrypt(encrypt(utf8('a'), lock), beacon.pulse(round + 1).signature)).toEqual(other)
    const zero = bytes(`c0${'00'.repeat(47)}`)
    for (const none of [zero, new Uint8Array(48), new Uint8Array(47), new Uint8Array()]) {
      expect(decrypt(bytes(vector), none)).toEqual({ ok: false, reason: 'not a signature of drand' })
    }
  })

  it('is as generous with what it does not need as the chain is', () => {
    const text = { ok: true, value: utf8('this is a test') }
    expect(decrypt(bytes(`${vector}00ff`), signature)).toEqual(text)
    expect(decrypt(bytes(`${vector.slice(0, -16)}${'00'.repeat(8)}`), signature)).toEqual(text)
    expect(decrypt(bytes(`${vector.slice(0, -32)}${'00'.repeat(8)}`), signature)).toEqual(text)
    expect(decrypt(bytes(vector.slice(0, -32)), signature)).toEqual({
      ok: false,
      reason: 'not a timelocked text: ends 8 bytes too soon',
    })
  })

  it('refuses parts of another length, points of no group, and changed texts', () => {
    const changed = (at: number, part: string) => vector.slice(0, at * 2) + part + vector.slice(at * 2 + part.length)
    const reason = (text: string) => {
      const read = decrypt(bytes(text), signature)
      return read.ok ? 'opened' : read.reason
    }
    expect(reason(changed(96, '1f'))).toMatch(/31 bytes where there must be 32/)
    expect(reason(changed(96, 'ffffffffffffffff'))).toMatch(/too soon/)
    expect(reason(changed(184, '0f'))).toMatch(/too soon/)
    expect(reason(changed(0, `c0${'00'.repeat(95)}`))).toMatch(/no point of G2/)
    expect(reason(changed(0, '00'.repeat(96)))).toMatch(/no point of G2/)
    expect(reason(changed(200, 'ff'))).toBe('changed after it was encrypted')
    expect(reason(changed(110, 'ff'))).toBe('encrypted to another round, or to nothing')
    expect(reason('')).toMatch(/not a timelocked text/)
  })

  it('is never a reason to throw: bytes of anybody, and valid ones with a few changed', () => {
    const nearly = fc.array(fc.tuple(fc.nat(257), fc.nat(255)), { minLength: 1, maxLength: 3 }).map((changes) => {
      const copy = bytes(vector)
      for (const [at, byte] of changes) copy[at] = byte
      return copy
    })
    const original = bytes(vector)
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 1100 }), nearly), (ciphertext) => {
        const read = decrypt(ciphertext, signature)
        // Nothing of what is sealed can be changed: only the name of the suite, its length, and what follows it.
        if (read.ok) expect(ciphertext.subarray(0, 242)).toEqual(original.subarray(0, 242))
        else expect(read.reason).not.toBe('')
      }),
      { numRuns: 30 },
    )
  })

  it('needs a round and a public key', () => {
    for (const bad of [0, -1, 1.5, Number.NaN, 2 ** 53]) {
      expect(() => encrypt(utf8('a'), { round: bad })).toThrow(/not a round of drand/)
    }
    for (const publicKey of ['', 'zz', '00'.repeat(96), `c0${'00'.repeat(95)}`]) {
      expect(() => encrypt(utf8('a'), { round, publicKey })).toThrow(/not the public key/)
    }
  })
})
