import { Readable } from 'node:stream'
import type { Command } from 'commander'
import { vi } from 'vitest'
import { main } from '../../src/cli/404-program.ts'
import { run } from '../../src/cli/program.ts'
import type { CliRun, Surroundings } from './cli.ts'

/**
 * Runs work that prints and sets an exit code, as if it were a process of its own, without a terminal: libraries are
 * loaded once only. One at a time.
 */
async function captured(work: () => Promise<unknown>, { env = {}, input }: Surroundings = {}): Promise<CliRun> {
  const said = { stdout: '', stderr: '' }
  const changed = [
    ...(['stdout', 'stderr'] as const).map((name) =>
      vi.spyOn(process[name], 'write').mockImplementation((text) => {
        said[name] += String(text)
        return true
      }),
    ),
    vi
      .spyOn(process, 'stdin', 'get')
      .mockReturnValue(Readable.from([Buffer.from(input ?? '')]) as typeof process.stdin),
  ]
  const before = { exitCode: process.exitCode, env: process.env, listeners: listeners() }
  process.exitCode = 0
  process.env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...env }
  try {
    await work()
    return { code: Number(process.exitCode), ...said }
  } finally {
    process.exitCode = before.exitCode
    process.env = before.env
    for (const each of changed) each.mockRestore()
    for (const [event, listener] of listeners())
      if (!before.listeners.some(([, known]) => known === listener)) process.off(event, listener)
  }
}

/** A process that ends leaves none of these behind. */
const EVENTS = ['SIGINT', 'SIGTERM', 'uncaughtException'] as const
const listeners = () =>
  EVENTS.flatMap((event) => process.rawListeners(event).map((listener) => [event, listener as () => void] as const))

/** The command line from source; `./cli.ts` runs it in a process of its own. */
export const roundkeeper = (...args: string[]): Promise<CliRun> => roundkeeperWith({}, ...args)

export const roundkeeperWith = (surroundings: Surroundings, ...args: string[]): Promise<CliRun> =>
  captured(() => run(args), surroundings)

export const original = (...args: string[]): Promise<CliRun> => captured(() => main(args))

/** @throws what the program around it would print */
export const inProcess = (command: Command, ...args: string[]): Promise<CliRun> =>
  captured(() => command.parseAsync(args, { from: 'user' }))
