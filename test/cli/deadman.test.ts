import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ClockChain } from '../../src/chain/clock-chain.ts'
import { files } from '../../src/state/index.ts'
import { competition, everyRound, miner, START, type TestCompetition, testConfig } from '../support/competition.ts'
import { startGithubGit } from '../support/github-git.ts'
import { type GithubIssuesServer, startGithubIssues } from '../support/github-issues.ts'
import { roundkeeperWith } from '../support/in-process-cli.ts'

const hours = (count: number) => new Date(START.getTime() + count * 3_600_000)

afterEach(() => void vi.useRealTimers())

/** The command as of a moment; the repository as a folder, the issues on a server. */
async function look(game: TestCompetition, at: Date, issues?: GithubIssuesServer, ...more: string[]) {
  vi.useFakeTimers({ toFake: ['Date'], now: at })
  const env = { GITHUB_TOKEN: 'hush', GITHUB_API_URL: issues?.url ?? '' }
  const told = issues ? ['--issues', 'Owner/competition'] : []
  const source = more.includes('--repo') ? [] : ['--repo', join(game.dir, 'state.git')]
  const ran = await roundkeeperWith({ env }, 'deadman', ...source, '--json', ...told, ...more)
  return { ...ran, said: JSON.parse(ran.stdout) }
}

describe('the dead-man’s switch', () => {
  it('opens one issue when the limit is passed, keeps it up to date, and closes it when it goes on', async () => {
    const good = miner('good', 3)
    await using game = await competition({ leader: miner('base', 1), miners: [good], before: everyRound(good) })
    await using github = await startGithubIssues({ token: 'hush' })
    // The first start is at 08:00, an hour after the beginning.
    expect(await look(game, hours(1.5), github)).toMatchObject({ code: 0, said: { late: false, late_blocks: 150 } })
    expect(github.issues).toEqual([])
    for (const at of [4, 5, 5]) expect((await look(game, hours(at), github)).code).toBe(4)
    expect(github.issues).toMatchObject([{ title: 'Round 0 is late: open', state: 'open', said: [] }])
    expect(github.issues[0]?.body).toContain('was due 2026-03-01 08:00 UTC (4 h 0 min ago): 1200 blocks, 4.0 h')
    expect(github.issues[0]?.body).toContain('- submissions, seed and prompts of the round')
    vi.useRealTimers()
    await game.play((report) => report.stage === 'miner_generation')
    expect((await look(game, game.clock.now(), github)).code).toBe(0)
    expect(github.issues).toMatchObject([{ state: 'closed', said: [expect.stringContaining('It goes on')] }])
  })

  it('says who edited what, from GitHub’s API, and quotes nobody but as code', async () => {
    const name = '@all `x` <!-- roundkeeper:deadman --> [y](http://z)'
    await using game = await competition({ config: testConfig({ name }) })
    game.clock.set(hours(2))
    await game.tick()
    const head = await game.repo.head()
    const state = files.state.serialise({ current_round: 9, stage: 'duels', next_stage_eta: null })
    const change = { files: new Map([[files.state.path(), state]]), message: 'oops', trailers: {} }
    const by = { name: 'Somebody', email: 'somebody@test', at: game.clock.now() }
    const edit = await game.repo.commit(head, change, by)
    await using github = await startGithubGit({ gitdir: join(game.dir, 'state.git'), token: 'hush' })
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(game.clock.now().getTime() + 3 * 3_600_000) })
    const env = { GITHUB_TOKEN: 'hush', GITHUB_API_URL: github.url }
    const ran = await roundkeeperWith({ env }, 'deadman', '--repo', 'github:Owner/competition', '--json')
    const { title, body, missing } = JSON.parse(ran.stdout)
    expect({ code: ran.code, title, missing }).toMatchObject({
      code: 4,
      title: 'Round 9 stands still: files of the engine’s were edited by hand',
      missing: [{ kind: 'adoption' }],
    })
    expect(body).toContain(`      ${edit} changed state.json`)
    expect(body).toContain('`@all ’x’ <!-- roundkeeper:deadman --> [y](http://z)`')
  })

  it('says who holds it, and why', async () => {
    await using game = await competition()
    await writeFile(join(game.dir, 'roundkeeper.json'), '{}')
    const chain = await ClockChain.create(join(game.dir, 'chain.json'), {
      genesis: START,
      seed: 'x',
      clock: game.clock,
    })
    expect((await chain.head()).number).toBe(1)
    vi.useFakeTimers({ toFake: ['Date'], now: hours(0.5) })
    await roundkeeperWith({}, 'pause', '--dir', game.dir, '--reason', 'the renderer is away')
    expect((await look(game, hours(2))).code).toBe(0)
    const { code, said } = await look(game, hours(3))
    expect({ code, title: said.title, missing: said.missing }).toMatchObject({
      ...{ code: 4, title: 'Round 0 is held', missing: [{ kind: 'resume' }] },
    })
    expect(said.body).toContain('It is held since 2026-03-01 07:30 UTC (2 h 30 min ago): 750 blocks, 2.5 h.')
    expect(said.body).toContain('    Roundkeeper <roundkeeper@localhost>: the renderer is away')
  })

  it('says of a repository that holds no competition any more that nobody can read it', async () => {
    await using game = await competition()
    await using github = await startGithubIssues({ token: 'hush' })
    const change = { files: new Map([['state.json', '{']]), message: 'oops', trailers: {} }
    await game.repo.commit(await game.repo.head(), change, { name: 'x', email: 'x@test', at: game.clock.now() })
    expect(await look(game, hours(0), github)).toMatchObject({ code: 4, said: { error: { code: 'state-file' } } })
    expect(github.issues).toMatchObject([{ title: 'The competition cannot be read' }])
  })

  it('is no alarm when GitHub does not answer, and says which token it misses', async () => {
    await using game = await competition()
    await using github = await startGithubGit({ gitdir: join(game.dir, 'state.git') })
    github.faults.push({ path: /./, status: 401, times: 9 })
    const env = { GITHUB_TOKEN: '', GITHUB_API_URL: github.url }
    const args = ['deadman', '--repo', 'github:Owner/competition', '--json']
    expect((await roundkeeperWith({ env }, ...args)).code).toBe(1)
    const mute = await roundkeeperWith({ env }, 'deadman', '--repo', game.dir, '--issues', 'Owner/competition')
    expect(mute.code).toBe(1)
    await writeFile(join(game.dir, 'roundkeeper.json'), '{}')
    const without = await roundkeeperWith(
      { env },
      'deadman',
      '--repo',
      game.dir,
      '--issues',
      'a/b',
      '--token-env',
      'NO_T',
    )
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('where  NO_T') })
    expect((await roundkeeperWith({ env }, 'deadman', '--late-blocks', 'many')).code).toBe(2)
  })
})

describe('which machines are needed', () => {
  it('is told as outputs of a job, and as JSON', async () => {
    const good = miner('good', 3)
    await using game = await competition({ leader: miner('base', 1), miners: [good], before: everyRound(good) })
    const source = join(game.dir, 'state.git')
    const due = async (...more: string[]) => (await roundkeeperWith({}, 'due', '--repo', source, ...more)).stdout
    expect(await due()).toBe('commit=true\nshards=[]\njudging=false\nrunning=false\n')
    await game.play((report) => report.stage === 'miner_generation')
    expect(JSON.parse(await due('--shards', '2', '--json'))).toMatchObject({
      ...{ stage: 'miner_generation', uploads: true, shards: ['1/2', '2/2'], judging: false },
    })
    expect((await roundkeeperWith({}, 'due', '--repo', source, '--shards', '257')).code).toBe(2)
  })
})
