import { describe, expect, it } from 'vitest'
import { type Drawn, shortfallWealth } from '../../src/rules/without-replacement-test.ts'

/** All different orders of these verdicts. */
function* orders(verdicts: readonly Drawn[]): Generator<Drawn[]> {
  if (verdicts.length === 0) yield []
  for (const [at, first] of verdicts.entries()) {
    if (verdicts.indexOf(first) < at) continue
    for (const rest of orders(verdicts.toSpliced(at, 1))) yield [first, ...rest]
  }
}

const bag = (right: number, left: number, draw: number, voids = 0): Drawn[] => [
  ...Array<Drawn>(right).fill(1),
  ...Array<Drawn>(left).fill(-1),
  ...Array<Drawn>(draw).fill(0),
  ...Array<Drawn>(voids).fill(null),
]

describe('the wealth of a bet against a match', () => {
  it.each([
    ['draws and few wins', bag(3, 1, 5), 2],
    ['many decided', bag(5, 3, 1), 2],
    ['nothing but what is needed', bag(2, 0, 7), 2],
    ['more than what is needed', bag(4, 1, 4), 2],
    ['some of them void', bag(3, 1, 4, 2), 2],
  ])(
    'wins nothing on average where the match reaches its target, and is seldom ever large: %s',
    (_, verdicts, target) => {
      const population = { size: verdicts.length, target: () => target, error: 0.1 }
      let [count, sum, large] = [0, 0, 0]
      for (const order of orders(verdicts)) {
        const wealth = order.map((__, i) => shortfallWealth(order.slice(0, i + 1), population))
        count += 1
        sum += wealth.at(-1) as number
        if (wealth.some((each) => each >= 10)) large += 1
      }
      expect(sum / count).toBeLessThanOrEqual(1 + 1e-12)
      expect(large / count).toBeLessThanOrEqual(0.1)
    },
  )

  it('grows when verdicts fall short of what is needed, and fast when all do', () => {
    const population = { size: 128, target: () => 7, error: 0.01 }
    expect(shortfallWealth([], population)).toBe(1)
    // m = 7/128, v = 0.2: λ = √(2 ln 100 / 25.6) = 0.5998; 1 + λ(m + 1)
    expect(shortfallWealth([-1], population)).toBeCloseTo(1 + Math.sqrt((2 * Math.log(100)) / 25.6) * (7 / 128 + 1), 12)
    expect(shortfallWealth(bag(0, 12, 0), population)).toBeGreaterThan(100)
    expect(shortfallWealth(bag(12, 0, 0), population)).toBeLessThan(0.1)
  })

  it('is never negative, and not moved by what is void', () => {
    const population = { size: 40, target: () => 3, error: 0.01 }
    expect(shortfallWealth(bag(20, 0, 0), population)).toBeGreaterThan(0)
    expect(shortfallWealth(bag(0, 0, 0, 5), population)).toBe(1)
  })
})
