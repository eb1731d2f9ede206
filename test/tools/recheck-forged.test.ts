import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Snapshot } from '../../src/engine/snapshot.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { files, type Leaders } from '../../src/state/index.ts'
import type { StateFile } from '../../src/state/state-file.ts'
import { replay } from '../../src/verify/replay.ts'
import { BY, competition, everyRound, miner, START, type TestCompetition } from '../support/competition.ts'
import { agreeOn } from './agree.ts'
import { hasPython, problemsOf, recheck } from './recheck.ts'

const present = hasPython()
const base = miner('base', 1)
const good = miner('good', 3)
const better = miner('better', 5)
const cheat = miner('cheat', 9, 2)

const in_ = (rounds: Record<number, ReturnType<typeof miner>[]>) => async (self: TestCompetition) => {
  const { current_round: round } = await (await self.now()).read(files.state)
  await everyRound(...(rounds[round] ?? []))(self)
}

/** One file, with something in it changed. */
const forged =
  <T, A extends readonly (string | number)[]>(file: StateFile<T, A>, args: A, forge: (value: T) => T) =>
  async (snapshot: Snapshot): Promise<[path: string, text: string]> => [
    file.path(...args),
    file.serialise(forge(await snapshot.read(file, ...args))),
  ]

describe.skipIf(!present)('a record that was changed', () => {
  let game: TestCompetition
  let honest: Snapshot
  beforeAll(async () => {
    game = await competition({
      leader: base,
      miners: [good, better, cheat],
      before: in_({ 0: [good, cheat, better], 2: [good] }),
    })
    await game.play()
    honest = await game.now()
  })
  afterAll(() => game[Symbol.asyncDispose]())

  const forgeries: [what: string, forge: (snapshot: Snapshot) => Promise<[string, string]>, said: RegExp][] = [
    [
      'a duel',
      forged(files.duels, [0, 'leader', good.hotkey], (report) => ({
        ...report,
        duels: report.duels.map((duel, i) => (i === 0 ? { ...duel, winner: 'left' as const } : duel)),
      })),
      /margin in the matrix 1\.0 instead of 0\.5/,
    ],
    [
      'a duel taken out',
      forged(files.duels, [0, 'leader', good.hotkey], (report) => ({
        ...report,
        score: 3,
        duels: report.duels.slice(1),
      })),
      /not about the prompts/,
    ],
    [
      'a margin',
      forged(files.matrix, [0], (rows) => rows.map((row, i) => (i === 0 ? { ...row, margin: 0 } : row))),
      /margin in the matrix 0\.0 instead of 1\.0/,
    ],
    ['a match', forged(files.matrix, [0], (rows) => rows.slice(0, -1)), /not in the matrix/],
    ['a winner', forged(files.winner, [0], (winner) => ({ ...winner, winner_hotkey: good.hotkey })), /winner_hotkey/],
    ['the code of a winner', forged(files.winner, [0], (winner) => ({ ...winner, repo: 'evil/model' })), /evil\/model/],
    [
      'a weight',
      forged(files.leader, [], (all) => all.map((entry, i) => (i === 2 ? { ...entry, weight: 0.9 } : entry))),
      /entry 3: weight 0\.9 instead of 0\.8/,
    ],
    ['a leader entry', forged(files.leader, [], (all): Leaders => all.slice(0, -1)), /leader\.json, entry 4/],
    [
      'an audit',
      forged(files.generationAudits, [0], (audits) => ({
        ...audits,
        [cheat.hotkey]: { ...audits[cheat.hotkey]!, outcome: 'passed' as const },
      })),
      /outcome passed instead of rejected/,
    ],
  ]

  it.each(forgeries)('%s: both notice', async (_, forge, said) => {
    const [path, text] = await forge(honest)
    const commit = async (content: string) =>
      game.repo.commit(
        await game.repo.head(),
        { files: new Map([[path, content]]), message: `Edit ${path}`, trailers: {} },
        { ...BY, at: game.clock.now() },
      )
    await commit(text)
    try {
      const second = await recheck(join(game.dir, 'state.git'))
      expect(second).toMatchObject({ code: 1, same: false })
      expect(problemsOf(second).join('\n')).toMatch(said)
      expect((await replay(game.repo)).summary.differ).toBeGreaterThan(0)
    } finally {
      await commit((await honest.text(path)) as string)
    }
  })
})

// Public history of a real competition; not part of this repository.
const bundle = fileURLToPath(new URL('../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))
const real = existsSync(bundle)
if (!real) console.log(`skipped: no ${bundle}`)

describe.skipIf(!present || !real)('two opinions on two real rounds', () => {
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'roundkeeper-recheck-'))
    execFileSync('git', ['clone', '-q', '--bare', '-b', 'main', bundle, join(dir, 'state.git')], { stdio: 'pipe' })
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  it('are one', async () => {
    const source = join(dir, 'state.git')
    const repo = await BareRepo.open(source, { branch: 'main' })
    const { rounds, leaders } = await agreeOn(repo, source)
    expect(rounds.map(({ matches }) => matches.length)).toEqual([107, 36])
    expect(leaders.map(({ weight }) => weight)).toEqual([0, 1, 0.8])
  })

  it('a verdict that was changed: both notice', async () => {
    const source = join(dir, 'state.git')
    const repo = await BareRepo.open(source, { branch: 'main' })
    const snapshot = new Snapshot(repo, await repo.head())
    const { left, right } = (await snapshot.read(files.matrix, 1))[0] as { left: string; right: string }
    const [path, text] = await forged(files.duels, [1, left, right], (report) => ({
      ...report,
      duels: report.duels.map((duel, i) => (i === 7 ? { ...duel, winner: 'right' as const } : duel)),
    }))(snapshot)
    await repo.commit(
      await repo.head(),
      { files: new Map([[path, text]]), message: 'Edit', trailers: {} },
      { ...BY, at: START },
    )
    expect(problemsOf(await recheck(source))).toEqual(
      expect.arrayContaining([expect.stringMatching(/margin .* instead of/)]),
    )
    expect((await replay(repo)).summary.differ).toBeGreaterThan(0)
  })
})
