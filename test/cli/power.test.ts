import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { competition, everyRound, miner, testConfig } from '../support/competition.ts'
import { roundkeeper } from '../support/in-process-cli.ts'

const template = fileURLToPath(new URL('../../state-template/config.json', import.meta.url))

interface Plan {
  readonly draw_rate: { value: number; basis: string }
  readonly challengers: { value: number; basis: string }
  readonly measured: object | null
  readonly supposed: readonly string[]
  readonly thrones: readonly {
    readonly rule: string
    readonly configured: boolean
    readonly false_king: number
    readonly detectable: number | null
    readonly stopping: readonly { readonly rule: string; readonly duels: number; readonly money: number }[]
  }[]
}

const plan = async (...args: string[]) => {
  const { code, stdout, stderr } = await roundkeeper('power', '--json', ...args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as Plan
}

describe('power', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'roundkeeper-test-'))
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  it('sets the rules beside each other, and says what it supposes', async () => {
    const { code, stdout } = await roundkeeper('power', '--config', template)
    expect(code).toBe(0)
    expect(stdout).toContain(
      '128 prompts, win margin 0.05; 78.7 % of duels drawn (supposed), 20 challengers (supposed)',
    )
    expect(stdout).toMatch(/^fixed +none \* +89\.4 % +\+8\.5 % /m)
    expect(stdout).toMatch(/^familywise +none +2\.7 % /m)
    expect(stdout).toContain('Supposed: --calls-per-duel 2,')
  })

  it('goes by what it is told', async () => {
    const given = await plan('--config', template, '--draw-rate', '0.5', '--challengers', '5', '--price-in', '0')
    expect(given).toMatchObject({
      draw_rate: { value: 0.5, basis: 'given' },
      challengers: { value: 5, basis: 'given' },
      measured: null,
    })
    expect(given.supposed).not.toContain('price_in')
    const [fixed, significant, familywise] = given.thrones
    expect(fixed).toMatchObject({ rule: 'fixed', configured: true })
    expect(fixed?.false_king).toBeCloseTo(0.69, 2)
    expect(significant?.false_king).toBeLessThan(fixed?.false_king ?? 0)
    expect(familywise?.false_king).toBeLessThan(0.05)
    expect(familywise?.detectable).toBeGreaterThan(fixed?.detectable ?? 1)
    const [none, lossless, sequential] = fixed?.stopping ?? []
    expect([none?.rule, lossless?.rule, sequential?.rule]).toEqual(['none', 'lossless', 'sequential'])
    expect(lossless?.duels).toBeLessThan(none?.duels ?? 0)
    expect(sequential?.duels).toBeLessThan(lossless?.duels ?? 0)
  })

  it("measures how often duels are drawn in a competition's own past", async () => {
    const base = miner('base', 1)
    const half = miner('half', (stem) => (Number(stem.slice(1)) % 2 === 0 ? 3 : 1))
    await using game = await competition({
      config: testConfig({ last_competition_date: '2026-03-01' }),
      leader: base,
      miners: [half],
      before: everyRound(half),
    })
    await game.play()
    const { draw_rate, challengers, measured } = await plan('--config', join(game.dir, 'state.git'))
    const snapshot = await game.now()
    const drawn = (await snapshot.text(`rounds/0/${half.hotkey}/duels_leader.json`))?.match(/"winner": "draw"/g) ?? []
    expect(draw_rate).toEqual({ value: drawn.length / 4, basis: 'measured' })
    expect(challengers).toEqual({ value: 1, basis: 'measured' })
    expect(measured).toMatchObject({ rounds: 1, matches: 1 })
  })

  it.each([
    ['no configuration', [], 2, /required option '--config/],
    ['a share that is none', ['--config', template, '--draw-rate', '79'], 2, /a fraction from 0 to 1/],
    ['half a challenger', ['--config', template, '--challengers', '0.5'], 2, /a whole number/],
    ['a file that is not there', ['--config', 'nowhere.json'], 1, /no such file/],
  ] as const)('refuses %s', async (_, args, expected, words) => {
    const { code, stderr } = await roundkeeper('power', ...args)
    expect(code).toBe(expected)
    expect(stderr).toMatch(words)
  })

  it('names the setting that cannot be', async () => {
    const path = join(dir, 'config.json')
    await writeFile(path, JSON.stringify({ ...testConfig(), judging: { throne_error: 2 } }))
    const { code, stderr } = await roundkeeper('power', '--config', path)
    expect(code).toBe(1)
    expect(stderr).toContain('judging.throne_error')
  })
})
