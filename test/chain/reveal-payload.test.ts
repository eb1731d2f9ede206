import { describe, expect, it } from 'vitest'
import {
  decodePayload,
  encodePayload,
  MAX_ENCRYPTED_BYTES,
  MAX_PLAINTEXT_BYTES,
} from '../../src/chain/reveal-payload.ts'
import fc from '../support/properties.ts'

const COMMIT = '{"commit": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0"}'
const utf8 = (text: string) => new TextEncoder().encode(text)
const behind = (prefix: number[], text: string) => new Uint8Array([...prefix, ...utf8(text)])

describe('a committed text as bytes', () => {
  it('has its length in front', () => {
    expect(Buffer.from(encodePayload(COMMIT)).toString('hex')).toMatch(/^d87b22636f/)
    expect(encodePayload(COMMIT)).toHaveLength(55)
    expect(encodePayload('x'.repeat(64)).subarray(0, 3)).toEqual(new Uint8Array([1, 1, 120]))
    expect(MAX_PLAINTEXT_BYTES).toBe(780)
  })

  it('is read back, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 250 }), (text) => {
        const payload = encodePayload(text)
        expect(decodePayload(payload)).toEqual({ ok: true, value: text })
        expect(decodePayload(Buffer.from(payload))).toEqual({ ok: true, value: text })
      }),
    )
  })

  const shapes: [string, Uint8Array, string][] = [
    ['of the first tools, plain', utf8('{"model": "a/b", "revision": "c0"}'), '{"model": "a/b", "revision": "c0"}'],
    ['without a length', utf8(COMMIT), COMMIT],
    ['with its length in 2 bytes', behind([0xd9, 0], COMMIT), COMMIT],
    ['with its length in 4 bytes', behind([0xda, 0, 0, 0], COMMIT), COMMIT],
    ['with its length in 5 bytes', behind([3, 54, 0, 0, 0], COMMIT), COMMIT],
    ['with a length of something else', behind([0x7c], 'text'), '|text'],
    ['with quotes of a shell', encodePayload("{'repo': 'a/b'}"), "{'repo': 'a/b'}"],
    ['empty behind its length', new Uint8Array([0]), ''],
    ['that is a bare number', utf8('1'), '1'],
    ['with a byte order mark', encodePayload('\ufeff{}'), '\ufeff{}'],
  ]
  it.each(shapes)('is read in every shape: %s', (_, payload, text) => {
    expect(decodePayload(payload)).toEqual({ ok: true, value: text })
  })

  it('is refused where it is no text', () => {
    expect(decodePayload(new Uint8Array())).toEqual({ ok: false, reason: 'empty' })
    expect(decodePayload(new Uint8Array([12, 0xed, 0xa0, 0x80]))).toEqual({ ok: false, reason: 'not UTF-8' })
    expect(decodePayload(new Uint8Array(MAX_ENCRYPTED_BYTES + 1))).toEqual({
      ok: false,
      reason: 'longer than 1024 bytes',
    })
  })

  it('is never a reason to throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1100 }), (payload) => {
        const read = decodePayload(payload)
        if (read.ok) expect(payload.length - utf8(read.value).length).toBeOneOf([0, 1, 2, 4, 5])
        else expect(read.reason).toBeOneOf(['empty', 'not UTF-8', 'longer than 1024 bytes'])
      }),
      { numRuns: 500 },
    )
  })
})
