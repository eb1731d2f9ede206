import { afterEach, describe, expect, it } from 'vitest'
import type { Format } from '../../src/engine/format.ts'
import { intervene } from '../../src/engine/intervene.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { generation3d, type Ports } from '../../src/formats/generation-3d/index.ts'
import type { StateRepo } from '../../src/repo/state-repo.ts'
import { files } from '../../src/state/index.ts'
import { BY, competition, everyRound, miner, type TestCompetition } from '../support/competition.ts'
import { downloaderOf } from '../support/fake-downloader.ts'
import { fakePorts } from '../support/fake-ports.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const games: TestCompetition[] = []

async function started(until = 'duels'): Promise<TestCompetition> {
  const game = await competition({ leader: base, miners: [good], before: everyRound(good) })
  games.push(game)
  await game.play((report) => report.stage === 'miner_generation')
  game.clock.advance(2 * 3_600_000)
  for (let stage = ''; stage !== until; ) stage = (await game.tick({ untilIdle: false })).stage
  return game
}

/** A person stands for an edit by hand. */
async function adopt({ repo, clock }: TestCompetition, commit: string): Promise<string | undefined> {
  const committer = { repo, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }
  return (await intervene(committer, { kind: 'adopt', commit }, 'to see what the engine makes of it')).commit
}

/** The usual format with one port replaced. */
const formatWith = (game: TestCompetition, changes: Partial<Ports>): Format =>
  generation3d({ store: game.store, ...fakePorts([base, good]), ...changes })

afterEach(async () => {
  for (const game of games.splice(0)) await game[Symbol.asyncDispose]()
})

describe('our failures are nobody’s loss', () => {
  it('a judge without a verdict leaves the match open, and answered duels are not asked again', async () => {
    const game = await started()
    let asked = 0
    const ports = fakePorts([base, good])
    const moody = formatWith(game, {
      judge: {
        id: ports.judge.id,
        deterministic: true,
        async judge(question, signal) {
          asked += 1
          return asked === 3 ? { kind: 'void', cause: 'HTTP 503' } : ports.judge.judge(question, signal)
        },
      },
    })
    const report = await game.tick({ format: moody })
    expect(report).toMatchObject({ status: 'failed', stage: 'duels' })
    expect(report.errors[0]).toMatchObject({ code: 'unavailable', retryable: true })
    expect(await (await game.now()).find(files.matrix, 0)).toBeUndefined()
    const before = asked
    expect((await game.tick({ format: moody })).status).toBe('advanced')
    expect(asked).toBe(before + 1)
  })

  it('a renderer that is down is not a miner without previews', async () => {
    const game = await started('downloading')
    const blind = formatWith(game, {
      renderer: {
        id: 'fake-renderer/1',
        deterministic: true,
        render: async () => ({ ok: false, fault: 'infrastructure', code: 'crash', detail: 'worker died' }),
      },
    })
    expect(await game.tick({ format: blind })).toMatchObject({ status: 'failed', stage: 'downloading', commits: [] })
    await game.tick()
    const submitted = await (await game.now()).read(files.submitted, 0, good.hotkey)
    expect(Object.values(submitted).every(({ png }) => png !== null)).toBe(true)
  })

  it('a network of ours that is down is not a round of miners who delivered nothing', async () => {
    const game = await started('downloading')
    const cut = formatWith(game, {
      downloader: downloaderOf(async () => ({
        ok: false,
        fault: 'source',
        code: 'dns',
        detail: 'ENOTFOUND',
        silent: true,
      })),
    })
    expect(await game.tick({ format: cut })).toMatchObject({ status: 'failed', stage: 'downloading', commits: [] })
    const { downloader } = fakePorts([base, good])
    const gone = formatWith(game, {
      downloader: downloaderOf(async (url, limits, signal) =>
        url.includes('cdn.test')
          ? { ok: false, fault: 'source', code: 'dns', detail: 'ENOTFOUND', silent: true }
          : downloader.fetch(url, limits, signal),
      ),
    })
    expect((await game.tick({ format: gone })).errors).toEqual([])
    const submitted = await (await game.now()).read(files.submitted, 0, good.hotkey)
    expect(Object.values(submitted).map(({ failure }) => failure)).toContain('dns: ENOTFOUND')
  })

  it('pods that cannot be had delay an audit but reject nobody', async () => {
    const game = await started()
    const nowhere = formatWith(game, {
      pods: { id: 'none', start: async () => ({ ok: false, fault: 'infrastructure', detail: 'no capacity' }) },
    })
    expect(await game.tick({ format: nowhere })).toMatchObject({ status: 'failed' })
    const audits = () => game.now().then((now) => now.read(files.generationAudits, 0))
    expect((await audits())[good.hotkey]).toMatchObject({ outcome: 'pending', code: 'void' })
    const head = await game.repo.head()
    expect(await game.tick({ format: nowhere })).toMatchObject({ status: 'failed' })
    expect(await game.repo.head()).toBe(head)
    await game.tick()
    expect((await audits())[good.hotkey]).toMatchObject({ outcome: 'passed' })
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
  })

  it('no duel is judged before the leader’s own outputs are there, all of them', async () => {
    const { pods, ...ports } = fakePorts([base, good])
    let answers = 0
    const dying: Ports['pods'] = {
      id: 'dying',
      async start(image, name, signal) {
        const start = await pods.start(image, name, signal)
        if (!start.ok || !image.includes(base.repo)) return start
        const gone = { ok: false, fault: 'infrastructure', detail: 'the machine is gone' } as const
        const generate: typeof start.pod.generate = (...asked) =>
          answers++ % 2 === 0 ? start.pod.generate(...asked) : Promise.resolve(gone)
        return { ok: true, pod: { ...start.pod, generate } }
      },
    }
    const crew = { starts: 1, promptsAtOnce: 1 }
    const format = (store: Ports['store']) => generation3d({ store, ...ports, pods: dying, crew })
    const game = await competition({ leader: base, miners: [good], before: everyRound(good), format })
    games.push(game)
    // Every run makes one more of the four prompts, and none twice.
    expect((await game.play()).errors).toMatchObject([{ code: 'unavailable' }])
    game.clock.advance(2 * 3_600_000)
    expect(await game.tick()).toMatchObject({ status: 'failed', stage: 'duels' })
    expect(await (await game.now()).find(files.matrix, 0)).toBeUndefined()
    while ((await (await game.now()).find(files.generated, 0, 'leader')) === undefined) {
      expect(await (await game.now()).find(files.matrix, 0)).toBeUndefined()
      await game.tick()
    }
    expect(answers).toBe(7)
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
  })

  it('a malformed state file is named, and nothing is written', async () => {
    const game = await started()
    const head = await game.repo.commit(
      await game.repo.head(),
      { files: new Map([['rounds/0/seed.json', '{"seed": "many"}']]), message: 'oops', trailers: {} },
      { ...BY, at: game.clock.now() },
    )
    const adopted = await adopt(game, head)
    const report = await game.tick()
    expect(report.status).toBe('failed')
    expect(report.errors[0]).toBeInstanceOf(RoundkeeperError)
    expect(String(report.errors[0])).toMatch(/rounds\/0\/seed\.json.*seed/s)
    expect(await game.repo.head()).toBe(adopted)
  })
})

describe('races', () => {
  /** Somebody else commits right before each of our first commits lands. */
  function contested(game: TestCompetition, times: number): StateRepo & { lost: number } {
    const { repo } = game
    return {
      id: repo.id,
      head: () => repo.head(),
      read: (head, path) => repo.read(head, path),
      list: (head, folder) => repo.list(head, folder),
      changes: (base, head) => repo.changes(base, head),
      log: (head) => repo.log(head),
      lost: 0,
      async commit(from, change, by) {
        if (this.lost < times) {
          this.lost += 1
          const note = { files: new Map([[`notes/${this.lost}.md`, 'hello']]), message: 'A note', trailers: {} }
          await repo.commit(await repo.head(), note, by)
        }
        return repo.commit(from, change, by)
      },
    }
  }

  it('a lost race is planned anew on the new head, and nobody’s commit is lost', async () => {
    const game = await started()
    const repo = contested(game, 3)
    const report = await game.tick({ repo })
    expect(report).toMatchObject({ status: 'advanced', round: 1, stage: 'open', errors: [] })
    const now = await game.now()
    expect(await now.text('notes/3.md')).toBe('hello')
    expect((await now.read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
  })

  it('a race that is always lost ends in a clear conflict', async () => {
    const game = await started()
    await expect(game.tick({ repo: contested(game, 1000) })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('two engines at once come to the same end as one', async () => {
    const [alone, together] = [await started(), await started()]
    await alone.tick()
    const reports = await Promise.all([together.tick(), together.tick()])
    expect(reports.every(({ stage, round }) => stage === 'open' && round === 1)).toBe(true)
    for (const file of [files.winner.path(0), files.matrix.path(0), files.schedule.path(1), files.leader.path()]) {
      expect(await (await together.now()).text(file)).toBe(await (await alone.now()).text(file))
    }
  })
})

describe('stopping', () => {
  it('a run that is told to stop commits what it has decided and ends', async () => {
    const game = await started()
    const controller = new AbortController()
    const ports = fakePorts([base, good])
    const format = formatWith(game, {
      judge: {
        id: ports.judge.id,
        deterministic: true,
        judge: async (question, signal) => {
          controller.abort()
          return ports.judge.judge(question, signal)
        },
      },
    })
    const report = await game.tick({ format, signal: controller.signal })
    expect(report).toMatchObject({ status: 'stopped', stage: 'duels', errors: [] })
    expect(await (await game.now()).find(files.generated, 0, 'leader')).toBeDefined()
    expect((await game.tick()).stage).toBe('open')
  })

  it('a competition can be held and let go, with reasons on record', async () => {
    const game = await started()
    const { repo, clock } = game
    const committer = { repo, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }
    await intervene(committer, 'pause', 'the judge is being replaced')
    expect(await game.tick()).toMatchObject({ status: 'paused', commits: [] })
    await expect(intervene(committer, 'pause', 'again')).rejects.toMatchObject({ code: 'usage' })
    expect((await intervene(committer, 'resume', 'done')).state.stage).toBe('duels')
    expect((await game.tick()).stage).toBe('open')
    const now = await game.now()
    expect(await now.read(files.intervention, 1)).toMatchObject({ kind: 'pause', from: 'duels' })
    expect(await now.read(files.state)).not.toHaveProperty('paused_from')
  })

  it('a finished competition goes on when its last date is moved', async () => {
    const game = await started()
    const end = await game.play()
    expect(end.status).toBe('finished')
    const { repo, clock } = game
    const leadersBefore = await (await game.now()).read(files.leader)
    const config = await (await game.now()).read(files.config)
    const later = files.config.serialise({ ...config, last_competition_date: '2026-03-05' })
    await repo.commit(
      await repo.head(),
      { files: new Map([['config.json', later]]), message: 'Two more days', trailers: {} },
      { ...BY, at: clock.now() },
    )
    await intervene({ repo, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }, 'resume', 'two more days')
    expect(await game.tick()).toMatchObject({ round: 3, stage: 'open' })
    expect(await (await game.now()).read(files.leader)).toEqual(leadersBefore)
  })
})

describe('lateness of ours', () => {
  async function forgetImages(game: TestCompetition): Promise<void> {
    const builds = await (await game.now()).read(files.builds, 0)
    for (const build of Object.values(builds)) Object.assign(build, { status: 'not_found', docker_image: null })
    const gone = new Map([[files.builds.path(0), files.builds.serialise(builds)]])
    const by = { ...BY, at: game.clock.now() }
    const head = await game.repo.head()
    await adopt(game, await game.repo.commit(head, { files: gone, message: 'The images are gone', trailers: {} }, by))
  }

  it('an engine that was away when the window closed gives the miners their time back', async () => {
    const game = await competition({ leader: base, miners: [good], before: everyRound(good) })
    games.push(game)
    await everyRound(good)(game)
    game.clock.advance(3 * 24 * 3_600_000)
    const report = await game.tick()
    expect(report).toMatchObject({ status: 'advanced', stage: 'miner_generation' })
    const { number: head } = await game.chain.head()
    const seed = await (await game.now()).read(files.seed, 0)
    expect(seed).toMatchObject({ published_at_block: head, deadline_block: head + 300 })
    game.clock.advance(59 * 60_000)
    expect((await game.tick()).stage).toBe('miner_generation')
    game.clock.advance(2 * 60_000)
    await game.tick()
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
  })

  it('code that is not here yet is waited for until the audits are due, and only then counts as missing', async () => {
    const game = await started()
    const empty = formatWith(game, { builder: { build: async () => ({ status: 'not_found', image: null }) } })
    await forgetImages(game)
    expect(await game.tick({ format: empty })).toMatchObject({
      stage: 'duels',
      waiting: { for: `the image of ${good.hotkey.slice(0, 10)}` },
    })
    game.clock.advance(49 * 3_600_000)
    await game.tick({ format: empty })
    const now = await game.now()
    expect((await now.read(files.generationAudits, 0))[good.hotkey]?.outcome).toBe('rejected')
    expect((await now.read(files.winner, 0)).winner_hotkey).toBe('leader')
  })

  it('an image that turns up in time is audited as if it had always been there', async () => {
    const game = await started()
    const empty = formatWith(game, { builder: { build: async () => ({ status: 'not_found', image: null }) } })
    await forgetImages(game)
    await game.tick({ format: empty })
    await game.tick()
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
  })
})
