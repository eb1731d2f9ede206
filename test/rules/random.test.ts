import { describe, expect, it } from 'vitest'
import { HashRandom, PythonRandom } from '../../src/rules/random.ts'
import fc from '../support/properties.ts'

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

describe('PythonRandom', () => {
  // Produced by CPython's random module.
  it.each([
    [42, [2746317213, 478163327, 107420369, 3184935163]],
    [0, [3626764237, 1654615998, 3255389356, 3823568514]],
    [3274970996, [3452383436, 4062401799, 313302617, 4052826443]],
  ])('gives the words of seed %i', (seed, words) => {
    const random = new PythonRandom(seed)
    expect(words.map(() => random.bits(32))).toEqual(words)
  })

  it.each([
    [42, [28, 3, 94, 35, 31, 127, 17, 125], [117757, 72926, 1703, 41853, 110785]],
    [0, [98, 97, 113, 53, 5, 33, 65, 62], [19331, 86559, 123769, 26398, 92744]],
    [3274970996, [18, 120, 119, 61, 0, 100, 3, 33], [121915, 84520, 34984, 18303, 92411]],
  ])('draws the prompts of seed %i: 32 of 128, then 96 of 144000', (seed, carried, fresh) => {
    const random = new PythonRandom(seed)
    expect(random.sample(upTo(128), 32).slice(0, 8)).toEqual(carried)
    expect(random.sample(upTo(144_000), 96).slice(0, 5)).toEqual(fresh)
  })

  it.each<[number | bigint, number, number[], number]>([
    [1, 8, [2, 4, 0], 0],
    [42, 8, [1, 0, 5], 0],
    [2 ** 32 + 5, 22, [5, 15, 9, 19, 0], 1524997693],
    [2 ** 32 + 5, 22, [5, 15, 9, 0, 11, 21], 3339782326],
    [-7, 22, [10, 4, 12, 20, 1], 311111475],
    [-7, 22, [10, 4, 12, 1, 2, 3], 1570621944],
  ])('samples with seed %s of %i, on both sides of the threshold', (seed, n, drawn, nextWord) => {
    const random = new PythonRandom(seed)
    expect(random.sample(upTo(n), drawn.length)).toEqual(drawn)
    if (nextWord > 0) expect(random.bits(32)).toBe(nextWord)
  })

  it('takes all words of a big seed', () => {
    expect(new PythonRandom(12345678901234567890123456789n).bits(32)).toBe(2573086388)
  })
})

describe('HashRandom', () => {
  // Recomputed with hashlib in a dozen lines of Python.
  it('reads the hash stream as documented', () => {
    const random = new HashRandom('1', 'prompts/new')
    expect([10, 1000, 2 ** 53, 7, 128, 3].map((n) => random.below(n))).toEqual([7, 814, 1426679304643823, 0, 14, 0])
    expect(new HashRandom('1', 'x').sample(upTo(10), 4)).toEqual([0, 4, 6, 7])
    expect(new HashRandom('1', 'x').shuffle(upTo(6))).toEqual([2, 4, 0, 1, 3, 5])
  })

  it('separates roots and purposes', () => {
    const first = (root: string, purpose: string) => new HashRandom(root, purpose).below(2 ** 53)
    const values = [first('1', 'a'), first('1', 'b'), first('2', 'a'), first('', '1a'), first('1a', '')]
    expect(new Set(values).size).toBe(values.length)
  })

  it('is uniform enough for every remainder to come up', () => {
    const random = new HashRandom('uniform', 'test')
    const counts = new Array<number>(6).fill(0)
    for (let i = 0; i < 6000; i++) counts[random.below(6)]! += 1
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})

describe('both generators', () => {
  const makers = [(seed: number) => new PythonRandom(seed), (seed: number) => new HashRandom(String(seed), 'test')]

  it('sample distinct positions, the same for the same seed, and leave the list alone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...makers), fc.nat(), fc.nat(300), fc.nat(300), (make, seed, n, k) => {
        fc.pre(k <= n)
        const xs = upTo(n)
        const drawn = make(seed).sample(xs, k)
        expect(drawn).toHaveLength(k)
        expect(new Set(drawn).size).toBe(k)
        expect(make(seed).sample(xs, k)).toEqual(drawn)
        expect(xs).toEqual(upTo(n))
      }),
    )
  })

  it('stay below their bound', () => {
    fc.assert(
      fc.property(fc.constantFrom(...makers), fc.nat(), fc.integer({ min: 1, max: 2 ** 31 }), (make, seed, n) => {
        const value = make(seed).below(n)
        expect(Number.isInteger(value) && value >= 0 && value < n).toBe(true)
      }),
    )
  })

  it.each([0, -1, 1.5, Number.NaN])('refuse a bound of %s instead of looping', (n) => {
    for (const make of makers) expect(() => make(1).below(n)).toThrow(/cannot draw/)
  })

  it('refuse to draw more than there is', () => {
    for (const make of makers) expect(() => make(1).sample([1, 2], 3)).toThrow('cannot draw 3 of 2 elements')
  })
})
