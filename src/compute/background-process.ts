// A program of this machine that goes on when we end, and what it says goes to a file. Whoever starts it notes whose it is.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, mkdir, open, readFile } from 'node:fs/promises'
import { delimiter, dirname, join, resolve } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import { printable } from './printable.ts'

export interface Program {
  readonly command: readonly string[]
  readonly cwd: string
  /** All that it gets to know of our environment. */
  readonly env: Readonly<Record<string, string>>
  /** Written anew. */
  readonly log: string
}

export interface BackgroundProcess {
  readonly pid: number
  /** Until then it does nothing, and ends with us: whoever is to end it later has to know of it before. */
  begin(): void
  readonly running: boolean
  /** Aborted when it ends while we are still there. */
  readonly ended: AbortSignal
  /** How it ended, and the end of what it said. */
  story(): Promise<string>
  /** Ends it with everything that it started; for good before it returns. */
  kill(): Promise<void>
  /** From here on it does not keep us from ending. */
  leave(): void
}

const MAX_LOG_TEXT = 2000

/** Waits to be told to begin, and becomes the command: its process stays the same. */
const GATE = 'read -r _ && exec "$@" </dev/null'

/** In a session of its own: Ctrl-C in our terminal does not reach it. @throws `usage` when it cannot be started */
export async function startInBackground({ command, cwd, env, log }: Program): Promise<BackgroundProcess> {
  const [program = ''] = command
  if (!(await isProgram(program, cwd, env.PATH ?? ''))) throw notStarted(program, cwd, 'there is no such program')
  await mkdir(dirname(log), { recursive: true, mode: 0o700 })
  const file = await open(log, 'w', 0o600)
  const argv = ['-c', GATE, 'sh', ...command]
  const child = spawn('/bin/sh', argv, { cwd, env: { ...env }, detached: true, stdio: ['pipe', file.fd, file.fd] })
  child.stdin?.on('error', () => undefined)
  const over = new AbortController()
  let how = 'it runs'
  child.once('exit', (code, signal) => {
    how = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`
    over.abort()
  })
  try {
    await once(child, 'spawn')
  } catch (cause) {
    throw notStarted(program, cwd, (cause as Error).message, cause)
  } finally {
    await file.close()
  }
  const pid = child.pid as number
  return {
    pid,
    begin: () => void child.stdin?.end('\n'),
    ended: over.signal,
    get running() {
      return !over.signal.aborted
    },
    async story() {
      const said = await readFile(log, 'utf8').catch(() => '')
      return `${how}\n${printable(said.slice(-MAX_LOG_TEXT), MAX_LOG_TEXT).trim()}`.trim()
    },
    async kill() {
      killGroup(pid)
      if (!over.signal.aborted) await once(over.signal, 'abort')
    },
    leave: () => child.unref(),
  }
}

async function isProgram(program: string, cwd: string, path: string): Promise<boolean> {
  const places = program.includes('/')
    ? [resolve(cwd, program)]
    : path.split(delimiter).map((dir) => join(dir, program))
  const found = await Promise.all(places.map((place) => access(place, constants.X_OK).then(() => true, () => false))) // biome-ignore format: a place a time
  return found.includes(true)
}

const notStarted = (program: string, cwd: string, why: string, cause?: unknown) =>
  new RoundkeeperError('usage', `${program} cannot be started: ${why}`, {
    where: cwd,
    hint: 'See that the program is installed, and that the folder is there.',
    cause,
  })

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in the group.
  }
}
