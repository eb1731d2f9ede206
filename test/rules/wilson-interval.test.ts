import { describe, expect, it } from 'vitest'
import { wilsonInterval } from '../../src/rules/wilson-interval.ts'
import fc from '../support/properties.ts'

describe('the interval of a share', () => {
  // Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('is as published: %i of %i', (k, n, low, high) => {
    const [found, most] = wilsonInterval(k, n)
    expect(found).toBeCloseTo(low, 4)
    expect(most).toBeCloseTo(high, 4)
  })

  it('is everything when nothing was seen', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1])
  })

  const seen = fc.integer({ min: 1, max: 5000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))

  it('holds what was seen, and mirrors with it', () => {
    fc.assert(
      fc.property(seen, ([k, n]) => {
        const [low, high] = wilsonInterval(k, n)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(k / n)
        expect(high).toBeGreaterThanOrEqual(k / n)
        const [mirroredLow, mirroredHigh] = wilsonInterval(n - k, n)
        expect(mirroredLow).toBeCloseTo(1 - high, 12)
        expect(mirroredHigh).toBeCloseTo(1 - low, 12)
      }),
    )
  })

  it('ends at the shares from which what was seen lies 1.96 standard errors away', () => {
    fc.assert(
      fc.property(seen, ([k, n]) => {
        for (const share of wilsonInterval(k, n)) {
          if (share === 0 || share === 1) continue
          const away = Math.abs(k / n - share) / Math.sqrt((share * (1 - share)) / n)
          expect(away).toBeCloseTo(1.959963984540054, 6)
        }
      }),
    )
  })
})
