import { expect, it } from 'vitest'
import { logLikelihoodRatio, lowerBound } from '../../src/rules/gsprt.ts'

const between = { mean0: 0, mean1: 0.1, error: 0.05 }

it('is the ratio by hand', () => {
  // 16 pairs and half of one more of each value: mean (2 - 4)/18.5, mean square (2 + 4 + 1.25)/18.5
  const pairs = [...Array(2).fill(1), ...Array(4).fill(-1), ...Array(10).fill(0)]
  const mean = -2 / 18.5
  const variance = 7.25 / 18.5 + 0 - mean ** 2
  expect(logLikelihoodRatio(pairs, between)).toBeCloseTo((16 * 0.1 * (2 * mean - 0.1)) / (2 * variance), 12)
})

it('waits for 16 pairs, and takes half pairs for what they are', () => {
  expect(logLikelihoodRatio(Array(15).fill(-1), between)).toBeUndefined()
  const half = logLikelihoodRatio(Array(16).fill(-0.5), between) as number
  expect(half).toBeGreaterThan((logLikelihoodRatio(Array(16).fill(-1), between) as number) - 1e9)
  expect(half).toBeLessThan(0)
})

it('has the bound of Wald: 2.944 at one in twenty', () => expect(lowerBound(between)).toBeCloseTo(-2.944, 3))
