/** The seam for formats, proven: a format with hidden truth, absolute scores and a chain of kings on the same engine. */
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { AdvanceReport } from '../../src/engine/advance.ts'
import { intervene } from '../../src/engine/intervene.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import type { CommitInfo } from '../../src/repo/state-repo.ts'
import { type Config, files } from '../../src/state/index.ts'
import { numbersFiles } from '../formats/numbers/files.ts'
import { numbers } from '../formats/numbers/index.ts'
import { MemoryOracle } from '../formats/numbers/memory-oracle.ts'
import { commitmentOf } from '../formats/numbers/oracle.ts'
import { replayRound } from '../formats/numbers/replay.ts'
import { activeKings } from '../formats/numbers/rules.ts'
import { BY, competition, hotkeyOf, type TestCompetition, testConfig } from '../support/competition.ts'

const POOL_SIZE = 12
const LAST_DAY = '2026-03-06'

/** Who guesses in a round, and by how much every number of theirs is off. */
type Entries = Readonly<Record<string, number>>

interface Game {
  readonly game: TestCompetition
  readonly oracle: MemoryOracle
  /** Enters the miners of the round that is open, once. */
  enter(self: TestCompetition): Promise<void>
}

const games: TestCompetition[] = []
afterEach(async () => {
  for (const game of games.splice(0)) await game[Symbol.asyncDispose]()
})

async function start(rounds: readonly Entries[], changes: Partial<Config> = {}): Promise<Game> {
  const oracle = new MemoryOracle('hush')
  const entered = new Set<number>()
  const enter = async (self: TestCompetition) => {
    const { stage, current_round: round } = await (await self.now()).read(files.state)
    if (stage !== 'open' || entered.has(round)) return
    entered.add(round)
    const { earliest_reveal_block: from } = await (await self.now()).read(files.schedule, round)
    for (const [i, [name, error]] of Object.entries(rounds[round] ?? {}).entries()) {
      const guess = oracle.guess(`guessing-${round}`, POOL_SIZE, error)
      await self.chain.reveal(hotkeyOf(name), reveal(guess), from + 1 + i)
    }
  }
  const game = await competition({
    config: testConfig({
      name: 'guessing',
      format: 'numbers',
      last_competition_date: LAST_DAY,
      settings: { pool_size: POOL_SIZE },
      ...changes,
    }),
    format: () => numbers({ oracle }),
    before: enter,
  })
  games.push(game)
  return { game, oracle, enter }
}

const reveal = (guess: string) => JSON.stringify({ guess })

/** Plays until the stage is reached, in the round that is open. */
const playTo = (game: TestCompetition, stage: AdvanceReport['stage']) => game.play((report) => report.stage === stage)

/** After the deadline, one stage at a time. */
async function stepTo(game: TestCompetition, stage: AdvanceReport['stage']): Promise<void> {
  game.clock.advance(2 * 3_600_000)
  for (let at = ''; at !== stage; ) at = (await game.tick({ untilIdle: false })).stage
}

describe('a second format on the same engine', () => {
  it('plays six rounds from OPEN to FINISHED with a chain of three kings', async () => {
    const { game } = await start([
      { ann: 40, bob: 30 }, // bob is the first king: 0.7
      { ann: 20, bob: 35 }, // ann: 0.8
      {}, // nobody comes
      { cat: 20, dan: 25 }, // as good as ann is not better
      { cat: 10 }, // cat: 0.9
      { dan: 5, bob: 5 }, // dan comes before bob
    ])
    const report = await game.play()
    expect(report).toMatchObject({ status: 'finished', round: 5, errors: [] })
    const end = await game.now()
    const winners = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (n) => (await end.read(files.winner, n)).winner_hotkey),
    )
    expect(winners).toEqual([hotkeyOf('bob'), hotkeyOf('ann'), 'leader', 'leader', hotkeyOf('cat'), hotkeyOf('dan')])

    const kings = await end.read(numbersFiles.leader)
    const chains = []
    for (const round of [0, 1, 4, 5]) {
      const [king] = kings.filter((candidate) => candidate.round === round)
      chains.push(activeKings(kings, king?.effective_block ?? -1).map(({ hotkey, weight }) => [hotkey, weight]))
    }
    const [ann, bob, cat, dan] = ['ann', 'bob', 'cat', 'dan'].map(hotkeyOf)
    expect(chains).toEqual([
      [[bob, 0.5]],
      [
        [ann, 0.5],
        [bob, 0.3],
      ],
      [
        [cat, 0.5],
        [ann, 0.3],
        [bob, 0.2],
      ],
      [
        [dan, 0.5],
        [cat, 0.3],
        [ann, 0.2],
      ],
    ])
    const next = await end.read(files.schedule, 1)
    expect(kings[0]?.effective_block).toBe(next.latest_reveal_block)
    expect((await end.read(files.leader)).at(-1)).toMatchObject({ hotkey: dan, slot: 1, weight: 0.5 })
  })

  it('binds the target before anybody is scored, and tells it only when all answers are in', async () => {
    const { game } = await start([{ ann: 7, bob: 3 }])
    expect(await game.play(() => true)).toMatchObject({ stage: 'open' })
    expect(await (await game.now()).find(numbersFiles.commitment, 0)).toBeDefined()
    await playTo(game, 'miner_generation')
    const handedOut = await game.now()
    const items = await handedOut.read(numbersFiles.items, 0)
    expect(items).toHaveLength(4)
    const { digest } = await handedOut.read(numbersFiles.commitment, 0)
    await stepTo(game, 'duels')
    expect(await (await game.now()).find(numbersFiles.target, 0)).toBeUndefined()
    await game.tick()
    const scored = await game.now()
    const target = await scored.read(numbersFiles.target, 0)
    expect(commitmentOf(target)).toBe(digest)
    expect(Object.keys(target.numbers)).toEqual(expect.arrayContaining(items))
    expect(await scored.read(numbersFiles.scores, 0)).toEqual({
      [hotkeyOf('ann')]: { points: 4 * 93, of: 400 },
      [hotkeyOf('bob')]: { points: 4 * 97, of: 400 },
    })
  })

  it('does nothing when it is run twice in a row, whatever the stage', async () => {
    const { game } = await start([{ ann: 40 }, {}, { ann: 20, bob: 10 }], { last_competition_date: '2026-03-03' })
    const stages = new Set<string>()
    for (;;) {
      const report = await game.play(() => true)
      stages.add(report.stage)
      const head = await game.repo.head()
      expect(await game.tick()).toMatchObject({ stage: report.stage, commits: [], errors: [] })
      expect(await game.repo.head()).toBe(head)
      if (report.status === 'finished') break
      game.clock.set(report.waiting?.eta ?? game.clock.now())
    }
    expect([...stages]).toEqual(['open', 'miner_generation', 'finished'])
  })
})

describe('a stranger with a clone', () => {
  it('can decide every round again, and sees what was tampered with', async () => {
    const { game } = await start([{ ann: 40, bob: 30 }, {}, { cat: 10 }, { dan: 20 }])
    expect((await game.play()).status).toBe('finished')
    const replayAll = async () => {
      const now = await game.now()
      const config = await now.read(files.config)
      return (await Promise.all([0, 1, 2, 3].map((round) => replayRound(now, config, round)))).flat()
    }
    expect(await replayAll()).toEqual([])

    const tamper = async (path: string, from: string, to: string) => {
      const text = (await (await game.now()).text(path)) ?? ''
      expect(text).toContain(from)
      const change = { files: new Map([[path, text.replace(from, to)]]), message: 'Oops', trailers: {} }
      await game.repo.commit(await game.repo.head(), change, { ...BY, at: game.clock.now() })
    }
    await tamper(numbersFiles.scores.path(0), '"points": 240', '"points": 399')
    expect(await replayAll()).toEqual([numbersFiles.scores.path(0)])
    await tamper(numbersFiles.target.path(2), '"salt": "', '"salt": "0')
    await tamper('leader.json', '"weight": 0.3', '"weight": 0.9')
    expect(await replayAll()).toEqual([numbersFiles.scores.path(0), numbersFiles.target.path(2), 'leader.json'])
  })
})

describe('a competition that goes on', () => {
  it('after its last date was moved crowns nobody a second time', async () => {
    const { game } = await start([{ ann: 10 }], { last_competition_date: '2026-03-01' })
    expect((await game.play()).status).toBe('finished')
    const { repo, clock } = game
    const [before, config] = [
      await (await game.now()).read(numbersFiles.leader),
      await (await game.now()).read(files.config),
    ]
    const later = files.config.serialise({ ...config, last_competition_date: '2026-03-05' })
    const by = { ...BY, at: clock.now() }
    await repo.commit(await repo.head(), { files: new Map([['config.json', later]]), message: 'On', trailers: {} }, by)
    await intervene({ repo, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }, 'resume', 'more days')
    expect(await game.tick()).toMatchObject({ round: 1, stage: 'open', errors: [] })
    expect(before).toHaveLength(1)
    expect(await (await game.now()).read(numbersFiles.leader)).toEqual(before)
  })
})

describe('what miners send', () => {
  it('garbage on the chain takes no part, and a guess that cannot be read scores nothing; both are told why', async () => {
    const { game } = await start([{ ann: 10 }])
    const { number } = await game.chain.head()
    const unreadable = { eve: 'forty-two', fay: `${'1 '.repeat(POOL_SIZE - 1)}101`, gus: '1 2 3' }
    for (const [i, [name, guess]] of Object.entries(unreadable).entries()) {
      await game.chain.reveal(hotkeyOf(name), reveal(guess), number + 10 + i)
    }
    await game.chain.reveal(hotkeyOf('hal'), '["guess"', number + 20)
    await game.chain.reveal(hotkeyOf('ian'), reveal('9'.repeat(500)), number + 21)
    const report = await game.play(({ round }) => round === 1)
    expect(report.errors).toEqual([])

    const now = await game.now()
    const refused = (await now.read(files.reveals, 0)).hotkeys.filter(({ outcome }) => outcome !== 'accepted')
    expect(refused.map(({ hotkey }) => hotkey).sort()).toEqual(['hal', 'ian'].map(hotkeyOf))
    expect(refused.every(({ reason }) => reason !== '')).toBe(true)
    for (const name of Object.keys(unreadable)) {
      const { answers, reason } = await now.read(numbersFiles.answers, 0, hotkeyOf(name))
      expect(answers).toBeNull()
      expect(reason).toMatch(/^expected/)
      expect((await now.read(numbersFiles.scores, 0))[hotkeyOf(name)]?.points).toBe(0)
    }
    expect((await now.read(files.winner, 0)).winner_hotkey).toBe(hotkeyOf('ann'))
  })

  it('crowns nobody for nothing', async () => {
    const { game } = await start([])
    await game.chain.reveal(hotkeyOf('eve'), reveal('forty-two'), (await game.chain.head()).number + 1)
    expect(await game.play(({ round }) => round === 1)).toMatchObject({ round: 1, stage: 'open', errors: [] })
    expect(await (await game.now()).read(numbersFiles.leader)).toEqual([])
  })

  it('counts a copied guess once', async () => {
    const { game } = await start([{ ann: 10, bob: 10 }])
    await playTo(game, 'miner_generation')
    expect(Object.keys(await (await game.now()).read(files.submissions, 0))).toEqual([hotkeyOf('ann')])
  })
})

describe('an oracle that cannot be relied on', () => {
  it('is away when the round is handed out: the window closes later, and nothing else changes', async () => {
    const { game, oracle } = await start([{ ann: 10 }])
    oracle.available = false
    const head = await game.repo.head()
    const report = await game.tick()
    expect(report).toMatchObject({ status: 'failed', stage: 'open', commits: [] })
    expect(report.errors).toMatchObject([{ code: 'unavailable', retryable: true }])
    expect(await game.repo.head()).toBe(head)
    oracle.available = true
    expect(await game.tick()).toMatchObject({ status: 'advanced', stage: 'open', errors: [] })
  })

  it('is away when the round is scored: the next run goes on', async () => {
    const { game, oracle } = await start([{ ann: 10 }])
    await playTo(game, 'miner_generation')
    await stepTo(game, 'duels')
    oracle.available = false
    const report = await game.tick()
    expect(report).toMatchObject({ status: 'failed', stage: 'duels', commits: [] })
    expect(report).toMatchObject({ errors: [{ code: 'unavailable' }], waiting: { for: 'the target of round 0' } })
    oracle.available = true
    expect(await game.tick()).toMatchObject({ status: 'advanced', round: 1, stage: 'open', errors: [] })
  })

  it('tells something else than it committed itself to: nobody is scored', async () => {
    const { game, oracle } = await start([{ ann: 10 }])
    await playTo(game, 'miner_generation')
    await stepTo(game, 'duels')
    oracle.lie = 1
    expect(await game.tick()).toMatchObject({ status: 'failed', stage: 'duels', errors: [{ code: 'refused' }] })
    expect(await (await game.now()).find(numbersFiles.scores, 0)).toBeUndefined()
    oracle.lie = 0
    expect(await game.tick()).toMatchObject({ round: 1, errors: [] })
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe(hotkeyOf('ann'))
  })
})

describe('two engines on one repository', () => {
  it('play it to the same end as one, and every commit is made once', async () => {
    const rounds: Entries[] = [{ ann: 40, bob: 30, cat: 50 }, {}, { ann: 20, cat: 10 }]
    const config = { last_competition_date: '2026-03-03' }
    const { game: alone } = await start(rounds, config)
    expect((await alone.play()).status).toBe('finished')

    const { game: together, enter } = await start(rounds, config)
    const engines = [together.repo, await BareRepo.open(join(together.dir, 'state.git'), { branch: 'main' })]
    const commits: string[][] = [[], []]
    for (let status = ''; status !== 'finished'; ) {
      await enter(together)
      const reports = await Promise.all(engines.map((repo) => together.tick({ repo })))
      for (const [i, report] of reports.entries()) {
        expect(report.errors).toEqual([])
        commits[i]?.push(...report.commits)
        status = report.status
      }
      const etas = reports.flatMap(({ waiting }) => waiting?.eta?.getTime() ?? [])
      together.clock.set(new Date(Math.max(together.clock.now().getTime(), ...etas)))
    }
    expect(commits.map(({ length }) => length > 0)).toEqual([true, true])
    const history = await logOf(together)
    expect(commits.flat().sort()).toEqual(
      history
        .slice(1)
        .map(({ oid }) => oid)
        .sort(),
    )
    expect(history.every(({ parents }) => parents.length <= 1)).toBe(true)

    const [one, two] = [await alone.now(), await together.now()]
    expect(await two.list('')).toEqual(await one.list(''))
    for (const path of await one.list('')) {
      // A lost race costs a moment, and a schedule names the moment in which it was made.
      if (!path.endsWith('/schedule.json')) expect(await two.text(path), path).toBe(await one.text(path))
    }
  })
})

/** Oldest first. */
async function logOf(game: TestCompetition): Promise<CommitInfo[]> {
  const log: CommitInfo[] = []
  for await (const commit of game.repo.log(await game.repo.head())) log.push(commit)
  return log.reverse()
}
