import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { files } from '../../src/state/index.ts'
import { roundkeeper } from '../support/in-process-cli.ts'

const template = fileURLToPath(new URL('../../state-template/config.json', import.meta.url))
const bundle = fileURLToPath(new URL('../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))

describe('the command line', () => {
  let root = ''
  let dir = ''

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'roundkeeper-cli-'))
    dir = join(root, 'competition')
    await writeFile(join(root, 'prompts.txt'), 'https://example.com/vase.png\nhttps://example.com/cup.png\n')
    const config = files.config.parse(await readFile(template, 'utf8'), 'config.json')
    await writeFile(
      join(root, 'config.json'),
      files.config.serialise({ ...config, prompts_per_round: 2, carryover_prompts: 1 }),
    )
    expect(await init(dir, '--name', 'tiny')).toMatchObject({ code: 0 })
  })
  const init = (folder: string, ...more: string[]) =>
    roundkeeper('init', folder, '--prompts', join(root, 'prompts.txt'), '--config', join(root, 'config.json'), ...more)
  /** Changes files of the competition by hand, as a person would: clone, commit, push. */
  const byHand = async (change: (work: string) => Promise<void>) => {
    const work = await mkdtemp(join(root, 'work-'))
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', work, '-c', 'user.name=P', '-c', 'user.email=p@x.test', ...args])
    execFileSync('git', ['clone', '-q', join(dir, 'state.git'), work])
    await change(work)
    git('commit', '-qam', 'by hand')
    git('push', '-q', 'origin', 'HEAD:main')
    return { undo: () => [git('revert', '--no-edit', 'HEAD'), git('push', '-q', 'origin', 'HEAD:main')] }
  }
  const edit = async (path: string, changes: Record<string, unknown>) =>
    writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...changes }))
  afterAll(() => rm(root, { recursive: true, force: true }))

  it.each(['demo', 'init', 'keygen', 'advance', 'status', 'pause', 'resume', 'replay'])(
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
    const { code, stderr } = await init(join(root, 'prompts.txt', 'here'))
    expect(code).toBe(1)
    expect(stderr).toMatch(/cannot be made\n {2}where .*\n {2}do /)
  })

  it('init refuses nonsense, all of it at once, and makes nothing', async () => {
    await writeFile(join(root, 'bad.txt'), 'https://example.com/vase.png\njug.png\nhttps://example.com/7.png\n')
    await writeFile(join(root, 'bad.json'), await readFile(join(root, 'config.json')))
    await edit(join(root, 'bad.json'), {
      win_margin: 3,
      settings: { artifact: 'obj', artefact: 'glb' },
      block_seconds: 0,
      judging: { throne: 'familywise', throne_error: 0.4 },
    })
    const args = ['--prompts', join(root, 'bad.txt'), '--config', join(root, 'bad.json'), '--name', 'My Mesh']
    const { code, stderr } = await roundkeeper('init', join(root, 'refused'), ...args)
    expect(code).toBe(1)
    const found = [...stderr.matchAll(/^ {2}(.*?): found (.*?), expected .*\. \S.*\.$/gm)].map(([, field, value]) => [
      field,
      value,
    ])
    expect(found).toEqual([
      ['--name', '"My Mesh"'],
      ['config.json: win_margin', '3'],
      ['config.json: block_seconds', '0'],
      ['config.json: judging.throne_judge', 'nothing'],
      ['config.json: settings.artifact', '"obj"'],
      ['config.json: settings.artefact', '"glb"'],
      ['prompts: prompt 2', '"jug.png"'],
      ['prompts: prompt 3', '"https://example.com/7.png"'],
    ])
    expect(existsSync(join(root, 'refused'))).toBe(false)
  })

  it('init that cannot open a round leaves no folder behind', async () => {
    await writeFile(join(root, 'over.json'), await readFile(join(root, 'config.json')))
    await edit(join(root, 'over.json'), { last_competition_date: '2026-01-01' })
    const { code, stderr } = await init(join(root, 'over'), '--config', join(root, 'over.json'))
    expect(code).toBe(1)
    expect(stderr).toMatch(/no round can start/)
    expect(existsSync(join(root, 'over'))).toBe(false)
  })

  it('init founds nothing on a chain that does not follow the drand network of its seeds', async () => {
    await writeFile(join(root, 'drand.json'), await readFile(join(root, 'config.json')))
    await edit(join(root, 'drand.json'), { randomness: 'drand' })
    const { code, stderr } = await init(join(root, 'drand'), '--config', join(root, 'drand.json'))
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/no values of the drand network quicknet.*"randomness": "block"/s)
    expect(existsSync(join(root, 'drand'))).toBe(false)
  })

  it('init prints commands that can be pasted, makes no two chains alike, and a chain of the pace of its config', async () => {
    const spaced = join(root, "Anna's mesh")
    const { stdout } = await init(spaced)
    const command = /^ .*roundkeeper (status .*)$/m.exec(stdout)?.[1] ?? ''
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
      .trim()
      .split('\n')
    expect(words).toEqual(['status', spaced])
    const seedOf = async (folder: string) =>
      JSON.parse((await readFile(join(folder, 'chain.json'), 'utf8')).split('\n')[0] ?? '')
    expect((await seedOf(spaced)).seed).toMatch(/^[0-9a-f-]{36}$/)
    expect((await seedOf(spaced)).seed).not.toBe((await seedOf(dir)).seed)
    await writeFile(join(root, 'quick.json'), await readFile(join(root, 'config.json')))
    await edit(join(root, 'quick.json'), { block_seconds: 6 })
    await init(join(root, 'quick'), '--config', join(root, 'quick.json'))
    expect(await seedOf(join(root, 'quick'))).toMatchObject({ block_seconds: 6 })
  })

  it('status says since when, and which block the chain has come to', async () => {
    const { last_commit_at, block } = JSON.parse((await roundkeeper('status', dir, '--json')).stdout)
    const time = execFileSync('git', ['-C', join(dir, 'state.git'), 'log', '-1', '--format=%ct'], { encoding: 'utf8' })
    expect(block).toBeGreaterThanOrEqual(1)
    expect(JSON.parse((await roundkeeper('status', join(dir, 'state.git'), '--json')).stdout)).toMatchObject({
      block: null,
    })
    expect(Date.parse(last_commit_at)).toBe(Number(time) * 1000)
    expect((await roundkeeper('status', dir)).stdout).toMatch(
      /last commit \d{4}-\d\d-\d\d \d\d:\d\d UTC \(.*(ago|now)\)$/m,
    )
  })

  it('what strangers wrote does not drive the terminal', async () => {
    const name = 'a\u001b]0;gotcha\u0007\u001b[2Jb'
    const { undo } = await byHand((work) => edit(join(work, 'config.json'), { name }))
    const { stdout } = await roundkeeper('status', dir)
    expect(stdout).toMatch(/^a\ufffd]0;gotcha\ufffd\ufffd\[2Jb: round 0, open/)
    undo()
  })

  it('a state file that was broken by hand is named with its field', async () => {
    const { undo } = await byHand((work) => edit(join(work, 'state.json'), { stage: 'opened' }))
    const { code, stderr } = await roundkeeper('advance', '--dir', dir)
    expect(code).toBe(1)
    expect(stderr).toMatch(/state\.json: stage: found "opened", expected/)
    undo()
    expect((await roundkeeper('advance', '--dir', dir)).code).toBe(0)
  })

  it('a finished competition resumes only when its last date allows another start', async () => {
    await byHand(async (work) => {
      await edit(join(work, 'state.json'), { stage: 'finished', next_stage_eta: null })
      await edit(join(work, 'config.json'), { last_competition_date: '2026-01-01' })
    })
    const refused = await roundkeeper('resume', '--dir', dir, '--reason', 'on')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/stays so: the next start would be .*\n.*\n {2}do {5}Move last_competition_date/)
    await byHand((work) => edit(join(work, 'config.json'), { last_competition_date: '2099-12-31' }))
    expect((await roundkeeper('status', dir)).code).toBe(3)
    expect(await roundkeeper('resume', '--dir', dir, '--reason', 'on')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('round 0: finalizing\n'),
    })
    await byHand((work) => edit(join(work, 'state.json'), { stage: 'open', next_stage_eta: '2099-01-01T08:00:00Z' }))
  })

  it.each([
    [
      { hosts: { 'a.example': { address: '8.8.8.8', port: 80 } } },
      /hosts\.a\.example\.address: found "8\.8\.8\.8", expected the IP/,
    ],
    [{ hosts: { 'a.example': { address: 'localhost', port: 80 } } }, /found "localhost", expected the IP address/],
    [
      { hosts: { 'a.example': { address: '::1', port: 0 } } },
      /hosts\.a\.example\.port: found 0, expected a port from 1/,
    ],
    [{ hosts: { 'a.example': { address: '10.0.0.1', port: 65536 } } }, /found 65536, expected a port/],
    [
      { chain: { kind: 'clocks', file: 'chain.json' } },
      /chain\.kind: found "clocks", expected a chain: \{"kind": "clock", …\} or \{"kind": "bittensor", …\}/,
    ],
    [
      { chain: { kind: 'bittensor', endpoint: 'finny' } },
      /not a network and not the address of a node: "finny"\n.*\n.*finney, archive/,
    ],
    [{ hostz: {}, branch: 3 }, /branch: found 3, expected a string; unknown field hostz/],
  ])('roundkeeper.json with %j is refused in words', async (changes, message) => {
    const path = join(dir, 'roundkeeper.json')
    const before = await readFile(path, 'utf8')
    await edit(path, changes)
    const { code, stderr } = await roundkeeper('advance', '--dir', dir)
    await writeFile(path, before)
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/cause|"code"/)
  })

  it('a lost chain is to be restored, not made anew', async () => {
    const path = join(dir, 'chain.json')
    const before = await readFile(path, 'utf8')
    await rm(path)
    const { code, stderr } = await roundkeeper('advance', '--dir', dir)
    await writeFile(path, before)
    expect(code).toBe(1)
    expect(stderr).toMatch(/do {5}Restore the file from a copy/)
    expect(stderr).not.toMatch(/[Cc]reate/)
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
