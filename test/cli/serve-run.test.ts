import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runServe } from '../../src/cli/serve-run.ts'
import { files } from '../../src/state/index.ts'
import { startHttpServer } from '../support/file-server.ts'
import { roundkeeper } from '../support/in-process-cli.ts'
import { type ServedCompetition, servedCompetition } from '../support/served-competition.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const TOKEN = 'ghp_a-secret-that-nobody-may-see-0123'

type Line = Record<string, unknown> & { readonly message: string }

interface Serving {
  readonly child: ChildProcess
  readonly url: string
  readonly lines: Line[]
  /** When such a line is there. */
  said(matches: (line: Line) => boolean): Promise<Line>
  /** Told to end: its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

const children = new Set<ChildProcess>()

async function serving(dir: string, ...args: string[]): Promise<Serving> {
  const child = spawn(process.execPath, [main, 'serve', '--dir', dir, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ROUNDKEEPER_GIT_TOKEN: TOKEN },
  })
  children.add(child)
  const lines: Line[] = []
  const closed = once(child, 'close')
  const waiting = new Set<() => void>()
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push(JSON.parse(text) as Line)
    for (const look of waiting) look()
  })
  const said: Serving['said'] = (matches) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = lines.find(matches)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
      void closed.then(() => reject(new Error(`it ended, and said ${JSON.stringify(lines, null, 1)}`)))
    })
  const { url } = await said((line) => line.url !== undefined)
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    return (await closed)[0] as number | null
  }
  return { child, url: String(url), lines, said, end }
}

/** Downloads that nobody has to do again. */
const kept = async (dir: string) => (await readdir(join(dir, 'store', 'evidence', 'download')).catch(() => [])).length

describe('serve', () => {
  let game: ServedCompetition
  beforeAll(async () => {
    game = await servedCompetition({ serve: { jitter_seconds: 0, publish: { store: true } } })
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await game[Symbol.asyncDispose]()
  })

  it('is stopped in the middle of a tick, and goes on from there with nothing lost and nothing done twice', async () => {
    const held = game.holdAfter(4)
    const first = await serving(game.dir)
    await held
    await expect.poll(() => kept(game.dir), { timeout: 120_000 }).toBe(4)
    const status = async () => (await fetch(`${first.url}/status`)).json()
    await expect.poll(status, { timeout: 120_000 }).toMatchObject({
      stopping: false,
      competition: { round: 0, stage: 'downloading' },
      jobs: { advance: { state: 'running', failures_in_a_row: 0 }, weights: null },
    })
    expect((await fetch(`${first.url}/live`)).status).toBe(200)
    expect(await first.end('SIGTERM')).toBe(0)
    expect(first.lines.at(-1)).toMatchObject({ level: 'info', message: 'stopped' })
    expect(JSON.stringify(first.lines)).not.toContain(TOKEN)
    const before = await game.subjects()
    const fetched = [...game.served]
    expect(fetched).toHaveLength(4)

    game.release()
    const second = await serving(game.dir, '--log-level', 'debug')
    await second.said(({ job, status }) => job === 'advance' && status !== undefined)
    const metrics = await (await fetch(`${second.url}/metrics`)).text()
    expect(metrics).toMatch(/^roundkeeper_job_runs_total\{job="advance",outcome="ok"\} 1$/m)
    expect(metrics).toMatch(/^roundkeeper_commits_total [1-9]/m)
    expect(metrics).toMatch(/^roundkeeper_evidence_total\{kind="download",how="found"\} [1-9]/m)
    expect(metrics).toMatch(/^roundkeeper_evidence_total\{kind="download",how="made"\} 5$/m)
    expect(await second.end('SIGINT')).toBe(0)

    const now = await game.snapshot()
    expect((await now.read(files.state)).stage).toBe('duels')
    expect(game.served.slice(0, 4)).toEqual(fetched)
    expect(new Set(game.served).size).toBe(9)
    expect(game.served).toHaveLength(9)
    const after = await game.subjects()
    expect(after.slice(0, before.length)).toEqual(before)
    expect(new Set(after).size).toBe(after.length)
    expect(await roundkeeper('verify', game.dir, '--quiet')).toMatchObject({ code: 0 })
  })

  /** In this process. */
  const runOnce = async () => {
    const lines: Line[] = []
    const write = (line: string) => void lines.push(JSON.parse(line) as Line)
    const before = process.exitCode
    try {
      const options = { host: '127.0.0.1', port: 0, drain: 60, logLevel: 'debug', once: true } as const
      await runServe({ dir: game.dir, ...options }, { write })
      return { code: process.exitCode, ended: lines.filter(({ ms }) => ms !== undefined) }
    } finally {
      process.exitCode = before
    }
  }

  it('does each job once and ends, where that is wanted', async () => {
    const { code, ended } = await runOnce()
    expect(code, JSON.stringify(ended)).toBe(0)
    expect(ended.map(({ job }) => job)).toEqual(['advance', 'verify', 'reap', 'publish'])
    expect(await readFile(join(game.dir, 'public', 'index.html'), 'utf8')).toContain('my-competition')
    const { head } = await game.snapshot()
    const published = join(game.dir, 'store', 'gallery', head.slice(0, 12))
    expect(await readdir(published)).toEqual(expect.arrayContaining(['index.html', 'pictures', 'round-0.html']))
  })

  it('says which job failed, and what to do, and does the others all the same', async () => {
    const repo = await game.repo()
    const files = new Map([['leader.json', '[\n]']])
    const by = { name: 'Mallory', email: 'm@x.test', at: new Date() }
    await repo.commit(await repo.head(), { files, message: 'Fix a typo', trailers: {} }, by)
    const { code, ended } = await runOnce()
    expect(code).toBe(1)
    const failed = ended.filter(({ level }) => level === 'error')
    expect(failed.map(({ job }) => job)).toEqual(['advance', 'verify'])
    expect(failed).toMatchObject([
      { error: { code: 'refused', hint: expect.stringContaining('adopt') } },
      { error: { code: 'refused', message: expect.stringMatching(/^the history breaks/) } },
    ])
    expect(ended.at(-1)).toMatchObject({ job: 'publish', level: 'info' })
  })

  it('says what is wrong before it begins', async () => {
    await using taken = await startHttpServer(() => undefined)
    expect(await roundkeeper('serve', '--dir', game.dir, '--port', String(taken.port))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/EADDRINUSE\n {2}where {2}127\.0\.0\.1:\d+\n {2}do {5}Something else does/),
    })
    expect(await roundkeeper('serve', '--dir', `${game.dir}-not-there`)).toMatchObject({ code: 1 })
    expect(await roundkeeper('serve', '--log-level', 'loud')).toMatchObject({ code: 2 })
  })
})
