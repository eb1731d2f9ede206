import type { Command } from 'commander'
import { vi } from 'vitest'
import { main } from '../../src/cli/404-program.ts'
import type { CliRun } from './cli.ts'

/** Runs work that prints and sets an exit code, as if it were a process of its own: libraries are loaded once only. */
async function run(work: () => Promise<unknown>): Promise<CliRun> {
  const said = { stdout: '', stderr: '' }
  const listeners = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text)
      return true
    }),
  )
  const before = process.exitCode
  process.exitCode = 0
  try {
    await work()
    return { code: Number(process.exitCode), ...said }
  } finally {
    process.exitCode = before
    for (const listener of listeners) listener.mockRestore()
  }
}

export const original = (...args: string[]): Promise<CliRun> => run(() => main(args))

/** @throws what the program around it would print */
export const inProcess = (command: Command, ...args: string[]): Promise<CliRun> =>
  run(() => command.parseAsync(args, { from: 'user' }))
