import { describe, expect, it } from 'vitest'
import { marginInterval } from '../../src/rules/margin-interval.ts'
import fc from '../support/properties.ts'

/** Every tally of n duels with its interval. */
function tallies(duels: number) {
  const all = []
  for (let right = 0; right <= duels; right++)
    for (let left = 0; left <= duels - right; left++)
      all.push({ right, left, interval: marginInterval({ right, left, duels }) })
  return all
}

const logFactorials = [0]
for (let i = 1; i <= 128; i++) logFactorials.push((logFactorials[i - 1] as number) + Math.log(i))

/** The probability of a tally when the challenger wins a duel with probability p and the defender with q. */
function chanceOf(right: number, left: number, duels: number, p: number, q: number): number {
  const ways = [right, left, duels - right - left].reduce((sum, k) => sum - (logFactorials[k] as number), 0)
  const power = (k: number, x: number) => (k === 0 ? 0 : k * Math.log(x))
  const draws = power(duels - right - left, 1 - p - q)
  return Math.exp((logFactorials[duels] as number) + ways + power(right, p) + power(left, q) + draws)
}

describe('the confidence interval of a margin', () => {
  it.each([
    [20, 13, 128, -0.0349, 0.1426],
    [0, 0, 12, -0.198, 0.198],
    [12, 0, 12, 0.5873, 1],
    [0, 12, 12, -1, -0.5873],
    [0, 0, 1, -0.9239, 0.9239],
  ])('of %i wins and %i losses in %i duels', (right, left, duels, low, high) => {
    const interval = marginInterval({ right, left, duels })
    expect(interval[0]).toBeCloseTo(low, 4)
    expect(interval[1]).toBeCloseTo(high, 4)
  })

  it.each([12, 32, 128])('holds the true margin in 93 to 99.9 of 100 matches of %i duels, counted out', (duels) => {
    const all = tallies(duels)
    const covered: number[] = []
    for (const decisive of [0.05, 0.15, 0.25, 0.4, 0.6, 0.9]) {
      for (const lean of [0, 0.1, 0.25, 0.5, 0.8, 0.99]) {
        const [p, q] = [(decisive * (1 + lean)) / 2, (decisive * (1 - lean)) / 2]
        const holds = all.filter(({ interval: [low, high] }) => low <= p - q && p - q <= high)
        covered.push(holds.reduce((sum, { right, left }) => sum + chanceOf(right, left, duels, p, q), 0))
      }
    }
    expect(Math.min(...covered)).toBeGreaterThan(0.93)
    expect(Math.max(...covered)).toBeLessThanOrEqual(1)
    const mean = covered.reduce((sum, each) => sum + each, 0) / covered.length
    expect(mean).toBeGreaterThan(0.95)
    expect(mean).toBeLessThan(0.99)
  })

  it('lies within -1 and 1 around the margin, mirrored when the sides change places', () => {
    const tally = fc
      .integer({ min: 1, max: 300 })
      .chain((duels) => fc.tuple(fc.constant(duels), fc.nat(duels), fc.nat(duels)))
    fc.assert(
      fc.property(tally, ([duels, a, b]) => {
        const [right, left] = [Math.min(a, b), duels - Math.max(a, b)]
        const [low, high] = marginInterval({ right, left, duels })
        expect(low).toBeGreaterThanOrEqual(-1)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual((right - left) / duels)
        expect(high).toBeGreaterThanOrEqual((right - left) / duels)
        const mirrored = marginInterval({ right: left, left: right, duels })
        expect(-mirrored[1]).toBeCloseTo(low, 12)
        expect(-mirrored[0]).toBeCloseTo(high, 12)
      }),
    )
  })
})
