import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../tools/recheck.py', import.meta.url))

/** Whether there is a Python to run the second opinion with; where everything has to be tested there must be. */
export function hasPython(): boolean {
  const present = spawnSync('python3', ['--version']).status === 0
  if (!present && process.env.CI) throw new Error('python3 is missing')
  if (!present) console.log('skipped: no python3')
  return present
}

export interface Rechecked {
  readonly same: boolean
  readonly rounds: readonly {
    readonly round: number
    readonly rules: string
    readonly matches: readonly { left: string; right: string; recorded: number; margin: number; confirmed: number }[]
    readonly qualified: readonly string[]
    readonly chain: readonly string[] | null
    readonly winner: string | null
    readonly recorded_winner: string | null
    readonly differences: readonly string[]
    readonly untold: readonly string[]
  }[]
  readonly leaders: readonly Readonly<Record<string, unknown>>[]
  readonly differences: readonly string[]
}

export interface RecheckRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export async function runRecheck(...args: string[]): Promise<RecheckRun> {
  const child = spawn('python3', [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  return { code, stdout, stderr }
}

/** What the second opinion says of a repository, and with which exit code. */
export async function recheck(source: string): Promise<Rechecked & { code: number | null }> {
  const { code, stdout, stderr } = await runRecheck(source, '--json')
  if (stderr !== '') throw new Error(stderr)
  return { code, ...(JSON.parse(stdout) as Rechecked) }
}

/** All that it holds against the record. */
export const problemsOf = ({ rounds, differences }: Rechecked): string[] => [
  ...rounds.flatMap((round) => round.differences),
  ...differences,
]
