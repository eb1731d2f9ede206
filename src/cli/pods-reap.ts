import { Command } from 'commander'
import type { Reaped } from '../compute/pods.ts'
import { EXIT_ERROR } from './exit-codes.ts'
import { note, print, printJson } from './output.ts'
import { stopSignal } from './stop-signal.ts'

interface Options {
  readonly dir: string
  readonly all?: boolean
  readonly json?: boolean
}

export const podsReapCommand = new Command('reap')
  .summary('stop what nobody needs any more')
  .description(
    'Stops pods of the competition whose run or round is over, or whose lifetime is: what every `advance` does. A run on another\n' +
      'machine counts as at work until the lifetime of its pods is over; --all stops those, too. Nothing else is touched.',
  )
  .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
  .option('--all', 'every pod of the competition, whoever is at work with it')
  .option('--json', 'print as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0, or 1 when a provider does not answer: the others are seen to.\n' +
      '\nExample:\n  $ roundkeeper pods reap --dir my-competition\n',
  )
  .action(async ({ dir, all = false, json }: Options) => {
    const { stopped, failures } = await reap(dir, all)
    if (json) printJson({ stopped, failures })
    else {
      for (const { provider, name, why } of stopped) print(`stopped ${name} at ${provider}: ${why}`)
      if (stopped.length === 0) print('nothing to stop')
      for (const failure of failures) note(`error ${failure}`)
    }
    if (failures.length > 0) process.exitCode = EXIT_ERROR
  })

async function reap(dir: string, all: boolean): Promise<Reaped> {
  const { withPods } = await import('./competition-pods.ts')
  using stop = stopSignal(undefined)
  return withPods(dir, (cloud, owner) => cloud.reap(owner, stop.signal, all))
}
