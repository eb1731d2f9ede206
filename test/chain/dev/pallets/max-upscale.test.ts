import { describe, expect, it } from 'vitest'
import { maxUpscale } from '../../../../src/chain/dev/pallets/max-upscale.ts'
import fc from '../../../support/properties.ts'

describe('the largest weight becomes 65535', () => {
  it('and the others in proportion', () => {
    expect(maxUpscale([1, 2, 4])).toEqual([16_384, 32_768, 65_535])
    expect(maxUpscale([40_000, 20_000])).toEqual([65_535, 32_767])
    expect(maxUpscale([7])).toEqual([65_535])
  })

  it('and zeros stay what they are', () => {
    expect(maxUpscale([])).toEqual([])
    expect(maxUpscale([0, 0])).toEqual([0, 0])
    expect(maxUpscale([0, 5])).toEqual([0, 65_535])
  })

  it('and what is scaled already stays as it is', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 65_535 })).map((each) => [...each, 65_535])
    fc.assert(
      fc.property(weights, (each) => {
        expect(maxUpscale(each)).toEqual(each)
      }),
    )
  })

  it('by no more than one away from the exact value', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 1 })
    fc.assert(
      fc.property(weights, (each) => {
        const max = Math.max(...each)
        fc.pre(max > 0)
        for (const [at, scaled] of maxUpscale(each).entries()) {
          expect(Math.abs(scaled - (each[at]! * 65_535) / max)).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})
