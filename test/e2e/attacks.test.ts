import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { intervene } from '../../src/engine/intervene.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import type { StateRepo } from '../../src/repo/state-repo.ts'
import { files } from '../../src/state/index.ts'
import { replay } from '../../src/verify/replay.ts'
import { BY, competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { downloaderOf } from '../support/fake-downloader.ts'
import { type FakeMiner, fakePorts } from '../support/fake-ports.ts'

const base = miner('base', 1)
const good = miner('good', 3)

/** Somebody edits the competition by hand. */
const edit = async ({ repo, clock }: TestCompetition, path: string, text: string | null) =>
  repo.commit(
    await repo.head(),
    { files: new Map([[path, text]]), message: `Edit ${path}`, trailers: {} },
    { ...BY, at: clock.now() },
  )

/** Plays until the window of the first round has closed. */
async function closed(game: TestCompetition): Promise<void> {
  await game.play((report) => report.stage === 'miner_generation')
}

describe('miners that attack the records', () => {
  it.each(['../../leader.json', '..', 'leader', '17', 'constructor', 'a,b', 'a\nb', 'x'.repeat(300), '\u202e'])(
    'a chain that answers with the hotkey %j does not stop the round',
    async (hotkey) => {
      await using game = await competition({ leader: base, miners: [good], before: everyRound(good) })
      await game.enter({ ...miner('evil', 9), hotkey }, 5)
      await closed(game)
      game.clock.advance(2 * 3_600_000)
      expect(await game.tick()).toMatchObject({ round: 1, stage: 'open', errors: [] })
      const now = await game.now()
      expect(Object.keys(await now.read(files.submissions, 0))).toEqual([good.hotkey])
      const record = (await now.read(files.reveals, 0)).hotkeys.find((each) => each.hotkey === hotkey.slice(0, 65))
      expect(record).toMatchObject({ outcome: 'invalid', reason: expect.stringContaining('hotkey') })
      expect((await now.list('')).filter((path) => path.includes(hotkey) && !path.startsWith('rounds/0/'))).toEqual(
        hotkey === 'leader' ? ['leader.json'] : [],
      )
    },
  )

  it('two hotkeys with the same beginning cannot write over each other’s match reports', async () => {
    const twin = (name: string, q: number): FakeMiner => ({
      ...miner(name, 9, q),
      hotkey: `5SAMEBEGIN${name}`.padEnd(48, 'x'),
    })
    const [first, second] = [twin('first', 1), { ...twin('second', 7), uploads: () => 7 }]
    const late = miner('late', 5)
    await using game = await competition({
      leader: base,
      miners: [first, second, late],
      before: everyRound(first, second, late),
    })
    await game.play((report) => report.round === 1)
    const [round] = (await replay(game.repo)).rounds
    expect(round?.matches.differences).toEqual([])
    const records = (await (await game.now()).read(files.reveals, 0)).hotkeys
    expect(records.find(({ hotkey }) => hotkey === second.hotkey)).toMatchObject({
      outcome: 'duplicate',
      reason: expect.stringContaining('first 10 characters'),
    })
  })
})

describe('our own slowness is nobody’s loss', () => {
  it('a renderer that takes an hour a model is not a slow host', async () => {
    const config = testConfig({ prompts_per_round: 12 })
    await using game = await competition({ config, leader: base, miners: [good], before: everyRound(good) })
    await closed(game)
    game.clock.advance(2 * 3_600_000)
    const ports = fakePorts([base, good])
    const slow = generation3d({
      store: game.store,
      ...ports,
      renderer: {
        ...ports.renderer,
        render(...job) {
          game.clock.advance(3_600_000)
          return ports.renderer.render(...job)
        },
      },
    })
    await game.tick({ format: slow })
    const submitted = await (await game.now()).read(files.submitted, 0, good.hotkey)
    expect(Object.values(submitted).filter(({ failure }) => failure !== undefined)).toEqual([])
  })

  it.each([
    ['a host that trickles is cut off', () => 10, true],
    ['a leap of the clock is not a slow host', (n: number) => (n === 1 ? 600 : 0), false],
  ])('%s', async (_name, minutesOf, isSlow) => {
    const config = testConfig({ prompts_per_round: 24 })
    await using game = await competition({ config, leader: base, miners: [good], before: everyRound(good) })
    await closed(game)
    game.clock.advance(2 * 3_600_000)
    const ports = fakePorts([base, good])
    let downloads = 0
    const format = generation3d({
      store: game.store,
      ...ports,
      shares: { perMiner: 2 },
      downloader: downloaderOf(async (url, ...rest) => {
        if (url.includes('good')) game.clock.advance(minutesOf(++downloads) * 60_000)
        return ports.downloader.fetch(url, ...rest)
      }),
    })
    await game.tick({ format })
    const submitted = await (await game.now()).read(files.submitted, 0, good.hotkey)
    const cut = Object.values(submitted).filter(({ failure }) => failure?.startsWith('timeout'))
    expect(cut.length > 0).toBe(isSlow)
    expect(downloads).toBe(24 - cut.length)
  })

  it('a build that cannot be had holds up nobody else', async () => {
    const jammed = miner('jammed', 0.5)
    const ports = fakePorts([base, good, jammed])
    const builder: typeof ports.builder = {
      async build(source, signal) {
        if (source.repo === jammed.repo) throw new RoundkeeperError('unavailable', 'HTTP 500')
        return ports.builder.build(source, signal)
      },
    }
    await using game = await competition({
      leader: base,
      before: everyRound(jammed, good),
      format: (store) => generation3d({ store, ...ports, builder }),
    })
    const report = await game.play(({ stage }) => stage === 'miner_generation')
    expect(report.errors[0]).toMatchObject({ code: 'unavailable', message: 'HTTP 500' })
    const builds = await (await game.now()).read(files.builds, 0)
    expect([jammed, good].map(({ hotkey }) => builds[hotkey]?.status)).toEqual(['pending', 'success'])
    game.clock.advance(2 * 3_600_000)
    for (let run = 0; run < 3; run++) await game.tick()
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
  })

  it('a judge that names neither side is asked again, and nothing unreadable is committed', async () => {
    await using game = await competition({ leader: base, miners: [good], before: everyRound(good) })
    await closed(game)
    game.clock.advance(2 * 3_600_000)
    const ports = fakePorts([base, good])
    const mad = generation3d({
      store: game.store,
      ...ports,
      judge: {
        ...ports.judge,
        judge: async (...question) => ({ ...(await ports.judge.judge(...question)), winner: 'both' }) as never,
      },
    })
    const report = await game.tick({ format: mad })
    expect(report.errors[0]).toMatchObject({ code: 'unavailable', message: expect.stringContaining('"both"') })
    expect(await game.tick()).toMatchObject({ round: 1, errors: [] })
  })
})

describe('operators', () => {
  const committer = ({ repo, clock }: TestCompetition, other?: StateRepo) => ({
    repo: other ?? repo,
    clock,
    by: BY,
    run: 'test',
    engine: 'test',
    commitEveryMs: 0,
  })

  it('an intervention never takes the place of another', async () => {
    await using game = await competition()
    await intervene(committer(game), 'pause', 'one')
    await intervene(committer(game), 'resume', 'two')
    await edit(game, files.intervention.path(1), null)
    await intervene(committer(game), 'pause', 'three')
    const now = await game.now()
    expect(await now.list('interventions')).toEqual(['interventions/0002.json', 'interventions/0003.json'])
    expect(await now.read(files.intervention, 2)).toMatchObject({ reason: 'two' })
  })

  it('a pause gets through while an engine commits, and the engine stops at it', async () => {
    await using game = await competition({ leader: base, miners: [good], before: everyRound(good) })
    await closed(game)
    game.clock.advance(2 * 3_600_000)
    let races = 3
    const { repo } = game
    const busy: StateRepo = {
      id: repo.id,
      head: () => repo.head(),
      read: (head, path) => repo.read(head, path),
      list: (head, folder) => repo.list(head, folder),
      changes: (base, head) => repo.changes(base, head),
      log: (head) => repo.log(head),
      async commit(from, change, by) {
        if (races-- > 0) await edit(game, `notes/${races}.md`, 'hello')
        return repo.commit(from, change, by)
      },
    }
    const ports = fakePorts([base, good])
    let paused = false
    const format = generation3d({
      store: game.store,
      ...ports,
      judge: {
        ...ports.judge,
        async judge(...question) {
          if (!paused) {
            paused = true
            await intervene(committer(game, busy), 'pause', 'stop it')
          }
          return ports.judge.judge(...question)
        },
      },
    })
    expect(await game.tick({ format })).toMatchObject({ status: 'paused', stage: 'paused', errors: [] })
    expect(await (await game.now()).find(files.matrix, 0)).toBeUndefined()
    await intervene(committer(game), 'resume', 'go on')
    expect(await game.tick()).toMatchObject({ round: 1, stage: 'open', errors: [] })
  })

  it.each(['legacy', 'v1'] as const)('resuming a finished competition crowns nobody twice (%s)', async (rules) => {
    const config = testConfig({ rules })
    await using game = await competition({ config, leader: base, miners: [good], before: everyRound(good) })
    expect((await game.play()).status).toBe('finished')
    const leaders = await (await game.now()).text(files.leader.path())
    await intervene(committer(game), 'resume', 'by mistake')
    expect((await game.tick()).status).toBe('finished')
    expect(await (await game.now()).text(files.leader.path())).toBe(leaders)
  })

  it('a repository that cannot be written is told, with what to do', async () => {
    await using game = await competition()
    await rm(join(game.dir, 'state.git', 'roundkeeper'), { recursive: true, force: true })
    await writeFile(join(game.dir, 'state.git', 'roundkeeper'), '') // where the locks would be
    await expect(intervene(committer(game), 'pause', 'full')).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('not full'),
    })
  })

  it('an intervention without a reason is refused', async () => {
    await using game = await competition()
    await expect(intervene(committer(game), 'pause', ' \n')).rejects.toMatchObject({ code: 'usage' })
  })

  it('an engine of another format refuses to play', async () => {
    await using game = await competition({ config: testConfig({ format: 'numbers' }) })
    await expect(game.tick()).rejects.toMatchObject({ code: 'state-file', where: 'config.json' })
  })

  it.each(['constructor', '7'])('a prompt that no record can hold is named (%s)', async (stem) => {
    await using game = await competition({ leader: base, miners: [good], before: everyRound(good) })
    await edit(game, files.pool.path(), `https://prompts.test/${stem}.png`)
    const report = await game.play(({ status }) => status === 'failed')
    expect(report.errors[0]).toMatchObject({ code: 'state-file', where: 'prompts.txt' })
  })
})
