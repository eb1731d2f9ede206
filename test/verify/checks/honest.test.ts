import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { intervene, type Wanted } from '../../../src/engine/intervene.ts'
import { openHistory } from '../../../src/repo/open-history.ts'
import { type Config, files } from '../../../src/state/index.ts'
import { appendOnly } from '../../../src/verify/checks/append-only.ts'
import { files as forms } from '../../../src/verify/checks/files.ts'
import { linear } from '../../../src/verify/checks/linear.ts'
import { paths } from '../../../src/verify/checks/paths.ts'
import { stages } from '../../../src/verify/checks/stages.ts'
import { verify } from '../../../src/verify/verify.ts'
import { numbers } from '../../formats/numbers/index.ts'
import { MemoryOracle } from '../../formats/numbers/memory-oracle.ts'
import { BY, competition, everyRound, miner, type TestCompetition, testConfig } from '../../support/competition.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const better = miner('better', 5)
const cheat = miner('cheat', 9, 2)
const conduct = () => [linear(), paths(), forms(), stages(), appendOnly()]

/** Everything that is found, as `code path: message`. */
async function foundIn(game: TestCompetition): Promise<string[]> {
  await using history = await openHistory(join(game.dir, 'state.git'))
  const { findings } = await verify(history, { checks: conduct() })
  return findings.map(({ severity, code, path, message }) => `${severity} ${code} ${path}: ${message}`)
}

const act = ({ repo, clock }: TestCompetition, wanted: Wanted) =>
  intervene({ repo, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }, wanted, 'as it has to be')

async function byHand({ repo, clock }: TestCompetition, patch: Readonly<Record<string, string | null>>) {
  const change = { files: new Map(Object.entries(patch)), message: 'By hand', trailers: {} }
  await repo.commit(await repo.head(), change, { ...BY, at: clock.now() })
}

const reconfigure = async (game: TestCompetition, changes: Partial<Config>) =>
  byHand(game, {
    'config.json': files.config.serialise({ ...(await (await game.now()).read(files.config)), ...changes }),
  })

const until = (round: number, stage: string) => (report: { round: number; stage: string }) =>
  report.round === round && report.stage === stage

/** Stage by stage, to get between two of them. */
async function stepTo(game: TestCompetition, stage: string): Promise<void> {
  game.clock.advance(2 * 3_600_000)
  for (let at = ''; at !== stage; ) at = (await game.tick({ untilIdle: false })).stage
}

const twoRounds = testConfig({ last_competition_date: '2026-03-02' })
const setup = {
  config: twoRounds,
  leader: base,
  miners: [cheat, good, better],
  before: everyRound(cheat, good, better),
}

describe('an honest history has nothing to say', () => {
  it('when rounds were played', async () => {
    await using game = await competition(setup)
    expect((await game.play()).status).toBe('finished')
    expect(await foundIn(game)).toEqual([])
  })

  it('when every piece of work was a commit of its own, by turns of two engines', async () => {
    await using game = await competition(setup)
    for (let turn = 0, status = ''; status !== 'finished' && turn < 300; turn++) {
      await setup.before(game)
      const report = await game.tick({ untilIdle: turn % 3 === 0, commitEveryMs: turn % 2 === 0 ? 0 : 3_600_000 })
      status = report.status
      game.clock.advance(report.waiting?.eta === undefined ? 1000 : 1_800_000)
    }
    expect((await (await game.now()).read(files.state)).stage).toBe('finished')
    expect(await foundIn(game)).toEqual([])
  })

  it('when nobody came, or only to some rounds', async () => {
    await using empty = await competition({ config: twoRounds })
    expect((await empty.play()).status).toBe('finished')
    expect(await foundIn(empty)).toEqual([])
    const broken = { ...miner('broken', 7), commit: 'ab'.repeat(20), makes: () => null }
    const enter = everyRound(good, broken)
    await using game = await competition({
      leader: base,
      miners: [good, broken],
      before: async (self) => {
        const { current_round: round } = await (await self.now()).read(files.state)
        if (round !== 1) await enter(self)
      },
    })
    expect((await game.play()).status).toBe('finished')
    expect(await foundIn(game)).toEqual([])
  })

  it('when it was paused, resumed, annotated and prolonged', async () => {
    await using game = await competition(setup)
    await game.play(until(0, 'miner_generation'))
    await act(game, { kind: 'pause' })
    expect((await game.tick()).status).toBe('paused')
    await act(game, { kind: 'note' })
    await act(game, { kind: 'resume' })
    await game.play()
    await reconfigure(game, { last_competition_date: '2026-03-03' })
    await act(game, { kind: 'resume' })
    expect((await game.play()).status).toBe('finished')
    expect(await foundIn(game)).toEqual([])
  })

  it('when a stage was done again, with the leader’s own outputs, and a round came to nothing', async () => {
    await using game = await competition(setup)
    await game.play(until(0, 'miner_generation'))
    await stepTo(game, 'finalizing')
    await act(game, { kind: 'redo-stage', stage: 'duels', baseline: true })
    await stepTo(game, 'finalizing')
    await act(game, { kind: 'redo-stage', stage: 'downloading', baseline: false })
    await stepTo(game, 'finalizing')
    await act(game, { kind: 'void' })
    expect((await game.play()).status).toBe('finished')
    expect((await (await game.now()).list('rounds/0/attempts')).length).toBeGreaterThan(3)
    expect(await foundIn(game)).toEqual([])
  })

  it('when people changed what is theirs, between rounds', async () => {
    await using game = await competition({ ...setup, config: { ...twoRounds, source_audit: 'required' } })
    const review = (round: number) => ({
      [files.sourceAudit.path(round)]: JSON.stringify([
        { hotkey: better.hotkey, verdict: 'passed', reason: 'read' },
        { hotkey: good.hotkey, verdict: 'passed' },
      ]),
    })
    for (const round of [0, 1]) {
      await game.play(until(round, 'miner_generation'))
      await byHand(game, review(round))
      await game.play(until(round + 1, 'open'))
      await reconfigure(game, { win_margin: 0.3, prompts_per_round: 3, settings: { artifact: 'ply' } })
      await byHand(game, {
        'prompts.txt': 'https://prompts.test/new.png\nhttps://prompts.test/p02.png\n',
        'README.md': 'x',
      })
    }
    expect(await foundIn(game)).toEqual([])
  })

  it('when it was played by the old rules', async () => {
    const { rules: _, ...config } = twoRounds
    await using game = await competition({ ...setup, config })
    expect((await game.play()).status).toBe('finished')
    expect(await foundIn(game)).toEqual([])
  })

  it('when it is of another format, whose files are only told of', async () => {
    const oracle = new MemoryOracle('hush')
    await using game = await competition({
      config: testConfig({ name: 'guessing', format: 'numbers', settings: { pool_size: 12 } }),
      format: () => numbers({ oracle }),
    })
    expect((await game.play()).status).toBe('finished')
    const found = await foundIn(game)
    expect(found.filter((each) => !each.startsWith('note file/unknown'))).toEqual([])
    expect(found).toHaveLength(2)
  })
})
