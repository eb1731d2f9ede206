/** Node itself, and the programs that are used where they are there. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Check, fail, ok, warn } from '../check.ts'
import type { Machine } from '../setup.ts'

const run = promisify(execFile)
const OLDEST_NODE = [22, 18] as const
/** Signatures by SSH keys are known from it on. */
const OLDEST_GIT = [2, 34] as const

export const nodeCheck: Check<Machine> = {
  id: 'node',
  title: 'Node',
  run: async () => nodeFinding(process.versions.node),
}

export function nodeFinding(version: string) {
  const advice = `Install Node ${OLDEST_NODE.join('.')} or newer.`
  return isAtLeast(version, OLDEST_NODE) ? ok(`version ${version}`) : fail(`version ${version} is too old`, advice)
}

export const gitCheck: Check<Machine> = {
  id: 'git',
  title: 'git program',
  async run({ environment }) {
    const advice = `Install git ${OLDEST_GIT.join('.')} or newer; without it everything works, but large histories are read slowly.`
    const said = await run('git', ['--version'], { env: { PATH: environment.PATH } }).catch(() => undefined)
    const version = /(\d+\.\d+[.\d]*)/.exec(said?.stdout ?? '')?.[1]
    if (version === undefined) return warn('there is none on the PATH', advice)
    return isAtLeast(version, OLDEST_GIT) ? ok(`version ${version}`) : warn(`version ${version} is old`, advice)
  },
}

export const sshKeygenCheck: Check<Machine> = {
  id: 'ssh-keygen',
  title: 'ssh-keygen program',
  async run({ environment }) {
    // It has no way to say its version: asked for what cannot be, it says how it is used.
    const failure = await run('ssh-keygen', ['-?'], { env: { PATH: environment.PATH } }).catch(
      (error: unknown) => error,
    )
    if ((failure as NodeJS.ErrnoException).code !== 'ENOENT') return ok('there')
    return warn(
      'there is none on the PATH',
      'Install OpenSSH, for checking signatures with stock git; the engine and `verify` do without it.',
    )
  },
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number)
  return a > major || (a === major && b >= minor)
}
