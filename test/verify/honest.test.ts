import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { intervene, type Wanted } from '../../src/engine/intervene.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { type Config, files } from '../../src/state/index.ts'
import type { Decision } from '../../src/verify/decision.ts'
import { verify } from '../../src/verify/verify.ts'
import { numbers } from '../formats/numbers/index.ts'
import { MemoryOracle } from '../formats/numbers/memory-oracle.ts'
import { BY, competition, DRAND, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const better = miner('better', 5)
const cheat = miner('cheat', 9, 2)
const lazy = miner('lazy', (stem) => (stem > 'p12' ? 4 : null))
/** Whose image cannot be built. */
const broken = miner('broken', 8)
/** Whose image is built, and does not run. */
const stuck = miner('stuck', 7)
const twoRounds = testConfig({ last_competition_date: '2026-03-02' })
const everybody = [cheat, good, lazy, better]

/** What is told of an honest history: that nobody signed it, and what people did. */
const TOLD = ['signature/none', 'intervention/act']

async function decided(game: TestCompetition): Promise<{ findings: string[]; decisions: readonly Decision[] }> {
  await using history = await openHistory(join(game.dir, 'state.git'))
  const { findings, decisions } = await verify(history)
  const unexpected = findings.filter(({ code, severity }) => severity !== 'note' || !TOLD.includes(code))
  return { findings: unexpected.map(({ code, message }) => `${code}: ${message}`), decisions }
}

/** What is not proved, and what is found. @returns how many decisions of each kind there are */
async function allProved(game: TestCompetition): Promise<Record<string, number>> {
  const { findings, decisions } = await decided(game)
  const unproved = decisions.filter(({ level }) => level !== 'proved')
  expect(unproved.map(({ kind, round, subject, note }) => ({ kind, round, subject, note }))).toEqual([])
  expect(findings).toEqual([])
  const kinds = Map.groupBy(decisions, ({ kind }) => kind)
  return Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.length]))
}

const act = ({ repo, clock }: TestCompetition, wanted: Wanted) =>
  intervene({ repo, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }, wanted, 'as it has to be')

async function byHand({ repo, clock }: TestCompetition, patch: Readonly<Record<string, string>>) {
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

const setup = { config: twoRounds, leader: base, miners: [cheat, good, lazy, better], before: everyRound(...everybody) }

describe('in an honest history nothing is found, and every decision is proved', () => {
  it('of every kind', async () => {
    await using game = await competition({ ...setup, config: testConfig() })
    expect((await game.play()).status).toBe('finished')
    expect(await allProved(game)).toEqual({
      transition: 15,
      schedule: 3,
      submissions: 3,
      seed: 3,
      prompts: 3,
      match: 17,
      'audit-request': 6,
      audit: 6,
      winner: 3,
      leader: 3,
    })
  })

  it('when a commit holds as much as it may', async () => {
    await using game = await competition(setup)
    for (let turn = 0, status = ''; status !== 'finished' && turn < 300; turn++) {
      await setup.before(game)
      const report = await game.tick({ commitEveryMs: 24 * 3_600_000 })
      status = report.status
      game.clock.advance(1_800_000)
    }
    expect(await allProved(game)).toMatchObject({ leader: 2, winner: 2 })
  })

  it('when every piece of work was a commit of its own, by turns of two engines', async () => {
    await using game = await competition(setup)
    for (let turn = 0, status = ''; status !== 'finished' && turn < 300; turn++) {
      await setup.before(game)
      const report = await game.tick({ untilIdle: turn % 3 === 0, commitEveryMs: turn % 2 === 0 ? 0 : 3_600_000 })
      status = report.status
      game.clock.advance(report.waiting?.eta === undefined ? 1000 : 1_800_000)
    }
    expect(await allProved(game)).toMatchObject({ leader: 2, winner: 2 })
  })

  it('when nobody came, or only to some rounds', async () => {
    await using empty = await competition({ config: twoRounds })
    expect((await empty.play()).status).toBe('finished')
    expect(await allProved(empty)).toEqual({ transition: 4, schedule: 2, submissions: 2, winner: 2, leader: 2 })
    const enter = everyRound(good)
    await using game = await competition({
      miners: [good],
      before: async (self) => {
        const { current_round: round } = await (await self.now()).read(files.state)
        if (round !== 1) await enter(self)
      },
    })
    expect((await game.play()).status).toBe('finished')
    expect(await allProved(game)).toMatchObject({ seed: 2, prompts: 2, winner: 3, leader: 3 })
  })

  it('when the seed is made of a drand round, and source code is reviewed', async () => {
    const config = testConfig({
      randomness: 'drand',
      drand: DRAND,
      source_audit: 'required',
      last_competition_date: '2026-03-01',
    })
    await using game = await competition({ ...setup, config })
    await game.play(until(0, 'miner_generation'))
    const passed = [cheat, good, better].map(({ hotkey }) => ({ hotkey, verdict: 'passed', reason: '' }))
    await byHand(game, { [files.sourceAudit.path(0)]: JSON.stringify(passed) })
    expect((await game.play()).status).toBe('finished')
    const { findings, decisions } = await decided(game)
    expect(findings).toEqual([])
    // The clock chain's drand network is its own, so that somebody can have known the seed.
    const believed = decisions.filter(({ level }) => level !== 'proved')
    expect(believed).toMatchObject([
      { kind: 'seed', level: 'consistent', note: expect.stringContaining('not a public') },
    ])
    expect(decisions.filter(({ kind }) => kind === 'winner')).toHaveLength(1)
  })

  it('when it was paused, resumed and prolonged', async () => {
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
    expect(await allProved(game)).toMatchObject({ winner: 3, leader: 3 })
  })

  it('when stages were done again, a prompt was void, and a round came to nothing', async () => {
    await using game = await competition(setup)
    await game.play(until(0, 'miner_generation'))
    const [prompt = ''] = await (await game.now()).read(files.prompts, 0)
    await stepTo(game, 'finalizing')
    await act(game, { kind: 'redo-stage', stage: 'duels', baseline: true })
    await act(game, { kind: 'void', prompt: /p\d+/.exec(prompt)?.[0] })
    await stepTo(game, 'finalizing')
    await act(game, { kind: 'redo-stage', stage: 'downloading', baseline: false })
    await game.play(until(1, 'miner_generation'))
    await stepTo(game, 'duels')
    await act(game, { kind: 'void' })
    expect((await game.play()).status).toBe('finished')
    expect(await allProved(game)).toMatchObject({ winner: 2, leader: 2 })
  })

  it('when rules and pool changed between rounds', async () => {
    await using game = await competition(setup)
    await game.play(until(1, 'open'))
    await reconfigure(game, { win_margin: 0.3, prompts_per_round: 3, settings: { artifact: 'ply' } })
    await byHand(game, {
      'prompts.txt': 'https://prompts.test/new.png\nhttps://prompts.test/p02.png\n',
      'README.md': 'x',
    })
    expect((await game.play()).status).toBe('finished')
    expect(await allProved(game)).toMatchObject({ prompts: 2 })
  })
})

describe('what must be believed', () => {
  it('is that an image did not run; that none was built is on record', async () => {
    const entrants = [good, stuck, broken]
    const ports = fakePorts([base, ...entrants])
    const isOf = ({ repo }: { repo: string }, image: string) => image.includes(repo)
    const notOnRecord = (game: TestCompetition) =>
      generation3d({
        store: game.store,
        ...ports,
        builder: {
          build: (job, signal) =>
            job.repo === broken.repo
              ? Promise.resolve({ status: 'failure', image: null })
              : ports.builder.build(job, signal),
        },
        pods: {
          ...ports.pods,
          start: (image, name, signal) =>
            isOf(stuck, image)
              ? Promise.resolve({ ok: false, fault: 'image', detail: 'it ends at once' })
              : ports.pods.start(image, name, signal),
        },
      })
    const before = everyRound(...entrants)
    const config = testConfig({ last_competition_date: '2026-03-01' })
    await using game = await competition({ config, leader: base, miners: entrants, before })
    for (let turn = 0, status = ''; status !== 'finished' && turn < 300; turn++) {
      await before(game)
      status = (await game.tick({ format: notOnRecord(game) })).status
      game.clock.advance(1_800_000)
    }
    const { decisions: all } = await decided(game)
    const believed = all.filter(({ level }) => level !== 'proved')
    expect(believed.map(({ kind, subject, note }) => [kind, subject, note])).toEqual([
      ['audit', stuck.hotkey, 'that its image did not run'],
    ])
    expect(all.filter(({ kind, subject }) => kind === 'audit' && subject === broken.hotkey)).toMatchObject([
      { level: 'proved', recorded: { reason: 'Failed to build a docker image' } },
    ])
  })

  it('is little where our engine plays by the old rules', async () => {
    const { rules: _, ...config } = twoRounds
    await using game = await competition({ ...setup, config })
    expect((await game.play()).status).toBe('finished')
    const { findings, decisions: all } = await decided(game)
    expect(findings).toEqual([])
    const kinds = (level: string) => [...new Set(all.filter((each) => each.level === level).map(({ kind }) => kind))]
    expect(kinds('broken')).toEqual([])
    expect(kinds('consistent').sort()).toEqual(['audit-request', 'leader', 'winner'])
    expect(all.find(({ kind }) => kind === 'winner')?.note).toBe('the judge and the audits, which it rests on')
  })

  it('is what a format decides that nobody here knows; what all have in common is proved', async () => {
    const oracle = new MemoryOracle('hush')
    await using game = await competition({
      config: testConfig({ name: 'guessing', format: 'numbers', settings: { pool_size: 12 } }),
      format: () => numbers({ oracle }),
    })
    expect((await game.play()).status).toBe('finished')
    const { findings, decisions: all } = await decided(game)
    expect(findings.map((each) => each.split(':')[0])).toEqual([
      'decision/unknown-format',
      'file/unknown',
      'file/unknown',
    ])
    expect(findings[0]).toMatch(/^decision\/unknown-format: The format "numbers" is not known here/)
    const kinds = [...new Set(all.map(({ kind }) => kind))].sort()
    expect(kinds).toEqual(['schedule', 'submissions', 'transition', 'winner'])
    const unknown = all.filter(({ kind }) => kind === 'submissions' || kind === 'winner')
    expect(unknown.map(({ level }) => level)).toEqual(unknown.map(() => 'consistent'))
    expect(all.filter(({ level }) => level === 'broken')).toEqual([])
  })
})
