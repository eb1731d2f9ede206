import { afterEach, describe, expect, it } from 'vitest'
import type { Format } from '../../src/engine/format.ts'
import { intervene, type Wanted } from '../../src/engine/intervene.ts'
import type { Snapshot } from '../../src/engine/snapshot.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { archivedAt } from '../../src/state/archive.ts'
import { files } from '../../src/state/index.ts'
import { replay } from '../../src/verify/replay.ts'
import { outcomesOf } from '../../src/verify/summary.ts'
import { verify } from '../../src/verify/verify.ts'
import { BY, competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { downloaderOf } from '../support/fake-downloader.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { Mains, PowerCut } from '../support/power-cut.ts'

const base = miner('base', 1)
const weak = miner('weak', 0.5)
const good = miner('good', 3)
const everybody = [base, weak, good]
type Ports = ReturnType<typeof fakePorts>

const games: TestCompetition[] = []
afterEach(async () => {
  for (const game of games.splice(0)) await game[Symbol.asyncDispose]()
})

/** Stopped as soon as round 0 has come to a stage. */
async function at(stage: string, ports: Partial<Ports> = {}, miners = [weak, good]): Promise<TestCompetition> {
  const game = await competition({ leader: base, miners: everybody, before: everyRound(...miners) })
  games.push(game)
  await game.play((report) => report.stage === 'miner_generation')
  game.clock.advance(2 * 3_600_000)
  const format = formatWith(game, ports)
  for (let now = 'miner_generation'; now !== stage; ) {
    const report = await game.tick({ untilIdle: false, format })
    expect(report.errors).toEqual([])
    now = report.stage
  }
  return game
}

const formatWith = (game: TestCompetition, ports: Partial<Ports>): Format =>
  generation3d({ store: game.store, ...fakePorts(everybody), ...ports })

const act = ({ repo, clock }: TestCompetition, wanted: Wanted, reason = 'because') =>
  intervene({ repo, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }, wanted, reason)

/** Everything that an auditor has to say against the competition. */
async function objections(game: TestCompetition): Promise<string[]> {
  await using history = await openHistory(`${game.dir}/state.git`)
  const { findings } = await verify(history)
  const differing = outcomesOf(await replay(game.repo)).filter(({ equal }) => equal === false)
  return [
    ...findings
      .filter(({ severity }) => severity !== 'note')
      .map(({ code, path, message }) => `${code} ${path} ${message}`),
    ...differing.map(({ round, of }) => `replay: ${round} ${of}`),
  ]
}

/** Takes whoever challenges for the better one: its answers are remembered like any others. */
const brokenJudge: Ports['judge'] = {
  ...fakePorts(everybody).judge,
  judge: async () => ({ kind: 'decided', winner: 'right', issues: 'broken', transcript: {} }),
}

/** Whether files that were put away are, byte for byte and by their schemas, what they were. */
async function expectArchived(before: Snapshot, now: Snapshot, moves: ReadonlyMap<string, string>): Promise<void> {
  for (const [from, to] of moves) {
    expect(await now.bytes(to)).toEqual(await before.bytes(from))
    expect(await now.text(from)).toBeUndefined()
    const archived = archivedAt(to)
    expect(archived?.path).toBe(from)
    expect(archived?.file.parse((await now.text(to)) ?? '', to)).toBeDefined()
  }
}

/** Like `expectArchived`, after new files have taken the places of the old ones. */
async function expectArchivedStill(before: Snapshot, now: Snapshot, moves: ReadonlyMap<string, string>): Promise<void> {
  for (const [from, to] of moves) expect(await now.bytes(to)).toEqual(await before.bytes(from))
}

/** A judge that has a favourite, and otherwise none. */
const favouring =
  ({ repo }: { repo: string }): Ports['judge']['judge'] =>
  async ({ left, right }) => {
    const isOf = (png: Uint8Array) => new TextDecoder().decode(png).includes(`"${repo}"`)
    const winner = isOf(right.png) ? 'right' : isOf(left.png) ? 'left' : 'draw'
    return { kind: 'decided', winner, issues: 'favoured', transcript: {} }
  }

const short = (moves: ReadonlyMap<string, string>) => [...moves.keys()].map((path) => path.replace('rounds/0/', ''))

describe('going back to the duels', () => {
  it('asks the judge anew, keeps what the broken one said, and crowns by what holds', async () => {
    const game = await at('finalizing', { judge: brokenJudge }, [weak])
    const before = await game.now()
    expect((await before.read(files.winner, 0)).winner_hotkey).toBe(weak.hotkey)
    const redo = { kind: 'redo-stage', stage: 'duels', baseline: false } as const
    const { record, moves } = await act(game, redo, 'the judge was broken')
    expect(record).toMatchObject({ from: 'finalizing', to: 'duels', stage: 'duels', attempt: 2 })
    expect(short(moves)).toEqual([
      `${weak.hotkey}/duels_leader.json`,
      `${weak.hotkey}/generated.json`,
      `${weak.hotkey}/pod_stats.json`,
      'generation_audits.json',
      'matches_matrix.csv',
      'require_audit.json',
      'winner.json',
    ])
    const now = await game.now()
    await expectArchived(before, now, moves)
    expect(await now.text('rounds/0/leader/generated.json')).toBe(await before.text('rounds/0/leader/generated.json'))

    expect(await game.tick()).toMatchObject({ round: 1, stage: 'open', errors: [] })
    const end = await game.now()
    expect((await end.read(files.winner, 0)).winner_hotkey).toBe('leader')
    expect((await end.read(files.leader)).map(({ hotkey }) => hotkey)).toEqual([base.hotkey])
    expect(await end.read(files.state)).not.toHaveProperty('attempt')
    await expectArchivedStill(before, end, moves)
    expect(await objections(game)).toEqual([])
  })

  it('makes the leader’s own outputs anew only when told to', async () => {
    const game = await at('duels')
    await game.tick({ untilIdle: false, format: formatWith(game, { judge: brokenJudge }) })
    const { moves } = await act(game, { kind: 'redo-stage', stage: 'duels', baseline: true })
    expect(short(moves)).toContain('leader/generated.json')
    const stronger = [{ ...base, makes: () => 9 }, weak, good]
    const format = generation3d({ store: game.store, ...fakePorts(stronger) })
    expect(await game.tick({ format })).toMatchObject({ round: 1, errors: [] })
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe('leader')
    expect(await objections(game)).toEqual([])
  })

  it('is possible again and again, and while the competition is held', async () => {
    const game = await at('finalizing', { judge: brokenJudge }, [weak])
    await act(game, { kind: 'pause' })
    const redo = { kind: 'redo-stage', stage: 'duels', baseline: false } as const
    expect((await act(game, redo)).state).toMatchObject({ stage: 'paused', paused_from: 'duels', attempt: 2 })
    expect(await game.tick()).toMatchObject({ status: 'paused', commits: [] })
    await act(game, { kind: 'resume' })
    const broken = formatWith(game, { judge: brokenJudge })
    expect(await game.tick({ untilIdle: false, format: broken })).toMatchObject({ stage: 'finalizing', errors: [] })
    expect((await act(game, redo)).record).toMatchObject({ attempt: 3 })
    expect(await game.tick()).toMatchObject({ round: 1, errors: [] })
    const end = await game.now()
    expect((await end.read(files.winner, 0)).winner_hotkey).toBe('leader')
    for (const attempt of [1, 2]) expect(await end.list(`rounds/0/attempts/${attempt}`)).toHaveLength(7)
    expect(await objections(game)).toEqual([])
  })

  it('is refused before it has come to them, and once the next round is open', async () => {
    const game = await at('downloading')
    const redo = { kind: 'redo-stage', stage: 'duels', baseline: false } as const
    await expect(act(game, redo)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('has not come to duels'),
    })
    await game.tick()
    await expect(act(game, redo)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('Round 0 is closed: its result stands'),
    })
  })
})

describe('going back to the downloads', () => {
  it('fetches everything anew, also what was remembered', async () => {
    const ports = fakePorts(everybody)
    const blind: Ports['renderer'] = {
      ...ports.renderer,
      render: async () => ({ ok: false, fault: 'file', code: 'broken', detail: 'ours, and nobody noticed' }),
    }
    const game = await at('finalizing', { renderer: blind })
    const before = await game.now()
    const lost = Object.values(await before.read(files.submitted, 0, good.hotkey))
    expect(lost.every(({ png }) => png === null)).toBe(true)
    const { moves } = await act(game, { kind: 'redo-stage', stage: 'downloading', baseline: true }, 'no previews')
    expect(short(moves)).toContain(`${good.hotkey}/submitted.json`)
    await expectArchived(before, await game.now(), moves)
    expect(await game.tick()).toMatchObject({ round: 1, errors: [] })
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
    expect(await objections(game)).toEqual([])
  })
})

describe('a round that had come to the end of the competition', () => {
  const lastRound = testConfig({ last_competition_date: '2026-03-01' })

  it.each([
    ['another winner', [weak, good], good],
    ['the leader of before', [weak], base],
  ])('is done again, and what was crowned is followed by %s', async (_name, miners, expected) => {
    const game = await competition({ config: lastRound, leader: base, miners: everybody })
    games.push(game)
    await everyRound(...miners)(game)
    const format = formatWith(game, { judge: { ...brokenJudge, judge: favouring(weak) } })
    for (let status = ''; status !== 'finished'; ) {
      const report = await game.tick({ format })
      if (report.waiting?.eta) game.clock.set(report.waiting.eta)
      status = report.status
    }
    const before = await (await game.now()).read(files.leader)
    expect(before.at(-1)).toMatchObject({ hotkey: weak.hotkey, weight: 1, round: 0 })
    await act(game, { kind: 'redo-stage', stage: 'duels', baseline: false }, 'the judge favoured one of them')
    expect(await game.tick()).toMatchObject({ status: 'finished', errors: [] })
    const leaders = await (await game.now()).read(files.leader)
    expect(leaders.slice(0, 2)).toEqual(before)
    expect(leaders).toHaveLength(3)
    expect(leaders[2]).toMatchObject({ hotkey: expected.hotkey, round: 0, attempt: 2 })
    expect(leaders[2]?.effective_block).toBeGreaterThan(leaders[1]?.effective_block ?? 0)
    await act(game, { kind: 'resume' })
    await game.tick()
    expect(await (await game.now()).read(files.leader)).toEqual(leaders)
    expect(await objections(game)).toEqual([])
  })

  it('under the old rules stays as it is', async () => {
    const config = testConfig({ last_competition_date: '2026-03-01', rules: 'legacy' })
    const game = await competition({ config, leader: base, miners: everybody, before: everyRound(good) })
    games.push(game)
    expect((await game.play()).status).toBe('finished')
    for (const wanted of [{ kind: 'redo-stage', stage: 'duels', baseline: false }, { kind: 'void' }] as const)
      await expect(act(game, wanted)).rejects.toMatchObject({ message: expect.stringContaining('under the old rules') })
  })
})

describe('a void round', () => {
  it.each(['open', 'miner_generation', 'downloading', 'duels', 'finalizing'])(
    'in %s: nobody takes the crown, nothing decays, and the next round opens',
    async (stage) => {
      const game = stage === 'open' ? await competition({ leader: base, miners: everybody }) : await at(stage)
      if (stage === 'open') games.push(game)
      const leaders = await (await game.now()).text('leader.json')
      const { state, path } = await act(game, { kind: 'void' }, 'the prompts were known before')
      expect(state.stage).toBe('finalizing')
      expect(await game.tick()).toMatchObject({ round: 1, stage: 'open', errors: [] })
      const end = await game.now()
      expect(await end.read(files.winner, 0)).toMatchObject({ winner_hotkey: 'leader', repo: base.repo, void: path })
      expect(await end.text('leader.json')).toBe(leaders)
      expect(await objections(game)).toEqual([])
    },
  )

  it('keeps the winner that it takes the crown from on record', async () => {
    const game = await at('finalizing')
    const before = await game.now()
    await act(game, { kind: 'void' })
    const now = await game.now()
    expect(await now.text('rounds/0/attempts/1/winner.json')).toBe(await before.text('rounds/0/winner.json'))
    await expect(act(game, { kind: 'void' })).rejects.toMatchObject({
      message: expect.stringContaining('void already'),
    })
    await game.tick()
    const report = await game.play()
    expect(report).toMatchObject({ status: 'finished', errors: [] })
    expect(await objections(game)).toEqual([])
  })

  it('can still be played again as long as the next one is not open', async () => {
    const game = await at('duels')
    await act(game, { kind: 'void' })
    await act(game, { kind: 'redo-stage', stage: 'duels', baseline: false }, 'it was not the prompts after all')
    expect(await game.tick()).toMatchObject({ round: 1, errors: [] })
    const end = await game.now()
    expect((await end.read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
    expect(await end.list('rounds/0/attempts')).toEqual(['rounds/0/attempts/1/winner.json'])
    expect(await objections(game)).toEqual([])
  })
})

describe('a void prompt', () => {
  it('that no judge answers no longer holds the round, and counts for nobody', async () => {
    const game = await at('duels')
    const [stem = ''] = (await (await game.now()).read(files.prompts, 0)).map((url) => url.replace(/.*\/|\.png/g, ''))
    const { judge } = fakePorts(everybody)
    const poisoned = formatWith(game, {
      judge: {
        ...judge,
        judge: async (question, signal) =>
          question.prompt.name === stem ? { kind: 'void', cause: 'refused to look' } : judge.judge(question, signal),
      },
    })
    for (let i = 0; i < 2; i++)
      expect(await game.tick({ format: poisoned })).toMatchObject({ status: 'failed', stage: 'duels' })
    await act(game, { kind: 'void', prompt: stem }, 'poisoned')
    expect(await game.tick({ format: poisoned })).toMatchObject({ round: 1, stage: 'open', errors: [] })
    const end = await game.now()
    for (const left of ['leader', weak.hotkey]) {
      const report = await end.find(files.duels, 0, left, good.hotkey)
      for (const duel of report?.duels ?? []) expect(duel.winner === 'skipped').toBe(duel.name === stem)
    }
    const [skipped] = (await end.read(files.duels, 0, 'leader', good.hotkey)).duels.filter(({ name }) => name === stem)
    expect(skipped).toMatchObject({ winner: 'skipped', issues: 'void: poisoned' })
    expect((await end.read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
    expect(await objections(game)).toEqual([])
  })

  it('of which nobody has a picture any more needs neither outputs nor audits', async () => {
    const game = await at('miner_generation')
    const [url = ''] = await (await game.now()).read(files.prompts, 0)
    const stem = url.replace(/.*\/|\.png/g, '')
    const { downloader } = fakePorts(everybody)
    const gone = formatWith(game, {
      downloader: downloaderOf(async (from, ...rest) =>
        from === url || from.includes(`/${stem}.`)
          ? { ok: false, fault: 'infrastructure', code: 'unreachable', detail: 'no answer' }
          : downloader.fetch(from, ...rest),
      ),
    })
    expect(await game.tick({ format: gone })).toMatchObject({ status: 'failed' })
    await act(game, { kind: 'void', prompt: stem }, 'its host is gone')
    expect(await game.tick({ format: gone })).toMatchObject({ round: 1, errors: [] })
    const end = await game.now()
    expect(await end.read(files.submitted, 0, good.hotkey)).not.toHaveProperty(stem)
    expect((await end.read(files.generationAudits, 0))[good.hotkey]).toMatchObject({
      outcome: 'passed',
      checked_prompts: 3,
    })
    expect(await objections(game)).toEqual([])
  })

  it('cannot be chosen by whoever knows how its duel ended', async () => {
    const game = await at('finalizing')
    const [url = ''] = await (await game.now()).read(files.prompts, 0)
    const wanted = { kind: 'void', prompt: url.replace(/.*\/|\.png/g, '') } as const
    await expect(act(game, wanted)).rejects.toMatchObject({
      message: expect.stringContaining('matches have been judged'),
      hint: expect.stringContaining('redo-stage duels'),
    })
    await act(game, { kind: 'redo-stage', stage: 'duels', baseline: false })
    await act(game, wanted)
    await expect(act(game, wanted)).rejects.toMatchObject({ message: expect.stringContaining('void already') })
    expect(await game.tick()).toMatchObject({ round: 1, errors: [] })
    expect(await objections(game)).toEqual([])
  })
})

describe('a power cut', () => {
  const redo = { kind: 'redo-stage', stage: 'downloading', baseline: true } as const

  /** Cut once at a call of a port while the second attempt is made, if at all; then run again until the next round is open. */
  async function again(cutAt?: number): Promise<{ calls: number; all: Record<string, string | undefined> }> {
    const game = await at('finalizing', { judge: brokenJudge }, [weak, good])
    const mains = new Mains(cutAt, (cutAt ?? 0) % 2 === 0 ? 'before' : 'after')
    const powered = <T extends object>(ports: T) =>
      Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, mains.wrap(port as object)])) as T
    await act(game, redo)
    const format = generation3d(powered({ store: game.store, ...fakePorts(everybody) }))
    const cut = await game.tick({ format, repo: mains.wrap(game.repo) }).catch((error: unknown) => error)
    if (cutAt !== undefined && cut instanceof Error) expect(cut).toBeInstanceOf(PowerCut)
    expect(await game.tick()).toMatchObject({ round: 1, stage: 'open', errors: [] })
    const end = await game.now()
    const texts = (await end.list('')).map(async (path) => [path, await end.text(path)] as const)
    return { calls: mains.calls, all: Object.fromEntries(await Promise.all(texts)) }
  }

  it('in the middle of another attempt: run again, it ends in the same files', async () => {
    const undisturbed = await again()
    expect(undisturbed.calls).toBeGreaterThan(100)
    for (const part of [0.02, 0.2, 0.37, 0.5, 0.61, 0.8, 0.97])
      expect((await again(Math.round(undisturbed.calls * part))).all).toEqual(undisturbed.all)
  })

  it.each(['before', 'after'] as const)('right %s an act lands: it is there whole, or not at all', async (when) => {
    const game = await at('finalizing', { judge: brokenJudge }, [weak])
    const before = await game.repo.head()
    const cut = new Proxy(game.repo, {
      get(target, key) {
        const member = Reflect.get(target, key)
        if (key !== 'commit') return typeof member === 'function' ? member.bind(target) : member
        return async (...args: Parameters<typeof target.commit>) => {
          if (when === 'after') await target.commit(...args)
          throw new PowerCut()
        }
      },
    })
    await expect(act({ ...game, repo: cut }, redo)).rejects.toBeInstanceOf(PowerCut)
    const { state } = when === 'before' ? await act(game, redo) : { state: await (await game.now()).read(files.state) }
    expect(state).toMatchObject({ stage: 'downloading', attempt: 2 })
    expect(await game.repo.changes(before, await game.repo.head())).toContain('rounds/0/attempts/1/winner.json')
    expect(await game.tick()).toMatchObject({ round: 1, errors: [] })
    expect(await objections(game)).toEqual([])
  })
})
