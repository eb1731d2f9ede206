import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RemoteRepo } from '../../src/repo/remote-repo.ts'
import { files } from '../../src/state/index.ts'
import { competition, everyRound, miner } from '../support/competition.ts'
import { startGitHttpServer } from '../support/git-http-server.ts'

const base = miner('base', 1)
const good = miner('good', 3)

describe('a competition on a git server', () => {
  it('advances over smart HTTP, with two engines racing, as it does in a folder', async () => {
    await using game = await competition({ leader: base, miners: [good], before: everyRound(good) })
    await using server = await startGitHttpServer(game.dir, { auth: { username: 'engine', password: 'secret' } })
    const credentials = () => ({ username: 'engine', password: 'secret' })
    const engine = (name: string) =>
      RemoteRepo.open(`${server.url}/state.git`, { branch: 'main', cacheDir: join(game.dir, name), credentials })
    const [one, two] = await Promise.all([engine('one'), engine('two')])
    await game.play((report) => report.stage === 'miner_generation')
    game.clock.advance(2 * 3_600_000)
    const reports = await Promise.all([game.tick({ repo: one }), game.tick({ repo: two })])
    expect(reports.map(({ round, stage, errors }) => [round, stage, errors])).toEqual([
      [1, 'open', []],
      [1, 'open', []],
    ])
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', join(game.dir, 'state.git'), ...args], { encoding: 'utf8' })
    expect(git('fsck', '--strict', '--no-dangling')).toBe('')
    expect(git('rev-list', '--merges', 'main')).toBe('')
  })
})

describe('batches', () => {
  it('long stages commit at most once a minute, and lose nothing by it', async () => {
    const setup = { leader: base, miners: [good], before: everyRound(good) }
    await using each = await competition(setup)
    await using batched = await competition(setup)
    const commits = []
    for (const [game, commitEveryMs] of [
      [each, 0],
      [batched, 60_000],
    ] as const) {
      await game.play((report) => report.stage === 'miner_generation')
      game.clock.advance(2 * 3_600_000)
      commits.push((await game.tick({ commitEveryMs })).commits.length)
    }
    expect(commits[1]).toBeLessThan(commits[0] ?? 0)
    const trees = await Promise.all(
      [each, batched].map(async (game) => {
        const end = await game.now()
        return Promise.all((await end.list('')).map(async (path) => [path, await end.text(path)]))
      }),
    )
    expect(trees[1]).toEqual(trees[0])
  })
})
