import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHttpServer } from './support/file-server.ts'

/** The scripts of the reusable action, around an engine that ends as the test wants it to. */
const actions = fileURLToPath(new URL('../.github/actions', import.meta.url))
const engine = `
import { appendFileSync } from 'node:fs'
const argv = process.argv.slice(2)
appendFileSync(process.env.CALLS, JSON.stringify(argv) + '\\n')
const [code, status] = (process.env['ENDS_' + argv[0]] ?? '0 idle').split(' ')
const said = argv[0] === 'due' ? 'shards=["1/2"]' : JSON.stringify({ status, said: '##[add-mask]x' })
console.log(said)
console.error('::error::a stranger')
process.exitCode = Number(code)
`

/** What a runner listens to: not what stands between a stop and its token. */
const heard = (log: string) => log.replace(/^::stop-commands::(\S+)\n.*?^::\1::$/gms, '')

describe('the action', () => {
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'roundkeeper-action-'))
    await cp(actions, join(dir, '.github', 'actions'), { recursive: true })
    await mkdir(join(dir, 'src', 'cli'), { recursive: true })
    await writeFile(join(dir, 'package.json'), '{"type": "module"}')
    await writeFile(join(dir, 'src', 'cli', 'main.ts'), engine)
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  async function act(mode: string, inputs: Record<string, string> = {}) {
    const [output, calls] = [join(dir, 'output'), join(dir, 'calls')]
    await Promise.all([output, calls].map((path) => writeFile(path, '')))
    const path = join(dir, '.github', 'actions', 'advance')
    const env = {
      ...process.env,
      CALLS: calls,
      DIR: 'my competition',
      ...{ MAX_MINUTES: '50', UNTIL_IDLE: 'true', SHARDS: '2', SHARD: '', KINDS: '', OUT: 'evidence' },
      GITHUB_ACTION_PATH: path,
      GITHUB_OUTPUT: output,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'owner/competition',
      GITHUB_RUN_ID: '7',
      RUNNER_TEMP: join(dir, 'temp'),
      ...inputs,
    }
    const { code, stdout } = await new Promise<{ code: number; stdout: string }>((resolve) => {
      execFile('bash', [join(path, `${mode}.sh`)], { env, cwd: dir }, (error, stdout) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout })
      })
    })
    const lines = (await readFile(calls, 'utf8')).split('\n').filter((line) => line !== '')
    return {
      ...{ code, stdout, calls: lines.map((line) => JSON.parse(line) as string[]) },
      heard: heard(stdout).trim().split(' ')[0],
      output: await readFile(output, 'utf8'),
    }
  }

  it.each([
    ['0 idle', 0, ''],
    ['3 paused', 0, '::notice'],
    ['4 late', 0, '::warning'],
    ['1 failed', 1, '::error'],
    ['2 ', 2, '::error'],
  ])(
    'makes of exit code and status %j: %i, %j; and lets no stranger speak to the runner',
    async (ends, code, annotation) => {
      const result = await act('advance', { ENDS_advance: ends })
      expect(result).toMatchObject({ code, heard: annotation, output: `status=${ends.slice(2)}\n` })
      expect(result.stdout).toContain('##[add-mask]x')
      expect(result.stdout).toContain('::error::a stranger')
    },
  )

  const run = ['--run', 'https://github.com/owner/competition/actions/runs/7']
  const always = ['advance', '--dir', 'my competition', '--max-minutes', '50', '--json', ...run]

  it('passes its inputs on, each as one argument', async () => {
    expect((await act('advance')).calls).toEqual([[...always, '--until-idle']])
    expect((await act('advance', { UNTIL_IDLE: 'false' })).calls).toEqual([always])
  })

  it('lets in what others gathered before it decides, folders only, and stops where that fails', async () => {
    const gathered = join(dir, 'gathered')
    for (const name of ['uploads/a b', 'uploads/--dir', 'uploads/$(id)', 'runs', 'unknown/x'])
      await mkdir(join(gathered, name), { recursive: true })
    await writeFile(join(gathered, 'uploads', 'file'), '')
    await symlink('/', join(gathered, 'uploads', 'link'))
    await symlink('/', join(gathered, 'duels'))
    const reduce = (kinds: string, ...folders: string[]) => [
      'reduce',
      '--dir',
      'my competition',
      '--kinds',
      kinds,
      '--',
      ...folders.map((name) => `gathered/${name}`),
    ]
    const uploads = reduce('deadline,download,preview', 'uploads/$(id)', 'uploads/--dir', 'uploads/a b')
    const runs = reduce('regeneration,preview,distance', 'runs')
    const advance = [...always, '--until-idle', '--gathered-only']
    const inputs = { GATHERED: 'gathered', LC_ALL: 'C' }
    expect((await act('advance', inputs)).calls).toEqual([uploads, runs, advance])
    expect(await act('advance', { ...inputs, ENDS_reduce: '4 ' })).toMatchObject({ code: 0, heard: '' })
    const failed = await act('advance', { ...inputs, ENDS_reduce: '1 ' })
    expect(failed).toMatchObject({ code: 1, calls: [uploads, runs, advance], heard: '::error' })
    expect((await act('advance', { GATHERED: 'none' })).calls).toEqual([advance])
  })

  it('starts the next run when something has moved, and only then; that nobody listens is no failure', async () => {
    const heard: string[] = []
    await using server = await startHttpServer(async (request, response) => {
      heard.push(`${request.method} ${request.url} ${request.headers.authorization} ${await text(request)}`)
      response.writeHead(204).end()
    })
    const inputs = { GO_ON: 'true', GITHUB_API_URL: server.url, GITHUB_TOKEN: 'hush', ENDS_advance: '0 advanced' }
    expect(await act('advance', inputs)).toMatchObject({ code: 0, heard: '' })
    await act('advance', { ...inputs, ENDS_advance: '0 idle' })
    await act('advance', { ...inputs, GO_ON: 'false' })
    expect(heard).toEqual(['POST /repos/owner/competition/dispatches Bearer hush {"event_type": "advance"}'])
    expect(await act('advance', { ...inputs, GITHUB_API_URL: `${server.url}:1` })).toMatchObject({ code: 0 })
  })

  it('says what is due as outputs, and nothing where that cannot be told', async () => {
    const due = await act('due')
    expect(due.calls).toEqual([
      ['due', '--repo', 'my competition', '--shards', '2', '--token-env', 'ROUNDKEEPER_GIT_TOKEN'],
    ])
    expect(due).toMatchObject({ code: 0, output: 'shards=["1/2"]\n' })
    expect(await act('due', { ENDS_due: '1 ' })).toMatchObject({ code: 1, output: '', heard: '::error' })
  })

  it('gathers a share, in a folder made of the settings where none is given', async () => {
    const settings = '{"repo": "https://git.test/x.git", "branch": "main"}'
    await mkdir(join(dir, 'temp'), { recursive: true })
    const inputs = { DIR: '', SETTINGS: settings, SHARD: '1/2', KINDS: 'download,preview' }
    const made = join(dir, 'temp', 'competition')
    const { code, calls } = await act('gather', inputs)
    const work = ['work', '--dir', made, '--out', 'evidence', '--max-minutes', '50', ...run]
    expect({ code, calls }).toEqual({ code: 0, calls: [[...work, '--shard', '1/2', '--kinds', 'download,preview']] })
    expect(await readFile(join(made, 'roundkeeper.json'), 'utf8')).toBe(`${settings}\n`)
    expect((await act('gather', { ...inputs, ENDS_work: '1 ' })).code).toBe(1)
    expect(await act('gather', { DIR: '', SETTINGS: '' })).toMatchObject({ code: 2, calls: [], heard: '::error' })
  })
})
