import { Command } from 'commander'
import { describeCounts } from '../work/counted.ts'
import type { Reduced } from '../work/reduce.ts'
import { debugging } from './debug.ts'
import { EXIT_ERROR, EXIT_LATE, EXIT_OK } from './exit-codes.ts'
import { errorAsJson, print, printError, printJson } from './output.ts'
import { stopSignal } from './stop-signal.ts'
import { KINDS, type Kind, kindsOf } from './work-kinds.ts'

interface Options {
  dir: string
  kinds?: Kind[]
  json?: boolean
}

/** Lines of one kind. */
const MAX_TOLD = 20

export const reduceCommand = new Command('reduce')
  .summary('let in the evidence that `work` gathered elsewhere')
  .description(
    'Asks for the evidence that the next tick needs, takes what the folders have of it into the competition’s store, and\n' +
      'says what was refused and what is missing. Believes no manifest: evidence has to be what it is called, have the form\n' +
      'of its kind, and rest on contents that are there; whatever else lies in the folders is left alone. Reads no model,\n' +
      'picture or archive of a miner: bytes are hashed and copied. Commits nothing.',
  )
  .argument('[folders...]', 'folders that `roundkeeper work --out` wrote; where two differ, the first is believed')
  .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
  .option('--kinds <list>', `take nothing but these, whatever is there: ${KINDS.join(', ')}`, kindsOf)
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0 all that is needed now is there, 1 error, 4 some of it is missing.\n' +
      '\nExamples:\n  $ roundkeeper reduce --dir my-competition evidence\n' +
      '  $ roundkeeper reduce --dir my-competition evidence-*/ --json\n' +
      '  $ roundkeeper reduce --dir my-competition --kinds deadline,download,preview uploads-*/\n',
  )
  .action(async (folders: string[], { dir, kinds, json }: Options) => {
    const { runReduce } = await import('./reduce-run.ts')
    const stop = stopSignal(undefined)
    try {
      const reduced = await runReduce(dir, folders, stop.signal, kinds)
      if (json) printJson({ ...reduced, errors: reduced.errors.map(errorAsJson) })
      else tell(reduced)
      const isWhole = Object.keys(reduced.missing).length === 0
      process.exitCode = reduced.errors.length > 0 ? EXIT_ERROR : isWhole ? EXIT_OK : EXIT_LATE
    } finally {
      stop[Symbol.dispose]()
    }
  })

function tell({ taken, refused, disputed, missing, round, stage, errors }: Reduced): void {
  for (const [folder, count] of Object.entries(taken)) print(`${folder}: ${count} pieces of evidence taken`)
  for (const [title, list] of Object.entries({ refused, disputed })) {
    for (const { folder, key, why } of list.slice(0, MAX_TOLD)) print(`${title}: ${folder}: ${key}: ${why}`)
    if (list.length > MAX_TOLD) print(`${title}: and ${list.length - MAX_TOLD} more`)
  }
  for (const error of errors) printError(error, debugging())
  print(`round ${round}, ${stage}: missing: ${describeCounts(missing)}`)
}
