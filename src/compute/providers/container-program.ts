// The program of a container engine on this machine: docker or podman, as whoever runs us would call it.
import { execFile } from 'node:child_process'
import { RoundkeeperError } from '../../errors.ts'
import { printable } from '../printable.ts'
import { MAX_ERROR_TEXT } from './cloud-api.ts'

const CALL_MS = 60_000
const MAX_OUTPUT_BYTES = 16 * 2 ** 20
/** All that it gets to know of our environment: where its engine is. */
const PASSED =
  /^(PATH|HOME|XDG_RUNTIME_DIR|DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS_VERIFY)|CONTAINER_(HOST|CONNECTION|SSHKEY))$/

export interface ProgramResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export const programEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (PASSED.test(key) && value ? [[key, value]] : [])),
  )

/** Runs it once, for a minute at most. @throws `unavailable` when it cannot be run or does not end, `aborted` */
export function runProgram(program: string, args: readonly string[], signal: AbortSignal): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const options = { env: programEnvironment(), timeout: CALL_MS, maxBuffer: MAX_OUTPUT_BYTES, signal }
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ code: 0, stdout, stderr })
      if (signal.aborted) return reject(new RoundkeeperError('aborted', `stopped while ${program} was at work`))
      if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr })
      reject(unavailable(program, args, error.killed ? `it did not end within ${CALL_MS / 1000} s` : error.message))
    })
  })
}

/** Its output. @throws as above, and `unavailable` for any exit code but 0 */
export async function outputOf(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await runProgram(program, args, signal)
  if (code !== 0) throw unavailable(program, args, stderr.trim() || `exit code ${code}`)
  return stdout
}

/** The first of them whose engine answers. @throws `unavailable` when none does */
export async function answeringProgram(programs: readonly string[], signal: AbortSignal): Promise<string> {
  const said: string[] = []
  for (const program of programs) {
    try {
      await outputOf(program, ['info', '--format', '{{json .}}'], signal)
      return program
    } catch (error) {
      if (signal.aborted) throw error
      said.push((error as Error).message)
    }
  }
  throw new RoundkeeperError('unavailable', printable(`container: ${said.join('; ')}`, 2 * MAX_ERROR_TEXT), {
    where: programs.join(', '),
    hint: 'Start Docker or Podman, name its program in pods.container.program, or take "container" out of the providers.',
  })
}

export function unavailable(program: string, args: readonly string[], why: string): RoundkeeperError {
  return new RoundkeeperError('unavailable', `container: ${printable(why.trim(), MAX_ERROR_TEXT)}`, {
    where: `${program} ${args[0] ?? ''}`,
    hint: `See that \`${program} info\` works for the user that runs this.`,
  })
}
