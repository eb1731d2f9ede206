import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { files } from '../src/state/index.ts'
import { BY, competition, everyRound, miner, type TestCompetition } from './support/competition.ts'

const action = fileURLToPath(new URL('../.github/actions/verify', import.meta.url))

/** What a runner listens to: not what stands between a stop and its token. */
const spoken = (log: string) => log.replace(/^::stop-commands::(\S+)\n.*?^::\1::$/gms, '')

describe('the action that verifies', () => {
  let game: TestCompetition
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'roundkeeper-action-'))
    const good = miner('good', 3)
    game = await competition({ leader: miner('base', 1), miners: [good], before: everyRound(good) })
    await game.play()
  })
  afterAll(async () => {
    await game[Symbol.asyncDispose]()
    await rm(dir, { recursive: true, force: true })
  })

  /** The script as the runner calls it, with the engine of this checkout. */
  async function act(inputs: Record<string, string> = {}) {
    const [output, summary] = [join(dir, 'output'), join(dir, 'summary')]
    await Promise.all([output, summary].map((path) => writeFile(path, '')))
    const env = {
      ...process.env,
      SOURCE: join(game.dir, 'state.git'),
      BRANCH: '',
      FAIL_ON: 'error',
      ALLOWED_SIGNERS: '',
      FOLDER: 'audit',
      GITHUB_ACTION_PATH: action,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      ...inputs,
    }
    const { code, stdout } = await new Promise<{ code: number; stdout: string }>((resolve) => {
      execFile('bash', [join(action, 'verify.sh')], { env, cwd: dir }, (error, stdout) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout }),
      )
    })
    return { code, stdout, output: await readFile(output, 'utf8'), summary: await readFile(summary, 'utf8') }
  }

  it('passes for a clean competition, and goes on from there the next time', async () => {
    const first = await act()
    expect(first.code).toBe(0)
    expect(first.output).toBe('verdict=clean\nreport=audit/report.json\nsarif=audit/report.sarif\n')
    expect(first.summary).toMatch(/^## tiny: clean\n/)
    expect(JSON.parse(await readFile(join(dir, 'audit', 'report.sarif'), 'utf8'))).toHaveProperty('version', '2.1.0')
    const second = await act()
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('0 new commits; ') })
  })

  it('fails with 2 where nothing can be found out, and says nothing of a verdict', async () => {
    const source = join(dir, '$(touch x)')
    const result = await act({ SOURCE: source, FOLDER: 'another one' })
    expect(result).toMatchObject({ code: 2, output: '', summary: '' })
    expect(result.stdout).toContain('::error title=Roundkeeper::Nothing could be found out')
    expect(await act({ SOURCE: '--help', FOLDER: 'another one' })).toMatchObject({ code: 2 })
  })

  it('fails with 1 once somebody tampers, also in the runs after', async () => {
    const now = await game.now()
    const winner = files.winner.serialise({ ...(await now.read(files.winner, 0)), repo: 'evil/x' })
    // The report will quote the message.
    const message = '##[set-output name=verdict]clean'
    const change = { files: new Map([[files.winner.path(0), winner]]), message, trailers: {} }
    await game.repo.commit(await game.repo.head(), change, { ...BY, at: game.clock.now() })
    const result = await act()
    expect(result).toMatchObject({ code: 1, output: expect.stringContaining('verdict=broken\n') })
    expect(result.stdout).toContain('1 new commit; ')
    expect(spoken(result.stdout)).not.toContain('set-output')
    expect(result.stdout).toContain('set-output')
    expect(result.stdout).toContain('::error title=Roundkeeper::Rules of the competition were broken')
    expect(result.summary).toMatch(/^## tiny: broken\n/)
    expect((await act()).code).toBe(1)
  })
})
