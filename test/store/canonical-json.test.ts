import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/store/canonical-json.ts'
import fc from '../support/properties.ts'

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, field]) => [key, shuffled(field)]),
  )
}

describe('canonicalJson', () => {
  it('says the same for equal values, and only for those', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(shuffled(value))).toBe(text)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('sorts keys by code unit, writes no space, and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [1, 'x', null, { d: true, c: 1e21 }], a: -0, Z: 0.1, é: '\n', u: undefined })).toBe(
      '{"Z":0.1,"a":0,"b":[1,"x",null,{"c":1e+21,"d":true}],"é":"\\n"}',
    )
  })

  it('keeps equal siblings apart from a cycle', () => {
    const twin = { x: 1 }
    expect(canonicalJson([twin, twin])).toBe('[{"x":1},{"x":1}]')
  })

  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  it.each([
    [{ a: { b: [Number.NaN] } }, '$.a.b[0]'],
    [Number.POSITIVE_INFINITY, '$'],
    [undefined, '$'],
    [[undefined], '$[0]'],
    [{ at: new Date(0) }, '$.at'],
    [new Uint8Array(1), '$'],
    [new Map(), '$'],
    [1n, '$'],
    [cycle, '$.self'],
  ])('refuses %o, saying where', (value, where) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'usage', where }))
  })
})
