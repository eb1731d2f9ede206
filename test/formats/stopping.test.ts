import { describe, expect, it } from 'vitest'
import { configProblems } from '../../src/engine/founding-problems.ts'
import { courseOf } from '../../src/formats/generation-3d/course.ts'
import { foundingProblems } from '../../src/formats/generation-3d/founding.ts'
import { stoppingOf } from '../../src/formats/generation-3d/stopping.ts'
import { settle } from '../../src/rules/match.ts'
import type { Judging } from '../../src/state/judging.ts'
import { testConfig } from '../support/competition.ts'

const pool = Array.from({ length: 4 }, (_, i) => `https://prompts.test/p${i}.png`)
const problems = (judging: Judging) => foundingProblems(testConfig({ judging }), pool).map(({ field }) => field)

describe('how a match may be stopped', () => {
  it('is not at all, unless the configuration says so; then at one in a hundred, duel by duel', () => {
    expect(stoppingOf({})).toBeUndefined()
    expect(stoppingOf({ judging: { stopping: 'none', stopping_batch: 0 } })).toBeUndefined()
    expect(stoppingOf({ judging: { stopping: 'sequential' } })).toEqual({ rule: 'sequential', error: 0.01, batch: 1 })
  })

  it.each([
    ['stopping_error', [0, -0.1, 0.5, 1], [0.001, 0.49]],
    ['stopping_batch', [0, -8], [1, 64]],
  ] as const)('by %s within its limits only', (name, bad, good) => {
    for (const value of good) expect(problems({ stopping: 'gsprt', [name]: value })).toEqual([])
    for (const value of bad) {
      expect(problems({ [name]: value })).toEqual([`config.json: judging.${name}`])
      expect(() => stoppingOf({ judging: { stopping: 'gsprt', [name]: value } })).toThrow(`judging.${name}`)
    }
  })
})

it('nothing is judged by a name that nobody knows, nor by half of one', () => {
  expect(problems({ stoping: 'lossless' } as Judging)).toEqual(['config.json: judging.stoping'])
  const judging: Judging = { throne: 'familywise', throne_judge: '' }
  const config = testConfig({ prompts_per_round: 12, judging })
  expect(configProblems(config).map(({ field }) => field)).toEqual(['config.json: judging.throne_judge'])
})

it('two models that look the same need no judge where the judge is spared', () => {
  const output = (glb: string) => ({
    ...{ glb, png: `${glb}.png`, generation_time: 0, size: 1, attempts: 1, distance: 0 },
    ...{ glb_sha256: glb, png_sha256: 'same' },
  })
  const none = { left: new Set<string>(), right: new Set<string>() }
  const same = { winner: 'draw', issues: 'Identical previews' }
  expect(settle('p', output('a'), output('b'), none, undefined, true)).toEqual(same)
  expect(settle('p', output('a'), output('b'), none)).toBeUndefined()
  const packed = (png: string) => ({ ...output(png), png_sha256: png, pixels_sha256: 'same' })
  expect(settle('p', packed('a'), packed('b'), none, undefined, true)).toEqual(same)
})

it('nobody changes the order of the questions by packing a preview otherwise', () => {
  const output = (name: string, png: string) => ({
    ...{ glb: name, png, generation_time: 0, size: 1, attempts: 1, distance: 0 },
    ...{ glb_sha256: name, png_sha256: png },
  })
  const orderOf = (png: string, glb = '') => {
    const duels = Array.from({ length: 20 }, (_, i) => ({
      prompt: { stem: `p${i}`, url: `u${i}` },
      left: output(`left${i}${glb}`, `left${i}${png}`),
      right: output(`right${i}`, `right${i}${png}`),
      frame: { name: `p${i}`, prompt: `u${i}`, left_glb: null, left_png: null, right_glb: null, right_png: null },
      settled: undefined,
    }))
    const config = testConfig({ judging: { stopping: 'lossless', stopping_batch: 20 } })
    const course = courseOf({ config, seed: 1, left: 'leader', right: 'someone', outputs: {}, duels })
    return course.next(new Map()).map(({ frame }) => frame.name)
  }
  expect(orderOf('')).toHaveLength(20)
  expect(orderOf(' in other bytes')).toEqual(orderOf(''))
  expect(orderOf('', ' made again')).not.toEqual(orderOf(''))
})
