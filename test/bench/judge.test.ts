import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Measured, measure } from '../../bench/judging/measure.ts'
import { files, type MatchReport } from '../../src/state/index.ts'
import { competition, everyRound, miner, testConfig } from '../support/competition.ts'
import { MemoryHistory, type Planned } from '../support/memory-history.ts'
import { type Alter, altered, forged, onTop, plansAt, positionOf } from '../support/rewrite.ts'

const options = { error: 0.01, batch: 1 }

// Public history of a real competition; not part of this repository.
const bundle = fileURLToPath(new URL('../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))
const present = existsSync(bundle)
if (!present) console.log(`skipped: no ${bundle}`)

describe.skipIf(!present)('two real rounds', () => {
  it('take less than half of their duels, and end the same', () => {
    const script = fileURLToPath(new URL('../../bench/judge.ts', import.meta.url))
    const measured = JSON.parse(
      execFileSync(process.execPath, [script, bundle, '--json'], { encoding: 'utf8' }),
    ) as Measured
    expect(measured).toMatchObject({
      recordedDuels: 13_414,
      lazy: 7704,
      winnersEqual: true,
      passesEqual: true,
      rounds: [
        {
          round: 0,
          matches: 107,
          consulted: 62,
          winner: '5GgpGaDxzTyBAME1Ju9ZhUstWj2VTm1n4tAUkRHLi4birQZg',
          notes: [],
        },
        { round: 1, matches: 36, consulted: 36, winner: 'leader', notes: [] },
      ],
    })
    expect(measured.shares.lossless).toBeLessThan(0.46)
    expect(measured.shares.sequential).toBeLessThan(0.37)
    expect(measured.rounds[1]?.edits.join()).toContain('append-only/match')
  })
})

describe('a competition that was played', () => {
  const base = miner('base', 1)
  const [good, poor, cheat] = [miner('good', 3), miner('poor', 0), miner('cheat', 4, 1)]
  const [poorPath, goodPath] = [poor, good].map(({ hotkey }) => files.duels.path(0, 'leader', hotkey)) as [
    string,
    string,
  ]
  let plans: Planned[]
  beforeAll(async () => {
    const config = testConfig({ prompts_per_round: 12, carryover_prompts: 0, last_competition_date: '2026-03-01' })
    const miners = [cheat, poor, good]
    await using game = await competition({ config, leader: base, miners, before: everyRound(...miners) })
    expect((await game.play()).status).toBe('finished')
    plans = await plansAt(join(game.dir, 'state.git'))
  })

  const measured = (history: readonly Planned[]) => measure(new MemoryHistory(history), options)

  it('is judged less, with the same end', async () => {
    const { recordedDuels, lazy, lossless, rounds, ...all } = await measured(plans)
    expect(all).toMatchObject({ winnersEqual: true, passesEqual: true, notes: [] })
    expect(rounds).toMatchObject([{ winner: good.hotkey, edits: [], notes: [] }])
    expect(lazy).toBe(recordedDuels)
    expect(lossless).toBeLessThan(lazy)
  })

  const last = (alters: Record<string, Alter>) => onTop(plans, alters)
  const turned = (report: MatchReport): MatchReport => ({
    ...report,
    ...{ score: 12, margin: 1, duels: report.duels.map((duel) => ({ ...duel, winner: 'right' as const })) },
  })

  it.each([
    ['a report that cannot be read', () => last({ [poorPath]: () => '{"left": 7}' }), /round 0: .*duels_leader/],
    ['a report that is gone', () => last({ [goodPath]: () => null }), /5good.* has no report/],
    [
      'a winner that does not follow',
      () =>
        last(
          forged(files.duels, [0, 'leader', good.hotkey], (report) => ({
            ...report,
            duels: report.duels.map((duel) => ({ ...duel, winner: 'left' as const })),
          })),
        ),
      /lossless: won by leader/,
    ],
    [
      'a match that was stopped sooner',
      () =>
        last(
          forged(files.duels, [0, 'leader', good.hotkey], (report) => ({
            ...report,
            duels: report.duels.slice(3),
            stopped: { reason: 'certain' as const, after: 9, unasked: 3 },
          })),
        ),
      /5good.* was stopped sooner on record/,
    ],
    [
      'a verdict turned by hand',
      () => last(forged(files.duels, [0, 'leader', poor.hotkey], turned)),
      /append-only\/match/,
    ],
    ['a round without a winner', () => plans.slice(0, positionOf(plans, 'Round 0 winner')), /round 0: no winner yet/],
    ['a matrix without its rows', () => last(forged(files.matrix, [0], () => [])), /was never judged/],
    ['no competition at all', () => altered(plans.slice(0, 1), 0, { 'config.json': () => 'nothing' }), /^$/],
  ])('says so of %s, and goes on', async (_, history, says) => {
    const { rounds, notes } = await measured(history())
    expect([...notes, ...rounds.flatMap((round) => [...round.notes, ...round.edits])].join('\n')).toMatch(says)
  })
})
