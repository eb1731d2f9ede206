import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunOptions, runVerify } from '../../src/cli/verify-run.ts'
import type { RoundkeeperError } from '../../src/errors.ts'
import { files } from '../../src/state/index.ts'
import { type Report, reportSchema } from '../../src/verify/report/schema.ts'
import { BY, competition, everyRound, miner, type TestCompetition } from '../support/competition.ts'
import { roundkeeper } from '../support/in-process-cli.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

describe('verify', () => {
  let game: TestCompetition
  let dir = ''
  let source = ''

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'roundkeeper-verify-'))
    const good = miner('good', 3)
    game = await competition({ leader: miner('base', 1), miners: [good], before: everyRound(good) })
    expect((await game.play()).status).toBe('finished')
    source = join(game.dir, 'state.git')
  })
  afterAll(async () => {
    await game[Symbol.asyncDispose]()
    await rm(dir, { recursive: true, force: true })
  })

  const at = (name: string) => join(dir, name)
  const report = async (name: string): Promise<Report> =>
    reportSchema.parse(JSON.parse(await readFile(at(name), 'utf8')))

  it('ends with 0 for a clean competition, and says so in its last line', async () => {
    const { code, stdout, stderr } = await roundkeeper('verify', source)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^tiny {2}\d+ commits · up to [0-9a-f]{10} · rules v1 · read with /)
    expect(stdout).toMatch(/\n\d+ of \d+ decisions proved, \d+ consistent, 0 broken; .*: clean\n$/)
    const quiet = await roundkeeper('verify', source, '--quiet')
    expect(quiet.stdout).toBe(`${stdout.trimEnd().split('\n').at(-1)}\n`)
  })

  it('writes several forms in one run, and prints another', async () => {
    const out = ['--out', at('new/r.json'), '--out', at('r.sarif'), '--out', at('r.md')]
    const { code, stdout } = await roundkeeper('verify', source, '--json', ...out)
    expect(code).toBe(0)
    expect(await readFile(at('new/r.json'), 'utf8')).toBe(stdout)
    expect(reportSchema.parse(JSON.parse(stdout))).toMatchObject({ competition: 'tiny', verdict: 'clean' })
    expect(JSON.parse(await readFile(at('r.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' })
    expect(await readFile(at('r.md'), 'utf8')).toMatch(/^## tiny: clean\n/)
  })

  it('goes on from a checkpoint, which may be written over', async () => {
    const last = at('last.checkpoint')
    const first = await roundkeeper('verify', source, '--checkpoint', last, '--out', at('1.json'))
    const second = await roundkeeper('verify', source, '--since', last, '--checkpoint', last, '--out', at('2.json'))
    expect([first.code, second.code]).toEqual([0, 0])
    expect(second.stdout).toContain('0 new commits; ')
    const [one, two] = [await report('1.json'), await report('2.json')]
    expect(two.rounds).toEqual(one.rounds)
    expect(two.earlier).toMatchObject({ head: one.head, commits: one.commits })
  })

  describe('of a competition that was tampered with', () => {
    let bad = ''
    beforeAll(async () => {
      bad = at('bad.git')
      spawnSync('git', ['clone', '-q', '--bare', source, bad])
      const winner = await (await game.now()).read(files.winner, 0)
      const text = files.winner.serialise({ ...winner, repo: 'evil/x' })
      const head = await game.repo.head()
      const change = { files: new Map([[files.winner.path(0), text]]), message: 'Oops', trailers: {} }
      await game.repo.commit(head, change, { ...BY, at: game.clock.now() })
      spawnSync('git', ['--git-dir', bad, 'fetch', '-q', source, '+main:main'])
      spawnSync('git', ['--git-dir', source, 'update-ref', 'refs/heads/main', head])
    })

    it('ends with 1, and names the commit', async () => {
      const { code, stdout } = await roundkeeper('verify', bad)
      expect(code).toBe(1)
      const head = spawnSync('git', ['--git-dir', bad, 'rev-parse', 'main'], { encoding: 'utf8' }).stdout.slice(0, 10)
      expect(stdout).toMatch(new RegExp(`\nerror .*\n {2}${head} {2}rounds/0/winner\\.json\n`))
      expect(stdout).toMatch(/: broken\n$/)
    })

    it('ends with 1 also when nobody reads what it prints', async () => {
      const child = spawn(process.execPath, [main, 'verify', bad, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
      child.stdout.destroy()
      expect(await new Promise((resolve) => child.on('close', resolve))).toBe(1)
    })

    it('remembers it in a checkpoint', async () => {
      const last = at('bad.checkpoint')
      await roundkeeper('verify', bad, '--checkpoint', last)
      const { code, stdout } = await roundkeeper('verify', bad, '--since', last)
      expect(code).toBe(1)
      expect(stdout).toContain('(found before)')
    })

    it('sees that it was pushed over what had been verified', async () => {
      const last = at('force.checkpoint')
      await roundkeeper('verify', bad, '--checkpoint', last)
      const { code, stdout } = await roundkeeper('verify', source, '--since', last, '--json')
      expect(code).toBe(1)
      const { findings } = reportSchema.parse(JSON.parse(stdout))
      const errors = findings.filter(({ severity }) => severity === 'error')
      expect(errors.map(({ code }) => code)).toEqual(['history/rewritten'])
    })
  })

  it('can be told to fail for less', async () => {
    await using game = await competition({ leader: miner('base', 1) })
    const change = { files: new Map([['notes.txt', 'by hand']]), message: 'Add notes', trailers: {} }
    await game.repo.commit(await game.repo.head(), change, { ...BY, at: game.clock.now() })
    const noted = join(game.dir, 'state.git')
    const { severities } = JSON.parse((await roundkeeper('verify', noted, '--json')).stdout) as Report
    expect(severities).toMatchObject({ error: 0, warning: 0 })
    const codes = ['error', 'note'].map(
      async (severity) => (await roundkeeper('verify', noted, '--fail-on', severity)).code,
    )
    expect(await Promise.all(codes)).toEqual([0, severities.note > 0 ? 1 : 0])
  })

  it('goes by a list of signers that the auditor brings', async () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti'
    await writeFile(at('signers'), `engine@example.com ${key}\n`)
    const signed = await runVerify(source, { allowedSigners: at('signers') }, new AbortController().signal)
    expect(signed.signatures).toMatchObject({ trust: 'pinned', demanded: signed.commits, trusted: 0 })
    expect(signed.verdict).toBe('broken')
  })

  describe('finds nothing', () => {
    const run = (from: string, options: RunOptions = {}) => runVerify(from, options, new AbortController().signal)
    const cases: [string, () => Promise<unknown>, string, RegExp][] = [
      ['where there is nothing', () => run(at('nowhere')), 'not-found', /there is no/],
      ['in what is no repository', () => run(dir), 'not-found', /repository/],
      ['without the checkpoint that it was told of', () => run(source, { since: at('none') }), 'usage', /no such/],
      ['with a checkpoint that is none', () => run(source, { since: at('not') }), 'refused', /is not a checkpoint/],
      ['where no checkpoint can be', () => run(source, { checkpoint: at('no/where') }), 'usage', /cannot be written/],
      ['by a list of signers that is not there', () => run(source, { allowedSigners: at('none') }), 'usage', /read/],
      ['by a list that names nobody', () => run(source, { allowedSigners: at('nobody') }), 'usage', /names nobody/],
      ['by a list that is none', () => run(source, { allowedSigners: at('not') }), 'usage', /cannot be read: /],
      ['since a commit of another history', () => run(source, { since: 'a'.repeat(40) }), 'not-found', /history/],
      ['on a branch that is not there', () => run(source, { branch: 'other' }), 'not-found', /other/],
      ['in a shallow clone', () => run(at('shallow')), 'not-found', /./],
      ['when it is stopped', () => runVerify(source, {}, AbortSignal.abort()), 'aborted', /stopped before the end/],
    ]
    beforeAll(async () => {
      await writeFile(at('not'), '{}')
      await writeFile(at('nobody'), '# nobody\n')
      spawnSync('git', ['clone', '-q', '--depth', '3', `file://${source}`, at('shallow')])
    })

    it.each(cases)('%s', async (_name, act, code, message) => {
      const error = await act().then(
        () => undefined,
        (error: RoundkeeperError) => error,
      )
      expect(error).toMatchObject({ code, message: expect.stringMatching(message), hint: expect.any(String) })
    })
  })

  it.each([
    ['an error', () => [at('nowhere')], /there is no/],
    ['a round that is not on record', () => [source, '--round', '9'], /round 9 is not on record/],
    ['two forms to print', () => [source, '--json', '--sarif'], /cannot be used with/],
    ['a report of no known form', () => [source, '--out', 'report.txt'], /\.json, \.sarif or \.md/],
    ['a report where none can be', () => [source, '--out', join(source, 'HEAD', 'r.md')], /cannot be written/],
  ])('ends with 2 for %s', async (_name, args, message) => {
    const { code, stderr } = await roundkeeper('verify', ...args())
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })

  it('gives errors as JSON, too, and leaves no checkpoint then', async () => {
    const { code, stdout } = await roundkeeper('verify', at('nowhere'), '--json', '--checkpoint', at('never'))
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'not-found', hint: expect.any(String) } })
    await expect(stat(at('never'))).rejects.toThrow()
  })

  it('that is interrupted ends with 2', async () => {
    // A server that never answers: the run is under way, and would stay so.
    const waiting = Promise.withResolvers<void>()
    const server = createServer(() => waiting.resolve()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const child = spawn(process.execPath, [main, 'verify', `http://127.0.0.1:${port}/x`], { stdio: 'ignore' })
    await waiting.promise
    child.kill('SIGINT')
    child.kill('SIGINT') // as from npm, which passes on what the terminal has told already
    const [code] = (await once(child, 'close')) as [number | null]
    server.closeAllConnections()
    server.close()
    expect(code).toBe(2)
  })

  it('says in its help how it ends', async () => {
    const { stdout } = await roundkeeper('verify', '--help')
    expect(stdout).toContain('Exit codes: 0 clean, 1 broken')
    expect(stdout).toContain('$ roundkeeper verify https://github.com/owner/competition')
  })
})
