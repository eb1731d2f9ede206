import { describe, expect, it } from 'vitest'
import { compact, compactAt, readScale, sized, u8, u16, u32, u64 } from '../../src/chain/scale.ts'
import fc from '../support/properties.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('SCALE', () => {
  // From the SCALE specification's own table of compact integers.
  it('writes small numbers in few bytes', () => {
    expect([0, 1, 42, 69, 65535, 2 ** 30].map((number) => hex(compact(number)))).toEqual([
      '00',
      '04',
      'a8',
      '1501',
      'feff0300',
      '0300000040',
    ])
  })

  it('reads what it writes, out of a Buffer too', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.bigInt(0n, 2n ** 64n - 1n), fc.uint8Array(), (number, long, bytes) => {
        const written = Buffer.concat([u8(number % 256), u16(number % 65536), u32(number), u64(long), sized(bytes)])
        const read = readScale(written, (reader) => [
          reader.u8(),
          reader.u16(),
          reader.u32(),
          reader.u64(),
          reader.sized(1000),
        ])
        expect(read).toEqual({ ok: true, value: [number % 256, number % 65536, number, long, bytes] })
        expect(compactAt(compact(number))).toEqual({ value: number, size: compact(number).length })
      }),
    )
  })

  it('answers to bytes that do not fit with a reason', () => {
    const read = (bytes: number[]) => readScale(new Uint8Array(bytes), (reader) => reader.sized(5))
    expect(read([8, 1, 2])).toEqual({ ok: true, value: new Uint8Array([1, 2]) })
    expect(read([])).toEqual({ ok: false, reason: 'not a length' })
    expect(read([7, 0, 0, 0, 0, 1])).toEqual({ ok: false, reason: 'not a length' })
    expect(read([8, 1])).toEqual({ ok: false, reason: 'ends 1 bytes too soon' })
    expect(read([8, 1, 2, 3])).toEqual({ ok: false, reason: '1 bytes too many' })
    expect(read([24, 1, 2, 3, 4, 5, 6])).toEqual({ ok: false, reason: 'a length of 6, where 5 is the most' })
    expect(read([9, 0, 1, 2])).toEqual({ ok: false, reason: 'a length in more bytes than it needs' })
  })

  it('hides no mistake of the reader', () => {
    const faulty = () => {
      throw new TypeError('ours')
    }
    expect(() => readScale(new Uint8Array(), faulty)).toThrow(TypeError)
  })
})
