import { describe, expect, it } from 'vitest'
import { normaliseSplats } from '../../src/media/normalise-splats.ts'
import { readPly, type Splats } from '../../src/media/ply.ts'
import { PLY_PROPERTIES, plyHeader, type TestSplat, writePly } from '../support/models.ts'
import fc from '../support/properties.ts'

const text = (value: string) => Buffer.from(value, 'latin1')
const refused = (code: string) => expect.objectContaining({ ok: false, fault: 'file', code })

function splatsOf(bytes: Uint8Array): Splats {
  const reading = readPly(bytes)
  if (!reading.ok) throw new Error(reading.detail)
  return reading.value
}

describe('a PLY file', () => {
  it('gives position, colour, opacity and covariance of each splat', () => {
    const half = Math.sqrt(0.5)
    const splats = splatsOf(
      writePly([
        { at: [1, 2, 3], scale: [0.5, 0.1, 0.2], opacity: 0.25, colour: [1, 0.5, 0] },
        { at: [0, 0, 0], scale: [0.5, 0.1, 0.2], rotation: [half, 0, 0, half] },
      ]),
    )
    expect([...splats.positions]).toEqual([1, 2, 3, 0, 0, 0])
    expect(splats.opacities[0]).toBeCloseTo(0.25, 6)
    expect([...splats.colours.subarray(0, 3)]).toEqual([1, 0.5, 0].map((value) => expect.closeTo(value, 6)))
    const covariance = (at: number) => [...splats.covariances.subarray(at * 6, at * 6 + 6)]
    expect(covariance(0)).toEqual([0.25, 0, 0, 0.01, 0, 0.04].map((value) => expect.closeTo(value, 6)))
    // A quarter turn about z exchanges x and y.
    expect(covariance(1)).toEqual([0.01, 0, 0, 0.25, 0, 0.04].map((value) => expect.closeTo(value, 6)))
  })

  it('may hold other properties, comments, CRLF and elements after the vertices', () => {
    const properties = ['nx', ...PLY_PROPERTIES, 'extra']
    const header = plyHeader(1, properties)
      .replace('element vertex 1\n', 'comment made by hand\nelement vertex 1\nproperty uchar tag\n')
      .replace('end_header', 'element face 0\nproperty list uchar int vertex_indices\nend_header')
      .replaceAll('\n', '\r\n')
    const row = Buffer.alloc(1 + properties.length * 4)
    row.writeFloatLE(7, 1 + properties.indexOf('x') * 4)
    row.writeFloatLE(1, 1 + properties.indexOf('rot_0') * 4)
    expect(splatsOf(Buffer.concat([text(header), row])).positions[0]).toBe(7)
  })

  it.each<[string, Partial<TestSplat>]>([
    ['NaN', { at: [Number.NaN, 0, 0] }],
    ['infinity', { at: [0, Number.POSITIVE_INFINITY, 0] }],
    ['opposite infinities', { at: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0] }],
    ['no orientation', { rotation: [0, 0, 0, 0] }],
    ['an immense size', { scale: [1e12, 1, 1] }],
  ])('leaves out and counts splats with %s', (_, broken) => {
    const splats = splatsOf(writePly([{ at: [0, 0, 0], ...broken }, { at: [1, 2, 3] }]))
    expect(splats).toMatchObject({ count: 1, dropped: 1 })
    expect([...splats.positions]).toEqual([1, 2, 3])
    expect(readPly(writePly([{ at: [0, 0, 0], ...broken }]))).toEqual(refused('empty'))
  })

  it('never throws, whatever its bytes are', () => {
    const base = writePly(Array.from({ length: 20 }, (_, i) => ({ at: [i, 0, 1] as const })))
    const change = fc.record({ at: fc.nat(base.length - 1), byte: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.nat(base.length), (changes, length) => {
        const bytes = Uint8Array.from(base.subarray(0, length))
        for (const { at, byte } of changes) if (at < length) bytes[at] = byte
        const reading = readPly(bytes)
        if (!reading.ok) return reading.fault === 'file'
        return normaliseSplats(reading.value).positions.every(Number.isFinite)
      }),
      { numRuns: 500 },
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => !readPly(bytes).ok))
  })
})

describe('normalising', () => {
  it('centres each axis on the box and makes its longest side 1.5', () => {
    const splats = normaliseSplats(
      splatsOf(
        writePly([
          { at: [10, 0, 5], scale: [1, 1, 1] },
          { at: [13, 1, 5], scale: [1, 1, 1] },
        ]),
      ),
    )
    expect([...splats.positions]).toEqual([-0.75, -0.25, 0, 0.75, 0.25, 0].map((value) => expect.closeTo(value, 6)))
    expect(splats.covariances[0]).toBeCloseTo(0.25, 6)
  })

  it('only centres a single splat', () => {
    expect([...normaliseSplats(splatsOf(writePly([{ at: [4, 5, 6] }]))).positions]).toEqual([0, 0, 0])
  })
})
