import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** Starts a command on a terminal of its own; says each line once its question has appeared. Prints all that was on the screen. */
const DRIVER = `
import json, os, pty, sys
steps, command = json.loads(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execv(command[0], command)
screen = looked = b''
while True:
    try:
        got = os.read(terminal, 65536)
    except OSError:
        break
    if not got:
        break
    screen += got
    looked += got
    while steps and steps[0][0].encode() in looked:
        looked = looked.split(steps[0][0].encode(), 1)[1]
        os.write(terminal, steps.pop(0)[1].encode())
sys.stdout.buffer.write(screen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`

export const pythonIsMissing = (): boolean => {
  const missing = spawnSync('python3', ['-c', 'import pty']).status !== 0
  if (missing && process.env.CI) throw new Error('python3 is needed to make a terminal')
  return missing
}

export interface ScreenRun {
  readonly code: number | null
  readonly screen: string
}

/**
 * Runs the command line as a person at a terminal does.
 * @param answers `[question, what is typed]`, in the order in which they are asked
 */
export async function atTerminal(
  answers: readonly (readonly [string, string])[],
  ...args: string[]
): Promise<ScreenRun> {
  const command = ['-c', DRIVER, JSON.stringify(answers), process.execPath, main, ...args]
  const child = spawn('python3', command, {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A build server asks nobody anything.
    env: { ...process.env, CI: undefined, NO_COLOR: '1', TERM: 'xterm' },
  })
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  return { code, screen: screen.replaceAll('\r\n', '\n') }
}
