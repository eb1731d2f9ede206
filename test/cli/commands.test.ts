import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roundkeeper } from '../support/cli.ts'

const bundle = fileURLToPath(new URL('../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))

describe('the command line', () => {
  let root = ''
  let dir = ''

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'roundkeeper-cli-'))
    dir = join(root, 'competition')
    await writeFile(join(root, 'prompts.txt'), 'https://example.com/vase.png\nhttps://example.com/cup.png\n')
    expect(await roundkeeper('init', dir, '--prompts', join(root, 'prompts.txt'), '--name', 'tiny')).toMatchObject({
      code: 0,
    })
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  it.each(['demo', 'init', 'advance', 'status', 'pause', 'resume', 'replay'])(
    '%s --help shows an example',
    async (command) => {
      const { code, stdout } = await roundkeeper(command, '--help')
      expect(code).toBe(0)
      expect(stdout).toMatch(/Examples?:\n {2}\$ roundkeeper /)
    },
  )

  it('init makes a repository that says what comes next', async () => {
    const { code, stdout } = await roundkeeper('status', dir, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      competition: 'tiny',
      state: { current_round: 0, stage: 'open' },
      late: false,
    })
    expect(execFileSync('git', ['-C', join(dir, 'state.git'), 'fsck', '--strict'], { encoding: 'utf8' })).toBe('')
  })

  it('advance has nothing to do, says what it waits for, and writes nothing', async () => {
    const head = () => readFile(join(dir, 'state.git/refs/heads/main'), 'utf8')
    const before = await head()
    const { code, stdout } = await roundkeeper('advance', '--dir', dir)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^round 0, open: nothing to do; waiting for the submission window to close .* expected .* UTC \(in .*\)\n$/,
    )
    expect(await head()).toBe(before)
    const json = await roundkeeper('advance', '--dir', dir, '--until-idle', '--max-minutes', '1', '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ status: 'idle', commits: [], errors: [] })
  })

  it('pause holds it (exit code 3), resume lets it go, both with their reasons on record', async () => {
    expect((await roundkeeper('pause', '--dir', dir, '--reason', 'a test')).code).toBe(0)
    expect((await roundkeeper('advance', '--dir', dir)).code).toBe(3)
    expect((await roundkeeper('status', dir)).code).toBe(3)
    expect((await roundkeeper('resume', '--dir', dir, '--reason', 'done')).code).toBe(0)
    expect((await roundkeeper('advance', '--dir', dir)).code).toBe(0)
    const log = execFileSync('git', ['-C', join(dir, 'state.git'), 'log', '--format=%s'], { encoding: 'utf8' })
    expect(log).toContain('Intervention: pause round 0 (a test)')
  })

  it('errors say what, where and what to do; the stack only with --debug', async () => {
    const plain = await roundkeeper('advance', '--dir', join(root, 'nowhere'))
    expect(plain.code).toBe(1)
    expect(plain.stderr).toMatch(
      /^error there is no competition in .*\n {2}where {2}.*roundkeeper\.json\n {2}do {5}.*init/,
    )
    expect(plain.stderr).not.toMatch(/^ +at /m)
    expect((await roundkeeper('--debug', 'advance', '--dir', join(root, 'nowhere'))).stderr).toMatch(/^ +at /m)
    const json = await roundkeeper('advance', '--dir', join(root, 'nowhere'), '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'not-found' } })
  })

  it('wrong usage exits with 2', async () => {
    expect((await roundkeeper('advanse')).code).toBe(2)
    expect((await roundkeeper('advance', '--max-minutes', 'soon')).code).toBe(2)
    expect((await roundkeeper('advance', '--max-minutes', '100000')).code).toBe(2)
    expect((await roundkeeper('init', join(root, 'other'))).code).toBe(2)
  })

  it('init says when its folder cannot be made', async () => {
    const { code, stderr } = await roundkeeper(
      'init',
      join(root, 'prompts.txt', 'here'),
      '--prompts',
      join(root, 'prompts.txt'),
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(/cannot be made\n {2}where .*\n {2}do /)
  })

  it('what strangers wrote does not drive the terminal', async () => {
    const hostile = join(root, 'hostile')
    const name = 'a\u001b]0;gotcha\u0007\u001b[2Jb'
    await roundkeeper('init', hostile, '--prompts', join(root, 'prompts.txt'), '--name', name)
    const { stdout } = await roundkeeper('status', hostile)
    expect(stdout).toMatch(/^a\ufffd]0;gotcha\ufffd\ufffd\[2Jb: round 0, open/)
  })

  it('a state file that was broken by hand is named with its field', async () => {
    const work = join(root, 'work')
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', work, '-c', 'user.name=P', '-c', 'user.email=p@x.test', ...args])
    execFileSync('git', ['clone', '-q', join(dir, 'state.git'), work])
    await writeFile(join(work, 'state.json'), '{"current_round": 0, "stage": "opened"}\n')
    git('commit', '-qam', 'oops')
    git('push', '-q', 'origin', 'HEAD:main')
    const { code, stderr } = await roundkeeper('advance', '--dir', dir)
    expect(code).toBe(1)
    expect(stderr).toMatch(/state\.json: stage: found "opened", expected/)
    git('revert', '--no-edit', 'HEAD')
    git('push', '-q', 'origin', 'HEAD:main')
    expect((await roundkeeper('advance', '--dir', dir)).code).toBe(0)
  })

  it.skipIf(!existsSync(bundle))('replays a real competition from a bundle', async () => {
    const { code, stdout } = await roundkeeper('replay', bundle, '--json')
    expect(code).toBe(0)
    const { rounds } = JSON.parse(stdout) as { rounds: Record<string, { equal: boolean }>[] }
    expect(rounds.map(({ round }) => round)).toEqual([0, 1])
    for (const round of rounds)
      expect(round).toMatchObject({ winner: { equal: true }, leader: { equal: true }, schedule: { equal: true } })
    expect(rounds.map(({ matches }) => matches)).toMatchObject([
      { checked: 107, equal: 107 },
      { checked: 36, equal: 36 },
    ])
    const one = await roundkeeper('replay', bundle, '--round', '1')
    expect(one.stdout).toMatch(/winner +leader +leader +equal/)
    expect((await roundkeeper('replay', bundle, '--round', '9')).code).toBe(1)
  })
})
