/** What a command takes: time on the clock, time of processors, and the most memory that its processes hold. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'

export interface Measured {
  readonly wallMs: number
  /** Of the command and everything that it started. */
  readonly cpuMs: number
  /** Of its processes other than git; of the largest git. 0 where the system does not tell. */
  readonly ownBytes: number
  readonly gitBytes: number
  readonly output: string
}

const POLL_MS = 25

/** @param allowed exit codes */
export async function measured(command: readonly string[], cwd: string, allowed = [0]): Promise<Measured> {
  const start = performance.now()
  // The shell knows what its children took.
  const child = spawn('sh', ['-c', '"$@"; code=$?; times >&2; exit $code', 'sh', ...command], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const memory = { own: 0, git: 0 }
  const timer = setInterval(() => look(child.pid ?? 0, memory), POLL_MS)
  const [output, words] = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'close')])
  clearInterval(timer)
  const wallMs = performance.now() - start
  if (!allowed.includes(child.exitCode ?? -1))
    throw new Error(`${command.join(' ')} ended with ${child.exitCode}: ${words}`)
  const children = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(words)?.slice(1).map(Number) ?? []
  const [userMinutes = 0, userSeconds = 0, systemMinutes = 0, systemSeconds = 0] = children
  const cpuMs = 1000 * (60 * (userMinutes + systemMinutes) + userSeconds + systemSeconds)
  return { wallMs, cpuMs, ownBytes: memory.own, gitBytes: memory.git, output }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(stream)).toString()
}

/** Processes below one, by /proc. */
function look(root: number, most: { own: number; git: number }): void {
  let own = 0
  for (const pid of descendants(root)) {
    const status = read(`/proc/${pid}/status`)
    const bytes = 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0)
    const name = /^Name:\s+(\S+)/m.exec(status)?.[1]
    if (name === 'git') most.git = Math.max(most.git, bytes)
    else if (name !== 'sh') own += bytes
  }
  most.own = Math.max(most.own, own)
}

export function descendants(pid: number): number[] {
  const threads = list(`/proc/${pid}/task`)
  const children = threads.flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).trim().split(' '))
  return children.filter((child) => child !== '').flatMap((child) => [Number(child), ...descendants(Number(child))])
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
