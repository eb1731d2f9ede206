import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openHistory } from '../../src/repo/open-history.ts'
import { files } from '../../src/state/index.ts'
import { type RoundRobustness, roundRobustness } from '../../src/verify/robustness.ts'
import { robustnessLine, thinnest } from '../../src/verify/robustness-line.ts'
import type { Check } from '../../src/verify/step.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, everyRound, miner, testConfig } from '../support/competition.ts'

const base = miner('base', 1)

/** Better than the base on prompts of an even number only, and never reproduced on those of the number 0. */
const half = miner(
  'half',
  (stem) => (/[02468]$/.test(stem) ? 3 : 1),
  (stem) => (/0$/.test(stem) ? 1 : /[2468]$/.test(stem) ? 3 : 1),
)

async function played(...miners: ReturnType<typeof miner>[]) {
  const config = testConfig({
    last_competition_date: '2026-03-01',
    prompts_per_round: 12,
    settings: { mismatch_tolerance: 1 },
  })
  await using game = await competition({ config, leader: base, miners, before: everyRound(...miners) })
  expect((await game.play()).status).toBe('finished')
  const end = await game.now()
  const robustness = await roundRobustness(end, config, 0)
  const duels = await Promise.all(miners.map(async ({ hotkey }) => end.find(files.duels, 0, 'leader', hotkey)))
  return { robustness: robustness as RoundRobustness, duels: duels.map((report) => report?.duels ?? []) }
}

describe('how firmly a crown sits', () => {
  it('that was won by every duel: half of them would have to be others', async () => {
    const good = miner('good', 3)
    const { robustness } = await played(good)
    // 12 of 12 won; a lead of 3 is needed, so that 5 have to go to the other side: 7 - 5 = 2.
    expect(robustness).toMatchObject({
      round: 0,
      winner: good.hotkey,
      matches: 1,
      verdicts: 12,
      flips: { least: 5, winner: 'leader', passed: [], failed: [], because: null },
      margins: [{ left: 'leader', right: good.hotkey, role: 'qualified', margin: 1, flips: 5 }],
      audits: { pending: [], survives: true, unless: null },
      false_king: { challengers: 1, prompts: 12, decisive_rate: 1 },
    })
    expect(robustness.flips?.turned[0]?.flips).toHaveLength(5)
    expect(robustness.margins[0]?.interval?.[0]).toBeCloseTo(0.587, 3)
    expect(robustnessLine(robustness)).toBe(
      `another would win with 5 of 12 verdicts changed (leader vs ${good.hotkey.slice(0, 10)}); margin 1.000, ` +
        '95\u00a0%\u00a0interval 0.59…1.00; among equals the crown would change hands with chance 0.19',
    )
  })

  it('counts only wins that were reproduced, as the margin does', async () => {
    const { robustness, duels } = await played(half)
    const won = duels[0]?.filter(({ winner }) => winner === 'right') ?? []
    const counted = won.filter(({ name }) => !name.endsWith('0')).length
    expect(won.length).toBeGreaterThan(counted)
    const [margin] = robustness.margins
    expect(margin?.margin).toBeCloseTo(counted / 12, 12)
    // No flip makes a win of a prompt that was not reproduced.
    for (const { name, to } of robustness.flips?.turned[0]?.flips ?? [])
      if (to === 'right') expect(name).not.toMatch(/0$/)
  })

  it('is open where a match that was never judged would have decided', async () => {
    const [first, second] = [miner('first', 3), miner('second', 1)]
    const { robustness } = await played(first, second)
    expect(robustness.winner).toBe(first.hotkey)
    // The second is level with the leader: three more wins, and it would have had to meet the first.
    expect(robustness.flips).toMatchObject({
      least: 3,
      winner: null,
      because: `${first.hotkey} vs ${second.hotkey} was never judged`,
    })
    expect(robustnessLine(robustness)).toMatch(
      /^nobody could tell who wins with 3 of 24 verdicts changed \(leader vs 5second/,
    )
    expect(thinnest(robustness)).toMatchObject({ right: second.hotkey, role: 'fell short', flips: 3 })
  })

  it('has nothing to say of a round without matches', async () => {
    await using game = await competition({ leader: base })
    expect((await game.play()).status).toBe('finished')
    expect(await roundRobustness(await game.now(), testConfig(), 0)).toBeUndefined()
    expect(await roundRobustness(await game.now(), testConfig(), 7)).toBeUndefined()
  })

  it('says so where the recorded winner does not follow in the first place', async () => {
    const good = miner('good', 3)
    const config = testConfig({ last_competition_date: '2026-03-01' })
    await using game = await competition({ config, leader: base, miners: [good], before: everyRound(good) })
    await game.play()
    const now = await game.now()
    const winner = await now.read(files.winner, 0)
    now.apply({
      files: new Map([[files.winner.path(0), files.winner.serialise({ ...winner, winner_hotkey: 'leader' })]]),
      messages: [],
    })
    const robustness = (await roundRobustness(now, config, 0)) as RoundRobustness
    expect(robustness).toMatchObject({ flips: { least: 0, winner: good.hotkey }, audits: { survives: null } })
    expect(robustnessLine(robustness)).toMatch(/^leader does not follow from the matches and audits on record; /)
  })
})

// Public history of a real competition; not part of this repository.
const bundle = fileURLToPath(new URL('../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))
const present = existsSync(bundle)
if (!present) console.log(`skipped: no ${bundle}`)

describe.skipIf(!present)('two real crowns, as they stood when they were declared', () => {
  it('hang on 1 and 3 verdicts, with margins well within chance', async () => {
    const found: RoundRobustness[] = []
    const look: Check = {
      name: 'robustness',
      async step({ changed, after, config }) {
        for (const { located } of changed) {
          if (located?.file !== files.winner || config === undefined) continue
          const robustness = await roundRobustness(after, config, located.args[0] as number)
          if (robustness !== undefined) found.push(robustness)
        }
      },
    }
    const history = await openHistory(bundle)
    await verify(history, { checks: [look] })
    expect(found.map(({ round, winner, verdicts }) => [round, winner.slice(0, 10), verdicts])).toEqual([
      [0, '5GgpGaDxzT', 107 * 128],
      [1, 'leader', 36 * 128],
    ])
    const [first, second] = found as [RoundRobustness, RoundRobustness]
    expect(first).toMatchObject({ flips: { least: 1, winner: null }, audits: { pending: [], survives: true } })
    expect(first.margins[0]).toMatchObject({ role: 'qualified', margin: 29 / 128, flips: 12 })
    expect(first.false_king).toMatchObject({ challengers: 26, prompts: 128, chance: expect.closeTo(0.977, 3) })
    expect(second).toMatchObject({ flips: { least: 3 }, audits: { survives: true } })
    expect(second.false_king?.chance).toBeCloseTo(0.579, 3)
    expect(robustnessLine(second)).toBe(
      'another would win with 3 of 4608 verdicts changed (leader vs 5E7BUrU7gb); margin 0.016, 95\u00a0%\u00a0interval −0.03…0.06; ' +
        'whatever the open audits bring; among equals the crown would change hands with chance 0.58',
    )
  })
})
