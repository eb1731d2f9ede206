import { describe, expect, it } from 'vitest'
import {
  type Data,
  decodeData,
  decodeInfo,
  decodeRegistration,
  decodeRevealed,
  encodeData,
  encodeInfo,
  encodeRegistration,
  encodeRevealed,
  plainBytes,
  plainData,
  spaceOf,
} from '../../src/chain/commitment-data.ts'
import { encodePayload } from '../../src/chain/reveal-payload.ts'
import { join, u16 } from '../../src/chain/scale.ts'
import fc from '../support/properties.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const utf8 = (text: string) => new TextEncoder().encode(text)
const COMMIT = '{"commit": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0"}'

const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
const data: fc.Arbitrary<Data> = fc.oneof(
  fc.constantFrom<Data>({ kind: 'none' }, { kind: 'reset-bonds' }),
  bytes(128).map((bytes): Data => ({ kind: 'raw', bytes })),
  bytes(512).map((bytes): Data => ({ kind: 'big-raw', bytes })),
  fc.record({
    kind: fc.constant('hash' as const),
    algorithm: fc.constantFrom('BlakeTwo256' as const, 'Sha256' as const, 'Keccak256' as const, 'ShaThree256' as const),
    digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  }),
  fc.record({
    kind: fc.constant('timelock' as const),
    encrypted: bytes(1024),
    revealRound: fc.bigInt(0n, 2n ** 64n - 1n),
  }),
)

describe('commitments on the wire', () => {
  it('are the bytes that the runtime knows', () => {
    const ab = utf8('ab')
    expect(hex(encodeInfo([{ kind: 'raw', bytes: ab }]))).toBe('04036162')
    const encrypted = new Uint8Array([0xab, 0xcd])
    expect(hex(encodeData({ kind: 'timelock', encrypted, revealRound: 5n }))).toBe('8608abcd0500000000000000')
    expect(hex(encodeData({ kind: 'big-raw', bytes: ab }))).toBe('88086162')
    expect(hex(encodeRevealed([{ payload: encodePayload('ab'), block: 100n }]))).toBe('040c0861626400000000000000')
    // The call set_commitment(17, [Raw54]), behind its pallet and index.
    expect(hex(join(u16(17), encodeInfo([plainData(utf8(COMMIT))])))).toBe(
      '11000437' +
        '7b22636f6d6d6974223a202261316232633364346535663661376238633964306531663261336234633564366537663861396230227d',
    )
  })

  it('have a tag for every kind', () => {
    const tags = (each: Data) => encodeData(each)[0]
    expect([0, 1, 128].map((length) => tags({ kind: 'raw', bytes: new Uint8Array(length) }))).toEqual([1, 2, 129])
    const digest = new Uint8Array(32)
    const algorithms = ['BlakeTwo256', 'Sha256', 'Keccak256', 'ShaThree256'] as const
    expect(algorithms.map((algorithm) => tags({ kind: 'hash', algorithm, digest }))).toEqual([130, 131, 132, 133])
    expect([tags({ kind: 'none' }), tags({ kind: 'reset-bonds' })]).toEqual([0, 135])
  })

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.array(data, { maxLength: 3 }), fc.nat(2 ** 32 - 1), (fields, block) => {
        for (const field of fields) expect(decodeData(encodeData(field))).toEqual({ ok: true, value: field })
        expect(decodeInfo(Buffer.from(encodeInfo(fields)))).toEqual({ ok: true, value: fields })
        const registration = { deposit: 7n, block, fields }
        expect(decodeRegistration(encodeRegistration(registration))).toEqual({ ok: true, value: registration })
      }),
    )
  })

  it('have one form each: bytes that are read are those that would be written', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      // Near what is valid: one byte of it changed, cut or added.
      fc.tuple(data, fc.nat(70), fc.integer({ min: -1, max: 255 })).map(([field, at, byte]) => {
        const valid = [4, ...encodeData(field)]
        valid.splice(at, 1, ...(byte < 0 ? [] : [byte]))
        return new Uint8Array(valid)
      }),
    )
    fc.assert(
      fc.property(anything, (bytes) => {
        const read = decodeInfo(bytes)
        if (read.ok) expect(encodeInfo(read.value)).toEqual(bytes)
        else expect(read.reason).not.toBe('')
        decodeRegistration(bytes)
        decodeRevealed(bytes)
      }),
      { numRuns: 1000 },
    )
  })

  it('of unknown kinds and beyond the limits are refused', () => {
    expect(decodeData(new Uint8Array([137]))).toEqual({ ok: false, reason: 'an unknown kind of field, 137' })
    expect(decodeInfo(new Uint8Array([16, 0, 0, 0, 0]))).toMatchObject({ ok: false })
    const none: Data = { kind: 'none' }
    expect(() => encodeInfo([none, none, none, none])).toThrow(/4 fields/)
    expect(() => encodeData({ kind: 'raw', bytes: new Uint8Array(129) })).toThrow(/129 bytes/)
    expect(() => encodeData({ kind: 'big-raw', bytes: new Uint8Array(513) })).toThrow(/513 bytes/)
    expect(() => encodeData({ kind: 'timelock', encrypted: new Uint8Array(1025), revealRound: 1n })).toThrow(/1025/)
    expect(() => encodeData({ kind: 'hash', algorithm: 'Sha256', digest: new Uint8Array(31) })).toThrow(/31 bytes/)
  })

  it('are revealed in any number and length, and no bytes are a reason to throw', () => {
    const reveals = fc.array(
      fc.record({ payload: fc.uint8Array({ maxLength: 2000 }), block: fc.bigInt(0n, 2n ** 64n - 1n) }),
    )
    fc.assert(
      fc.property(reveals, fc.nat(), (all, cut) => {
        const bytes = encodeRevealed(all)
        expect(decodeRevealed(Buffer.from(bytes))).toEqual({ ok: true, value: all })
        expect(decodeRevealed(bytes.subarray(0, cut % bytes.length))).toMatchObject({ ok: false })
      }),
    )
    const many = Array.from({ length: 5000 }, (_, block) => ({ payload: encodePayload('1'), block: BigInt(block) }))
    expect(decodeRevealed(encodeRevealed(many))).toEqual({ ok: true, value: many })
    expect(decodeRevealed(new Uint8Array([3, 255, 255, 255, 255]))).toMatchObject({ ok: false })
  })

  it('count against the space of their hotkey, small ones as 100', () => {
    expect(spaceOf([plainData(utf8(COMMIT))])).toBe(100)
    expect(spaceOf([{ kind: 'timelock', encrypted: new Uint8Array(299), revealRound: 1n }])).toBe(299)
    expect(spaceOf([plainData(new Uint8Array(99)), { kind: 'none' }, { kind: 'reset-bonds' }])).toBe(100)
  })

  it('say in the open what their plain fields say', () => {
    const long = 'x'.repeat(129)
    expect(plainData(utf8(long)).kind).toBe('big-raw')
    const hidden: Data = { kind: 'timelock', encrypted: utf8('no'), revealRound: 1n }
    expect(plainBytes([plainData(utf8('a')), hidden, plainData(utf8(long))])).toEqual(utf8(`a${long}`))
  })
})
