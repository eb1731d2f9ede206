import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ChangeSet, Signature } from '../../src/repo/state-repo.ts'

const run = promisify(execFile)

export const by: Signature = { name: 'Judge', email: 'judge@example.org', at: new Date('2026-01-02T03:04:05.678Z') }

export const changeOf = (files: Record<string, string | Uint8Array | null>, message = 'a change'): ChangeSet => ({
  files: new Map(Object.entries(files)),
  message,
  trailers: {},
})

/** What `git …` printed; fails with its words when it fails. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Stock',
    GIT_AUTHOR_EMAIL: 'stock@example.org',
    GIT_COMMITTER_NAME: 'Stock',
    GIT_COMMITTER_EMAIL: 'stock@example.org',
  }
  const { stdout } = await run('git', args, { cwd, env, maxBuffer: 2 ** 28 })
  return stdout.trimEnd()
}

export async function gitWithInput(cwd: string, input: string, ...args: string[]): Promise<string> {
  const child = spawn('git', args, { cwd, stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(input)
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) chunks.push(chunk)
  if (child.exitCode === null) await once(child, 'exit')
  return Buffer.concat(chunks).toString()
}

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'roundkeeper-test-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) }
}

/** The suites here compare with stock git; where it is missing they cannot run, and on a build server that is a failure. */
export async function gitIsMissing(): Promise<boolean> {
  const found = await run('git', ['--version']).then(
    () => true,
    () => false,
  )
  if (!found && process.env.CI) throw new Error('git is not installed: the repository suites need it')
  if (!found) console.warn('git is not installed: the repository suites are skipped')
  return !found
}
