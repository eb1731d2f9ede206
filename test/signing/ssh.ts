import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What `ssh-keygen …` printed; fails with its words when it fails. */
export async function sshKeygen(...args: string[]): Promise<string> {
  const { stdout } = await run('ssh-keygen', args, { env: { PATH: process.env.PATH, TZ: 'UTC' } })
  return stdout.trimEnd()
}

/** Whether `ssh-keygen …` says yes to what it is given on its standard input. */
export async function sshKeygenAgrees(input: Uint8Array, ...args: string[]): Promise<boolean> {
  const child = spawn('ssh-keygen', args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH, TZ: 'UTC' },
  })
  child.stdin.on('error', () => undefined).end(input)
  return new Promise((resolve, reject) => child.on('error', reject).on('close', (code) => resolve(code === 0)))
}

/** The suites here compare with OpenSSH; on a build server they must. */
export async function sshIsMissing(): Promise<boolean> {
  const found = await run('ssh-keygen', ['-?']).then(
    () => true,
    (error: { code?: unknown }) => error.code !== 'ENOENT',
  )
  if (!found && process.env.CI)
    throw new Error('ssh-keygen is not installed (Debian: openssh-client): the signing suites need it')
  if (!found) console.warn('ssh-keygen is not installed: the signing suites are skipped')
  return !found
}
