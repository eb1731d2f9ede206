import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { configProblems } from '../../src/engine/founding-problems.ts'
import { foundingProblemsOf } from '../../src/formats/index.ts'
import { stemOf } from '../../src/rules/prompts.ts'
import { type Config, files } from '../../src/state/index.ts'
import fc from '../support/properties.ts'

const template = fileURLToPath(new URL('../../state-template/config.json', import.meta.url))
const config = { ...files.config.parse(readFileSync(template, 'utf8'), 'config.json'), prompts_per_round: 2 }
const sound: Config = { ...config, carryover_prompts: 1 }
const pool = ['https://example.com/vase.png', 'https://example.com/cup.png']

const fieldsOf = (changes: Partial<Config>) => configProblems({ ...sound, ...changes }).map(({ field }) => field)
const promptsOf = (urls: string[]) =>
  foundingProblemsOf(sound, [...pool, ...urls]).map(({ field, expected }) => `${field}: ${expected}`)

describe('what a competition may be founded with', () => {
  it('the template, and a pool that is large enough', () => {
    expect(configProblems(sound)).toEqual([])
    expect(foundingProblemsOf(sound, pool)).toEqual([])
  })

  it.each([
    ['name', ['', 'A', '-a', 'a b', '../a', 'a'.repeat(64), 'a\u001b[2J'], ['a', '0', 'a.b_c-d', 'a'.repeat(63)]],
    ['win_margin', [0, -0.1, 1.01], [0.01, 1]],
    ['weight_decay', [-0.1, 1.1], [0, 1]],
    ['weight_floor', [-0.1, 1.1], [0, 1]],
    ['carryover_prompts', [-1, 3], [0, 2]],
    ['generation_stage_minutes', [0, -5], [1]],
    ['finalization_buffer_hours', [-1], [0]],
    ['round_duration_days', [0], [1]],
    ['block_seconds', [0, -12], [0.5, undefined]],
    ['audit_deadline_hours', [0, -1], [0.5, undefined]],
  ] as const)('%s within its limits only', (field, bad, good) => {
    for (const value of bad) expect(fieldsOf({ [field]: value }), String(value)).toEqual([`config.json: ${field}`])
    for (const value of good) expect(fieldsOf({ [field]: value }), String(value)).toEqual([])
  })

  it.each([
    [
      'remainder_to',
      ['', 'me', '5short', `5${'0'.repeat(47)}`],
      ['owner', '5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV'],
    ],
    ['wait_for_switch_blocks', [-1, 7201], [0, 7200, undefined]],
    ['version_key', [-1], [0, 9_012_000, undefined]],
  ] as const)('weights.%s within its limits only', (field, bad, good) => {
    const fields = (value: unknown) => fieldsOf({ weights: { [field]: value } })
    for (const value of bad) expect(fields(value), String(value)).toEqual([`config.json: weights.${field}`])
    for (const value of good) expect(fields(value), String(value)).toEqual([])
  })

  it.each([
    ['throne_error', [0, -0.1, 0.5, 0.2], [0.25, 0.4, undefined]],
    ['throne_floor', [-0.1, 1], [0, 0.05, undefined]],
  ] as const)('judging.%s within its limits, and those of the number of prompts', (field, bad, good) => {
    const judging = { throne: 'significant', throne_error: 0.3 } as const
    const fields = (value: unknown) => fieldsOf({ judging: { ...judging, [field]: value ?? 0.3 } })
    for (const value of bad) expect(fields(value), String(value)).toEqual([`config.json: judging.${field}`])
    for (const value of good) expect(fields(value), String(value)).toEqual([])
  })

  it('a second judge where one confirms who is crowned', () => {
    const judging = { throne: 'familywise', throne_error: 0.3 } as const
    expect(fieldsOf({ judging })).toEqual(['config.json: judging.throne_judge'])
    expect(fieldsOf({ judging: { ...judging, throne_judge: 'other/1' } })).toEqual([])
  })

  it('at least one prompt a round', () => {
    expect(fieldsOf({ prompts_per_round: 0, carryover_prompts: 0 })).toEqual(['config.json: prompts_per_round'])
  })

  it('a format that is known', () => {
    for (const format of ['chess', 'constructor', '']) {
      expect(foundingProblemsOf({ ...sound, format }, pool)).toMatchObject([
        { field: 'config.json: format', found: format, expected: '"generation-3d"' },
      ])
    }
  })

  it('settings that the format has, with values that it takes', () => {
    const settings = { ...sound.settings, artifact: 'obj', preview_size: 2000, overtime: 1 }
    expect(foundingProblemsOf({ ...sound, settings }, pool)).toMatchObject(
      [
        { field: 'config.json: settings.artifact', found: 'obj', expected: '"glb" or "ply"' },
        { field: 'config.json: settings.preview_size', found: 2000, expected: 'a whole number from 32 to 1024' },
        { field: 'config.json: settings.overtime', found: 1, expected: /^one of the settings: artifact, max_model/ },
      ].map((problem) =>
        typeof problem.expected === 'string'
          ? problem
          : { ...problem, expected: expect.stringMatching(problem.expected) },
      ),
    )
  })

  it('prompts that can be fetched, told apart, and kept in records', () => {
    expect(promptsOf(['vase.jpg'])).toEqual([
      expect.stringMatching(/^prompts: prompt 3: the http/),
      expect.stringMatching(/vase/),
    ])
    expect(promptsOf(['ftp://example.com/jug.png'])).toEqual([expect.stringMatching(/^prompts: prompt 3: the http/)])
    expect(promptsOf(['https://elsewhere.example/cup.webp?v=2'])).toEqual([
      expect.stringMatching(/^prompts: prompt 3: a file name that no other has \(prompt 2 is called cup too\)/),
    ])
    for (const name of ['7.png', 'constructor.png', '__proto__.jpg']) {
      expect(promptsOf([`https://example.com/${name}`])).toEqual([expect.stringMatching(/prompt 3: .* key records/)])
    }
    expect(promptsOf(['https://example.com/p7.png', 'http://example.com/007.png'])).toEqual([])
  })

  it.each([
    ['canaries', [-1], [0, 3]],
    ['retests', [-2], [0, 2]],
    ['price_output', [-0.1], [0, 12.5]],
    ['bounds', [{ lettered: 1.5 }, { lettred: 0.9 }, { voids: -0.1 }], [{}, { lettered: 1, draw_drift: 0.2 }]],
  ] as const)('judging.%s that a judge can be held to only', (field, bad, good) => {
    const fields = (value: unknown) =>
      foundingProblemsOf({ ...sound, judging: { [field]: value } }, pool).map((problem) => problem.field)
    for (const value of bad)
      expect(fields(value)).toEqual([expect.stringMatching(new RegExp(`^config.json: judging.${field}`))])
    for (const value of good) expect(fields(value)).toEqual([])
  })

  it('as many prompts as a round hands out', () => {
    const [problem, ...others] = foundingProblemsOf({ ...sound, prompts_per_round: 3 }, pool)
    expect(problem).toMatchObject({ found: 2, expected: 'at least prompts_per_round, which is 3' })
    expect(others).toEqual([])
    expect(foundingProblemsOf({ ...sound, prompts_per_round: 0 }, [])).toHaveLength(1)
  })

  it('a sound pool has a stem for every prompt (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.webUrl({ withQueryParameters: true }), { minLength: 2, maxLength: 8 }), (urls) => {
        const stems = urls.map(stemOf)
        fc.pre(foundingProblemsOf(sound, urls).length === 0)
        expect(Object.keys(Object.fromEntries(stems.map((stem) => [stem, true])))).toEqual(stems)
      }),
    )
  })
})
