import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { intervene } from '../../src/engine/intervene.ts'
import type { Snapshot } from '../../src/engine/snapshot.ts'
import { digestOf } from '../../src/rules/digest.ts'
import { deriveSeed } from '../../src/rules/seed.ts'
import { files } from '../../src/state/index.ts'
import type { StateFile } from '../../src/state/state-file.ts'
import { replay } from '../../src/verify/replay.ts'
import { outcomesOf } from '../../src/verify/summary.ts'
import { BY, competition, everyRound, miner, type TestCompetition } from '../support/competition.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const better = miner('better', 5)
const cheat = miner('cheat', 9, 2)

type Patch = [path: string, text: string | null][]
type Forgery = (snapshot: Snapshot) => Promise<Patch>

/** One file, with something in it changed. */
const forged =
  <T, A extends readonly (string | number)[]>(file: StateFile<T, A>, args: A, forge: (value: T) => T): Forgery =>
  async (snapshot) => [[file.path(...args), file.serialise(forge(await snapshot.read(file, ...args)))]]

const removed =
  (...paths: string[]): Forgery =>
  async () =>
    paths.map((path) => [path, null])

/** A seed that fits a block of the operator's choice. */
const chosenSeed: Forgery = async (snapshot) => {
  const randomness = { kind: 'block' as const, block: 3 }
  const value = 'ab'.repeat(32)
  const submissionsDigest = digestOf((await snapshot.text(files.submissions.path(0))) ?? '')
  const seed = deriveSeed({ competition: 'tiny', round: 0, source: randomness, value, submissionsDigest })
  return forged(files.seed, [0], (recorded) => ({ ...recorded, seed, randomness, value }))(snapshot)
}

const forgeries: Record<string, Forgery> = {
  'a margin': forged(files.matrix, [0], (rows) => rows.map((row, i) => (i === 1 ? { ...row, margin: -1 } : row))),
  'a match taken out': forged(files.matrix, [0], (rows) => rows.slice(0, 2)),
  'all matches taken out': removed(files.matrix.path(0)),
  'a duel': forged(files.duels, [0, 'leader', good.hotkey], (report) => ({
    ...report,
    duels: report.duels.map((duel, i) => (i === 0 ? { ...duel, winner: 'left' as const } : duel)),
  })),
  'duels taken out': forged(files.duels, [0, 'leader', good.hotkey], (report) => ({
    ...report,
    score: 1,
    duels: report.duels.slice(0, 1),
  })),
  'the winner': forged(files.winner, [0], (winner) => ({ ...winner, winner_hotkey: good.hotkey })),
  'the winner’s code': forged(files.winner, [0], (winner) => ({ ...winner, repo: 'evil/model' })),
  'the winner taken out': removed(files.winner.path(0)),
  'a weight': forged(files.leader, [], (all) => all.map((entry, i) => (i === 2 ? { ...entry, weight: 0.9 } : entry))),
  'a leader of one’s own': forged(files.leader, [], (all) => {
    const { round: _, ...last } = all.at(-1)!
    return [...all, { ...last, hotkey: good.hotkey, weight: 1, effective_block: last.effective_block + 1 }]
  }),
  'a leader slipped in': forged(files.leader, [], (all) => {
    const { round: _, ...first } = all[1]!
    return [...all.slice(0, 2), { ...first, hotkey: good.hotkey }, ...all.slice(2)]
  }),
  'a leader of one’s own, of a round that had its own': forged(files.leader, [], (all) => {
    const last = all.at(-1)!
    return [...all, { ...last, hotkey: good.hotkey, weight: 1, effective_block: last.effective_block + 1 }]
  }),
  'a leader entry twice': forged(files.leader, [], (all) => [...all, all.at(-1)!]),
  'the first leader': forged(files.leader, [], ([first, ...all]) => [{ ...first!, hotkey: good.hotkey }, ...all]),
  'the first leader taken out': forged(files.leader, [], (all) => all.slice(1)),
  'the leaders in another order': forged(files.leader, [], (all) => [all[1]!, all[0]!, ...all.slice(2)]),
  'all leaders taken out': removed('leader.json'),
  'the last leader taken out': forged(files.leader, [], (all) => all.slice(0, -1)),
  'a seed': forged(files.seed, [0], (seed) => ({ ...seed, seed: 5 })),
  'a deadline of the operator’s own': forged(files.seed, [0], (seed) => ({ ...seed, deadline_block: 99 })),
  'a seed from another block': chosenSeed,
  'a seed without its source': forged(files.seed, [0], ({ seed }) => ({ seed })),
  'a seed by the old rule': forged(files.seed, [0], ({ algorithm: _, ...seed }) => ({
    ...seed,
    seed: 5,
    value: '00000005',
  })),
  'a seed taken out': removed(files.seed.path(0)),
  prompts: forged(files.prompts, [0], (prompts) => [...prompts].reverse()),
  'an entry': forged(files.submissions, [0], (entries) => ({
    ...entries,
    [good.hotkey]: { ...entries[good.hotkey]!, repo: 'evil/model' },
  })),
  'the reveals taken out': removed(files.reveals.path(0)),
  'an audit that rejected': forged(files.generationAudits, [0], (audits) => ({
    ...audits,
    [cheat.hotkey]: { ...audits[cheat.hotkey]!, outcome: 'passed' as const },
  })),
  'an audit that passed': forged(files.generationAudits, [0], (audits) => ({
    ...audits,
    [better.hotkey]: { ...audits[better.hotkey]!, outcome: 'rejected' as const },
  })),
  'audits taken out': removed(files.generationAudits.path(0), files.requireAudit.path(0)),
  'a deadline': forged(files.schedule, [1], (schedule) => ({ ...schedule, generation_deadline_block: 9999 })),
  'the named randomness': forged(files.schedule, [1], (schedule) => ({
    ...schedule,
    randomness: { kind: 'block' as const, block: 7 },
  })),
  'a schedule taken out': removed(files.schedule.path(1)),
  'a match twice': forged(files.matrix, [0], (rows) => [{ ...rows[0]!, margin: -1 }, ...rows]),
  'a match report of nobody’s': async (snapshot) => {
    const report = await snapshot.read(files.duels, 0, 'leader', good.hotkey)
    return [[files.duels.path(0, cheat.hotkey, base.hotkey), files.duels.serialise(report)]]
  },
  'a match report taken out': removed(files.duels.path(0, 'leader', good.hotkey)),
  'the winner’s image': forged(files.winner, [0], (winner) => ({ ...winner, docker_image: 'evil/image' })),
  'the image of a defender': forged(files.winner, [1], (winner) => ({ ...winner, docker_image: 'evil/image' })),
  'the builds taken out': removed(files.builds.path(0)),
  'the entries of a round taken out': removed(files.submissions.path(1)),
  'the last round taken out': async (snapshot) => (await snapshot.list('rounds/2')).map((path) => [path, null]),
  'all rounds taken out': async (snapshot) => (await snapshot.list('rounds')).map((path) => [path, null]),
  'a whole round taken out': async (snapshot) => (await snapshot.list('rounds/1')).map((path) => [path, null]),
}

/** What a replay finds wrong, as `round decision`. */
async function found(game: TestCompetition): Promise<string[]> {
  const wrong = outcomesOf(await replay(game.repo)).filter(({ equal }) => equal === false)
  return wrong.map(({ round, of }) => (round === undefined ? of : `${round} ${of}`))
}

describe('an honest history', () => {
  const broken = { ...miner('broken', 7), commit: 'ab'.repeat(20) }
  const onlyIn = (...rounds: number[]) => {
    const enter = everyRound(good, broken)
    return async (self: TestCompetition) => {
      const { current_round: round } = await (await self.now()).read(files.state)
      if (rounds.includes(round)) await enter(self)
    }
  }

  it.each([
    ['without anybody', [], undefined],
    ['without anybody but a leader', [], base],
    ['with an empty round in the middle', [0, 2], base],
    ['that nobody led at first', [1], undefined],
  ])('%s is found in order', async (_name, rounds, leader) => {
    const image = { ...broken, makes: () => null }
    await using game = await competition({
      miners: [good, image],
      ...(leader && { leader }),
      before: onlyIn(...rounds),
    })
    expect((await game.play()).status).toBe('finished')
    expect(await found(game)).toEqual([])
  })

  it('is found in order after the configuration has changed between rounds', async () => {
    await using game = await competition({ leader: base, miners: [good, better], before: everyRound(good, better) })
    await game.play(({ round }) => round === 1)
    const changed = { ...(await (await game.now()).read(files.config)), win_margin: 1.5, prompts_per_round: 3 }
    const patch = new Map([['config.json', files.config.serialise(changed)]])
    const head = await game.repo.head()
    await game.repo.commit(head, { files: patch, message: 'New rules', trailers: {} }, { ...BY, at: game.clock.now() })
    expect((await game.play()).status).toBe('finished')
    expect(await found(game)).toEqual([])
    expect((await replay(game.repo)).rounds.map(({ config_of }) => config_of !== undefined)).toEqual([
      true,
      false,
      false,
    ])
  })

  it('is found in order after a competition went on that had come to its end', async () => {
    await using game = await competition({ leader: base, miners: [good], before: everyRound(good) })
    await game.play()
    const later = { ...(await (await game.now()).read(files.config)), last_competition_date: '2026-03-04' }
    const { repo, clock } = game
    const patch = new Map([['config.json', files.config.serialise(later)]])
    await repo.commit(await repo.head(), { files: patch, message: 'On', trailers: {} }, { ...BY, at: clock.now() })
    await intervene({ repo, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }, 'resume', 'a day more')
    expect(await found(game)).toEqual([])
    expect((await game.play()).status).toBe('finished')
    expect(await found(game)).toEqual([])
  })

  it('is found in order after the pool of prompts has changed', async () => {
    await using game = await competition({ leader: base, miners: [good], before: everyRound(good) })
    await game.play(({ round }) => round === 1)
    const pool = (await (await game.now()).read(files.pool)).slice(12).concat('https://prompts.test/new.png')
    const patch = new Map([['prompts.txt', files.pool.serialise(pool)]])
    const head = await game.repo.head()
    await game.repo.commit(head, { files: patch, message: 'New pool', trailers: {} }, { ...BY, at: game.clock.now() })
    expect((await game.play()).status).toBe('finished')
    expect(await found(game)).toEqual([])
  })

  it('is found in order at every commit of the way', async () => {
    await using game = await competition({ leader: base, miners: [good, cheat], before: everyRound(cheat, good) })
    await game.play()
    const heads: string[] = []
    for await (const { oid } of game.repo.log(await game.repo.head())) heads.push(oid)
    for (const oid of heads) {
      const { repo } = game
      const then = { ...game, repo: { ...repo, id: repo.id, head: async () => oid } as TestCompetition['repo'] }
      Object.assign(then.repo, { read: repo.read.bind(repo), list: repo.list.bind(repo), log: repo.log.bind(repo) })
      expect(await found(then), oid).toEqual([])
    }
  })
})

describe('a history that somebody forged', () => {
  let game: TestCompetition
  let honest: Snapshot

  beforeAll(async () => {
    const entrants = [cheat, good, better]
    game = await competition({ leader: base, miners: entrants, before: everyRound(...entrants) })
    expect((await game.play()).status).toBe('finished')
    honest = await game.now()
  })
  afterAll(() => game[Symbol.asyncDispose]())

  const commit = async (patch: Patch, message: string) =>
    game.repo.commit(
      await game.repo.head(),
      { files: new Map(patch), message, trailers: {} },
      { ...BY, at: game.clock.now() },
    )

  it('nothing is found in an honest one', async () => expect(await found(game)).toEqual([]))

  it.each(Object.entries(forgeries))('%s: a replay notices', async (name, forge) => {
    const patch = await forge(honest)
    await commit(patch, name)
    try {
      expect(await found(game).catch((error: unknown) => [String(error)])).not.toEqual([])
    } finally {
      const before = patch.map(async ([path]): Promise<Patch[number]> => [path, (await honest.text(path)) ?? null])
      await commit(await Promise.all(before), 'As it was')
    }
  })

  it('a round far beyond all others does not keep a replay busy for ever', async () => {
    const far = 'rounds/900719925474099'
    await commit(
      [
        [`${far}/submissions.json`, '{}'],
        [`${far}/seed.json`, '{"seed": 1}'],
        [`${far}/prompts.txt`, 'https://prompts.test/x.png'],
      ],
      'Far away',
    )
    expect(await found(game)).toContain('900719925474099 winner')
  })
})
