import { describe, expect, it } from 'vitest'
import { orderByDepth } from '../../src/media/depth-sort.ts'
import { exp, fastExp, ln, sineCosine } from '../../src/media/elementary.ts'
import { LINEAR_OF_SRGB, srgbOfLinear } from '../../src/media/srgb.ts'
import fc from '../support/properties.ts'

const within = (value: number, wanted: number, relative: number) =>
  Math.abs(value - wanted) <= relative * Math.abs(wanted) || value === wanted

describe('our own functions', () => {
  it('agree with those of the language', () => {
    fc.assert(fc.property(fc.double({ min: -699, max: 699, noNaN: true }), (x) => within(exp(x), Math.exp(x), 1e-13)))
    fc.assert(fc.property(fc.double({ min: -95, max: 95, noNaN: true }), (x) => within(fastExp(x), Math.exp(x), 1e-7)))
    fc.assert(
      fc.property(fc.double({ min: 1e-30, max: 1e30, noNaN: true }), (x) => Math.abs(ln(x) - Math.log(x)) < 1e-12),
    )
    fc.assert(
      fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), (x) => {
        const [sine, cosine] = sineCosine(x)
        return Math.abs(sine - Math.sin(x)) < 1e-12 && Math.abs(cosine - Math.cos(x)) < 1e-12
      }),
    )
    expect([exp(0), exp(800), exp(-800), fastExp(0), fastExp(-1e9), fastExp(Number.NaN), ln(1)]).toEqual([
      1,
      Number.POSITIVE_INFINITY,
      0,
      1,
      0,
      0,
      0,
    ])
  })

  it('turn bytes into light and back', () => {
    for (let byte = 8; byte < 256; byte++)
      expect(Math.abs(srgbOfLinear(LINEAR_OF_SRGB[byte]!) - byte)).toBeLessThanOrEqual(1)
    expect(LINEAR_OF_SRGB[128]).toBeCloseTo(((128 / 255 + 0.055) / 1.055) ** 2.4, 12)
    expect([-1, 0, 1, 2, Number.NaN].map(srgbOfLinear)).toEqual([0, 0, 255, 255, 0])
  })

  it('sort by depth and keep ties in order', () => {
    const depth = fc.oneof(fc.constantFrom(0.5, 1, 2), fc.float({ min: Math.fround(0.01), max: 100, noNaN: true }))
    fc.assert(
      fc.property(fc.array(depth), (depths) => {
        const wanted = depths.map((_, i) => i).sort((a, b) => depths[a]! - depths[b]! || a - b)
        expect([...orderByDepth(Float32Array.from(depths))]).toEqual(wanted)
      }),
    )
  })
})
