import { describe, expect, it } from 'vitest'
import { differencesOf } from '../../src/verify/differences.ts'

describe('what differs, in words', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['nothing', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    [
      'a field',
      { repo: 'evil/x', commit: 'c' },
      { repo: 'granite/model', commit: 'c' },
      ['repo evil/x instead of granite/model'],
    ],
    ['a field within', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b 1 instead of 2']],
    ['a field too many', { a: 1, b: 2 }, { a: 1 }, ['b 2 instead of nothing']],
    ['the first element that differs', ['a', 'x', 'y'], ['a', 'b', 'c'], ['#2 x instead of b']],
    ['an element too many', ['a', 'x', 'b'], ['a', 'b'], ['3 instead of 2', '#2 x instead of b']],
    ['an element of many fields', [{ a: 1 }], [], ['1 instead of 0', '#1 a 1 instead of nothing']],
  ])('%s', (_name, recorded, recomputed, expected) => expect(differencesOf(recorded, recomputed)).toEqual(expected))

  it('stops after a few', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i]))
    expect(differencesOf(many, {})).toHaveLength(5)
  })
})
