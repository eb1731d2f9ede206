import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { intervene, type Wanted } from '../../src/engine/intervene.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { stemOf } from '../../src/rules/prompts.ts'
import { files } from '../../src/state/index.ts'
import {
  BY,
  competition,
  everyRound,
  miner,
  type Setup,
  type TestCompetition,
  testConfig,
} from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { agreeOn } from './agree.ts'
import { answersOf, ourAnswers } from './answers.ts'
import { recordOf } from './made-up.ts'
import { hasPython, recheck, runRecheck } from './recheck.ts'
import { writeAll } from './write-all.ts'

const present = hasPython()
const base = miner('base', 1)
const good = miner('good', 3)
const better = miner('better', 5)
const cheat = miner('cheat', 9, 2)

const in_ = (rounds: Record<number, ReturnType<typeof miner>[]>) => async (self: TestCompetition) => {
  const { current_round: round } = await (await self.now()).read(files.state)
  await everyRound(...(rounds[round] ?? []))(self)
}

describe.skipIf(!present)('two opinions on a competition that was played', () => {
  const lucky = miner(
    'lucky',
    (stem) => (/[02468]$/.test(stem) ? 9 : 1),
    (stem) => (/[02468]$/.test(stem) ? 5 : 1),
  )
  const renewed = { ...miner('good', 7), repo: 'good/renewed' }
  const days = (last: number, changes = {}) => testConfig({ last_competition_date: `2026-03-0${last}`, ...changes })

  const played: [what: string, setup: Setup, winners: string[], weights: number[]][] = [
    [
      'with a takeover, a defence and a cheat',
      { leader: base, miners: [good, better, cheat], before: in_({ 0: [cheat, good], 1: [cheat], 2: [good, better] }) },
      [good.hotkey, 'leader', better.hotkey],
      [0, 1, 0.8, 1],
    ],
    [
      'that nobody led at first, with an empty round',
      { miners: [good], before: in_({ 0: [good], 2: [good] }) },
      [good.hotkey, 'leader', 'leader'],
      [1, 0.8, 0.6],
    ],
    [
      'whose weight decays to its floor',
      { config: days(6), leader: base, miners: [good], before: in_({ 0: [good], 3: [base] }) },
      [good.hotkey, ...Array(5).fill('leader')],
      [0, 1, 0.8, 0.6, 0.4, 0.2],
    ],
    [
      'by the old rules',
      {
        config: days(4, { rules: 'legacy', prompts_per_round: 12 }),
        leader: base,
        miners: [good, cheat, better],
        before: in_({ 0: [cheat, good, better], 1: [cheat], 2: [good] }),
      },
      [better.hotkey, 'leader', 'leader', 'leader'],
      [0, 1, 0.8, 0.6, 0.4],
    ],
    [
      'with wins that were not reproduced',
      {
        config: days(1, { prompts_per_round: 12, settings: { mismatch_tolerance: 1 } }),
        leader: base,
        miners: [lucky],
        before: in_({ 0: [lucky] }),
      },
      ['leader'],
      [0],
    ],
    [
      'won by the leader against itself',
      { config: days(2), leader: base, miners: [good, renewed], before: in_({ 0: [good], 1: [renewed] }) },
      [good.hotkey, renewed.hotkey],
      [0, 1, 0.8],
    ],
  ]

  it.each(played)('%s', async (_, setup, winners, weights) => {
    await using game = await competition(setup)
    expect((await game.play()).status).toBe('finished')
    const { rounds, leaders } = await agreeOn(game.repo, join(game.dir, 'state.git'))
    expect(rounds.map(({ winner }) => winner)).toEqual(winners)
    expect(leaders.map(({ weight }) => weight)).toEqual(weights)
  })

  it('while a round is being judged, and while one is open', async () => {
    await using game = await competition({
      config: testConfig({ source_audit: 'required' }),
      leader: base,
      miners: [good],
      before: everyRound(good),
    })
    const source = join(game.dir, 'state.git')
    expect(await recheck(source)).toMatchObject({ code: 0, rounds: [], leaders: [{ hotkey: base.hotkey }] })
    await game.play((report) => report.stage === 'duels')
    const second = await recheck(source)
    expect(second).toMatchObject({ rounds: [{ winner: null, recorded_winner: null }], leaders: [{}] })
    expect(answersOf(second).rounds).toEqual((await ourAnswers(game.repo)).rounds)
  })
})

describe.skipIf(!present)('two opinions on what people did to a competition', () => {
  const weak = miner('weak', 0.5)
  const lastRound = testConfig({ last_competition_date: '2026-03-01' })
  const act = ({ repo, clock }: TestCompetition, wanted: Wanted) =>
    intervene({ repo, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }, wanted, 'because')

  /** A judge that takes the weak one for the better one. */
  function mistaken(game: TestCompetition) {
    const ports = fakePorts([base, weak, good])
    const isWeak = (png: Uint8Array) => new TextDecoder().decode(png).includes(`"${weak.repo}"`)
    const judge: typeof ports.judge = {
      ...ports.judge,
      async judge({ left, right }) {
        const winner = isWeak(right.png) ? 'right' : isWeak(left.png) ? 'left' : 'draw'
        return { kind: 'decided', winner, issues: 'favoured', transcript: {} }
      },
    }
    return generation3d({ store: game.store, ...ports, judge })
  }

  it.each([
    ['another winner', [weak, good], [weak, good]],
    ['the leader of before', [weak], [weak, base]],
  ])('a crown that was followed by %s', async (_, miners, [first, second]) => {
    await using game = await competition({ config: lastRound, leader: base, miners: [base, weak, good] })
    await everyRound(...miners)(game)
    for (let status = ''; status !== 'finished'; ) {
      const report = await game.tick({ format: mistaken(game) })
      if (report.waiting?.eta) game.clock.set(report.waiting.eta)
      status = report.status
    }
    await act(game, { kind: 'redo-stage', stage: 'duels', baseline: false })
    await game.tick()
    const { leaders } = await agreeOn(game.repo, join(game.dir, 'state.git'))
    expect(leaders.map(({ hotkey }) => hotkey)).toEqual([base.hotkey, first?.hotkey, second?.hotkey])
    expect(leaders[2]).toMatchObject({ round: 0, attempt: 2 })
  })

  it('a prompt that is void, and a round', async () => {
    const config = testConfig({ prompts_per_round: 8 })
    await using game = await competition({ config, leader: base, miners: [good], before: everyRound(good) })
    await game.play((report) => report.stage === 'miner_generation')
    const [stem = ''] = (await (await game.now()).read(files.prompts, 0)).map(stemOf)
    await act(game, { kind: 'void', prompt: stem })
    await game.play((report) => report.round === 1)
    await act(game, { kind: 'void' })
    expect((await game.play()).status).toBe('finished')
    const { rounds, leaders } = await agreeOn(game.repo, join(game.dir, 'state.git'))
    expect(rounds.map(({ winner }) => winner)).toEqual([good.hotkey, 'leader', 'leader'])
    expect(rounds[0]?.matches.map(({ margin }) => margin)).toEqual([7 / 8])
    expect(leaders.map(({ weight }) => weight)).toEqual([0, 1, 0.8])
  })
})

describe.skipIf(!present)('the command', () => {
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'roundkeeper-recheck-'))
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  const write = (path: string, text: string) => writeAll(dir, new Map([[path, text]]))

  it('says what it could not run on, with code 2', async () => {
    for (const [args, said] of [
      [[join(dir, 'nowhere')], /no such folder/],
      [[dir], /not a competition/],
      [[], /usage/],
    ] as const) {
      const { code, stderr, stdout } = await runRecheck(...args)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(said)
    }
  })

  it('reads a plain folder, prints a table, and survives files that are not what they should be', async () => {
    await writeAll(dir, recordOf({ config: testConfig(), rounds: [[]] }))
    await write(
      'rounds/0/winner.json',
      '{"winner_hotkey": "leader", "repo": "owner/model-0", "commit": "0", "docker_image": "x"}',
    )
    const honest = await runRecheck(dir)
    expect(honest.stdout).toContain('commit 0 instead of 000')
    await write('rounds/0/submissions.json', '{"a": {"revealed_at_block": null}, "b": []}')
    const { code, stdout } = await runRecheck(dir)
    expect(code).toBe(1)
    expect(stdout).toMatch(/cannot be read: TypeError/)
    await write('leader.json', '[1]')
    expect((await runRecheck(dir)).code).toBe(2)
  })
})
