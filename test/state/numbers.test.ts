import { describe, expect, it } from 'vitest'
import { float, int } from '../../src/state/number.ts'
import { jsonFloat, pythonFloat } from '../../src/state/number-text.ts'
import fc from '../support/properties.ts'

describe('floats in JSON', () => {
  it.each([
    [1, '1.0'],
    [-1, '-1.0'],
    [0, '0.0'],
    [-0, '-0.0'],
    [0.6000000000000001, '0.6000000000000001'],
    [0.00001341104507446289, '0.00001341104507446289'],
    [1e-5, '0.00001'],
    [9.9e-6, '9.9e-6'],
    [8.225440979003906e-6, '8.225440979003906e-6'],
    [1e-7, '1e-7'],
    [9999999999999998, '9999999999999998.0'],
    [1e16, '1e16'],
    [-1.5e300, '-1.5e300'],
    [5e-324, '5e-324'],
    [Number.NaN, 'null'],
    [Number.POSITIVE_INFINITY, 'null'],
  ])('%d is %s', (value, text) => expect(jsonFloat(value)).toBe(text))

  it('read back as they were', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(jsonFloat(value)).toMatch(/^-?\d+(\.\d+)?(e-?[1-9]\d*)?$/)
        expect(jsonFloat(value)).toMatch(/[.e]/)
        expect(JSON.parse(jsonFloat(value))).toBe(value)
      }),
    )
  })
})

describe('floats as Python prints them', () => {
  it.each([
    [0.0078125, '0.0078125'],
    [-1, '-1.0'],
    [0, '0.0'],
    [1e-4, '0.0001'],
    [1e-5, '1e-05'],
    [-9.9e-5, '-9.9e-05'],
    [1e16, '1e+16'],
    [1e100, '1e+100'],
    [1e-100, '1e-100'],
  ])('%d is %s', (value, text) => expect(pythonFloat(value)).toBe(text))
})

describe('reading', () => {
  it.each([
    ['3', 3],
    [' 3 ', 3],
    [3, 3],
    [true, 1],
    [false, 0],
    [-0, 0],
  ])('takes %j for an integer', (input, value) => expect(int().parse(input)).toBe(value))

  it.each(['', '3.5', 'x', 3.5, null, undefined, [], {}, 2 ** 53, Number.NaN])('refuses %j for an integer', (input) => {
    expect(int().safeParse(input).success).toBe(false)
  })

  it.each(['1.0', null, undefined, Number.NaN, Number.POSITIVE_INFINITY])('refuses %j for a float', (input) => {
    expect(float().safeParse(input).success).toBe(false)
  })
})
