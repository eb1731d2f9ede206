/**
 * The git program of this machine, if there is one. It gets no settings, secrets or repositories of the caller's: only
 * what is named here, so that a hostile repository or environment cannot make it run anything.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { devNull, tmpdir } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Older ones lack settings by environment. */
const OLDEST = [2, 31]
/** The first with `cat-file --batch-command`. */
const WITH_BATCH_COMMAND = [2, 36]
const KEPT = ['PATH', 'LD_LIBRARY_PATH', 'GIT_EXEC_PATH', 'SYSTEMROOT', 'TMPDIR', 'TEMP', 'TMP']
/** Of what a child says at its end, for errors. */
const MAX_WORDS = 2000

export interface GitProgram {
  /** Whether it has `cat-file --batch-command`. */
  readonly batchCommand: boolean
}

/** The program on the PATH, or undefined when there is none that is new enough. */
export async function findGit(): Promise<GitProgram | undefined> {
  const { stdout } = await run('git', ['--version'], { cwd: tmpdir(), env: kept(KEPT) }).catch(() => ({ stdout: '' }))
  const version = /^git version (\d+)\.(\d+)/.exec(stdout)?.slice(1).map(Number)
  if (version === undefined || !isAtLeast(version, OLDEST)) return undefined
  return { batchCommand: isAtLeast(version, WITH_BATCH_COMMAND) }
}

/** For git at work in a folder of ours, on objects of anybody's. */
export const isolated = (gitdir: string): NodeJS.ProcessEnv => ({
  ...kept(KEPT),
  HOME: gitdir,
  LC_ALL: 'C',
  GIT_DIR: gitdir,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_TERMINAL_PROMPT: '0',
})

/** A running git; what it says about its end is in `failure`. */
export class GitChild implements AsyncDisposable {
  readonly stdin: NonNullable<ChildProcess['stdin']>
  readonly stdout: NonNullable<ChildProcess['stdout']>
  /** Resolves at its end: with nothing when all went well or it was disposed of, or else with what it said. */
  readonly failure: Promise<string | undefined>
  readonly #child: ChildProcess
  #words = ''
  #disposed = false

  constructor(args: readonly string[], { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) {
    const child = spawn('git', args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
    this.#child = child
    this.stdin = child.stdin
    this.stdout = child.stdout
    child.stdin.on('error', () => {}) // it ended before it had read everything: its end says why
    child.stderr.on('data', (data: Buffer) => {
      this.#words = `${this.#words}${data.toString()}`.slice(-MAX_WORDS)
    })
    this.failure = new Promise((resolve) => {
      child.on('error', (error) => resolve(error.message))
      child.on('close', (code, signal) => resolve(this.#disposed || code === 0 ? undefined : this.#last(code, signal)))
    })
  }

  /** The end of what it said on stderr. */
  get words(): string {
    return this.#words
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    this.stdin.destroy()
    this.#child.kill()
    this.stdout.destroy()
    // A program that git has started may hold on to it, and would hold us.
    this.#child.stderr?.destroy()
    await this.failure
  }

  #last(code: number | null, signal: NodeJS.Signals | null): string {
    const lines = this.#words.split('\n').filter((line) => line.trim() !== '')
    const said = lines.find((line) => /^(fatal|error): /.test(line)) ?? lines.at(-1)
    return said ?? `git ended with ${signal ?? code}`
  }
}

/**
 * Runs git to its end.
 * @param timeoutMs after which it is ended; it may take for ever when absent
 * @returns what it printed @throws Error with its words when it fails
 */
export async function runGit(
  args: readonly string[],
  place: { cwd: string; env: NodeJS.ProcessEnv },
  timeoutMs?: number,
): Promise<string> {
  await using child = new GitChild(args, place)
  const late = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)
  late?.addEventListener('abort', () => void child[Symbol.asyncDispose]())
  child.stdin.end()
  const chunks: Buffer[] = []
  try {
    for await (const chunk of child.stdout) chunks.push(chunk)
  } catch (error) {
    if (!late?.aborted) throw error
  }
  const failure = await child.failure
  if (late?.aborted) throw new Error(`git did not come to an end within ${timeoutMs} ms`)
  if (failure !== undefined) throw new Error(failure)
  return Buffer.concat(chunks).toString()
}

export function kept(names: readonly string[]): NodeJS.ProcessEnv {
  const wanted = new Set(names.map((name) => name.toUpperCase()))
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted.has(name.toUpperCase())))
}

const isAtLeast = ([major = 0, minor = 0]: readonly number[], [least = 0, then = 0]: readonly number[]) =>
  major > least || (major === least && minor >= then)
