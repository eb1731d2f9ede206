import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'

/** The script of the reusable action, around an engine that ends as the test wants it to. */
const script = fileURLToPath(new URL('../.github/actions/advance/advance.sh', import.meta.url))
const engine = `
const [code, status] = process.env.ENDS.split(' ')
console.log(JSON.stringify({ status, argv: process.argv.slice(2), token: process.env.ROUNDKEEPER_GIT_TOKEN }))
process.exitCode = Number(code)
`

describe('the action', () => {
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'roundkeeper-action-'))
    await mkdir(join(dir, '.github', 'actions', 'advance'), { recursive: true })
    await mkdir(join(dir, 'src', 'cli'), { recursive: true })
    await writeFile(join(dir, 'package.json'), '{"type": "module"}')
    await writeFile(join(dir, 'src', 'cli', 'main.ts'), engine)
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  async function act(ends: string, inputs: Record<string, string> = {}) {
    const output = join(dir, 'output')
    await writeFile(output, '')
    const env = {
      ...process.env,
      ENDS: ends,
      DIR: 'my competition',
      MAX_MINUTES: '50',
      UNTIL_IDLE: 'true',
      ROUNDKEEPER_GIT_TOKEN: 'secret',
      GITHUB_ACTION_PATH: join(dir, '.github', 'actions', 'advance'),
      GITHUB_OUTPUT: output,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'owner/competition',
      GITHUB_RUN_ID: '7',
      ...inputs,
    }
    const { code, stdout } = await new Promise<{ code: number; stdout: string }>((resolve) => {
      execFile('bash', [script], { env, cwd: dir }, (error, stdout) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout })
      })
    })
    const [report = '', annotation] = stdout.trim().split('\n')
    return {
      code,
      report: JSON.parse(report) as { argv: string[] },
      annotation,
      output: await readFile(output, 'utf8'),
    }
  }

  it.each([
    ['0 idle', 0, undefined],
    ['3 paused', 0, '::notice'],
    ['4 late', 0, '::warning'],
    ['1 failed', 1, '::error'],
    ['2 ', 2, '::error'],
  ])('makes of exit code and status %j: %i, %s', async (ends, code, annotation) => {
    const result = await act(ends)
    expect(result.code).toBe(code)
    expect(result.annotation?.split(' ')[0]).toBe(annotation)
    expect(result.output).toBe(`status=${ends.slice(2)}\n`)
  })

  it('gives the script all of its inputs, by environment', () => {
    const { inputs, runs } = parse(readFileSync(join(dirname(script), 'action.yml'), 'utf8'))
    const { env } = runs.steps.at(-1)
    expect(env).toHaveProperty('ROUNDKEEPER_SIGNING_KEY')
    expect(Object.values(env)).toEqual(Object.keys(inputs).map((name) => `\${{ inputs.${name} }}`))
  })

  it('passes its inputs on, each as one argument', async () => {
    const run = ['--run', 'https://github.com/owner/competition/actions/runs/7']
    const always = ['advance', '--dir', 'my competition', '--max-minutes', '50', '--json', ...run]
    expect((await act('0 idle')).report.argv).toEqual([...always, '--until-idle'])
    expect((await act('0 idle', { UNTIL_IDLE: 'false' })).report.argv).toEqual(always)
  })
})
