import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { files } from '../../src/state/index.ts'
import { roundkeeper } from '../support/in-process-cli.ts'

const template = fileURLToPath(new URL('../../state-template/config.json', import.meta.url))

describe('intervene', () => {
  let root = ''
  let dir = ''
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', join(dir, 'state.git'), ...args], { encoding: 'utf8' }).trim()
  const head = () => git('rev-parse', 'main')
  const intervene = (...args: string[]) => roundkeeper('intervene', ...args, '--dir', dir)

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'roundkeeper-intervene-'))
    dir = join(root, 'competition')
    await writeFile(join(root, 'prompts.txt'), 'https://example.com/vase.png\nhttps://example.com/cup.png\n')
    const config = files.config.parse(await readFile(template, 'utf8'), 'config.json')
    const small = files.config.serialise({ ...config, prompts_per_round: 2, carryover_prompts: 1 })
    await writeFile(join(root, 'config.json'), small)
    const options = ['--prompts', join(root, 'prompts.txt'), '--config', join(root, 'config.json')]
    expect(await roundkeeper('init', dir, ...options)).toMatchObject({ code: 0 })
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  it.each(['pause', 'resume', 'redo-stage', 'void', 'note', 'adopt'])('%s --help shows an example', async (kind) => {
    const { code, stdout } = await roundkeeper('intervene', kind, '--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`Examples?:\\n {2}\\$ roundkeeper intervene ${kind} `))
  })

  it.each([
    [['redo-stage', 'open', '--reason', 'x'], /redo-stage|downloading, duels/],
    [['note'], /--reason/],
    [['nonsense'], /unknown command/],
    [['void', '--reason', 'x'], /--prompt <stem> or --round/],
    [['void', '--reason', 'x', '--round', '--prompt', 'vase'], /cannot be used with/],
  ])('is called wrongly: %j', async (args, says) => {
    const { code, stderr } = await intervene(...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(says)
  })

  it('a dry run says what would change, and changes nothing', async () => {
    const before = head()
    const { code, stdout } = await intervene('void', '--round', '--reason', 'x', '--dry-run')
    expect(code).toBe(0)
    expect(stdout).toContain('would void round 0')
    expect(stdout).toContain('rounds/0/winner.json')
    expect(head()).toBe(before)
  })

  it('a note changes nothing else, and status shows it', async () => {
    expect(await intervene('note', '--reason', 'all is well')).toMatchObject({ code: 0 })
    expect(git('show', '--format=', '--name-only', 'main')).toBe('interventions/0001.json')
    expect((await roundkeeper('status', dir)).stdout).toMatch(/by hand note on round 0 .*: all is well/)
  })

  it('what cannot be is refused, with what to do', async () => {
    const { code, stderr } = await intervene('redo-stage', 'duels', '--reason', 'x')
    expect(code).toBe(1)
    expect(stderr).toContain('round 0 is in open')
    expect(stderr).toMatch(/ {2}do {5}/)
  })

  it('void --round ends it, advance opens the next, and everybody can read why', async () => {
    const { code, stdout } = await intervene('void', '--round', '--reason', 'the prompts were known', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      stage: 'finalizing',
      act: { kind: 'void', reason: 'the prompts were known', from: 'open' },
      record: 'interventions/0002.json',
      written: ['rounds/0/winner.json', 'state.json', 'interventions/0002.json'],
      commit: head(),
    })
    expect(await roundkeeper('advance', '--dir', dir)).toMatchObject({ code: 0 })
    const status = JSON.parse((await roundkeeper('status', dir, '--json')).stdout)
    expect(status.state).toMatchObject({ current_round: 1, stage: 'open' })
    expect(status.last_intervention).toMatchObject({ kind: 'void' })
    expect(status.rounds[0]).toMatchObject({ round: 0, void: true, winner: 'leader' })
  })

  it('advance names an edit by hand and how to legalise it; adopt does', async () => {
    const work = join(root, 'work')
    execFileSync('git', ['clone', '-q', join(dir, 'state.git'), work])
    const inWork = (...args: string[]) =>
      execFileSync('git', ['-C', work, '-c', 'user.name=P', '-c', 'user.email=p@x.test', ...args])
    await writeFile(join(work, 'leader.json'), '[\n]')
    inWork('commit', '-qam', 'by hand')
    inWork('push', '-q', 'origin', 'HEAD:main')
    const edited = head()
    const refused = await roundkeeper('advance', '--dir', dir)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain(`${edited} changed leader.json`)
    expect(refused.stderr).toContain(`roundkeeper intervene adopt ${edited.slice(0, 10)} --reason "…"`)
    expect(refused.stderr).toContain(`git revert ${edited.slice(0, 10)}`)
    expect(await intervene('adopt', edited.slice(0, 10), '--reason', 'only white space')).toMatchObject({ code: 0 })
    expect(await roundkeeper('advance', '--dir', dir)).toMatchObject({ code: 0, stderr: '' })
  })
})
