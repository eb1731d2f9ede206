import { Command } from 'commander'
import { SystemClock } from '../engine/system-clock.ts'
import { serveWeights } from '../validator/serve-weights.ts'
import { weightsTurn } from '../validator/weights-turn.ts'
import { openChain } from './chain-options.ts'
import { debugging } from './debug.ts'
import { note, print } from './output.ts'
import { stopSignal } from './stop-signal.ts'
import { auditOf } from './weights-audit.ts'
import { openHotkey, openPlace, type SettingOptions, withSetting } from './weights-options.ts'
import { jsonLine, lineOf, type Told } from './weights-serve-lines.ts'
import { BELIEVED, EXIT_CODES, exitCodeOfTurn } from './weights-set.ts'

export const weightsServeCommand = withSetting(new Command('serve'))
  .summary('set them in every epoch, until it is stopped')
  .description(
    'Wakes when something can have changed: an epoch, the crown, the rate limit; at least every ten minutes. A line for every\n' +
      'decision and error, and one every hour that says how it is. Ends in good order at SIGTERM or Ctrl-C.',
  )
  .option('--once', 'one turn, as `weights set`, with the lines of this command')
  .option('--json', 'print a JSON object a line')
  .addHelpText(
    'after',
    `${EXIT_CODES}Without --once it ends with 0, when it is stopped.\n` +
      '\nExamples:\n' +
      '  $ roundkeeper weights serve --repo https://github.com/owner/competition --wallet.name validator\n' +
      '  $ roundkeeper weights serve --repo https://github.com/owner/competition --json >> weights.jsonl\n',
  )
  .action(async (options: SettingOptions & { once?: boolean }, command: Command) => {
    const tell = (event: Told) => {
      print(options.json ? jsonLine(event) : lineOf(event))
      if (event.kind === 'error' && debugging() && event.error instanceof Error) note(event.error.stack ?? '')
    }
    const clock = new SystemClock()
    if (!options.verify) note(BELIEVED)
    await using place = await openPlace(options, command)
    using hotkey = await openHotkey(options)
    await using chain = await openChain(options)
    using stop = stopSignal(undefined)
    const recordOf = place.recordsOf(chain.genesisHash, hotkey.address)
    const audit = options.verify ? auditOf(options, place.checkpoint, stop.signal) : undefined
    const { repo, netuid } = place
    const turn = () => weightsTurn({ repo, chain, netuid, hotkey, recordOf, audit })
    tell({ kind: 'started', at: clock.now(), competition: repo.id, hotkey: hotkey.address })
    if (options.once) {
      const only = await turn()
      process.exitCode = exitCodeOfTurn(only)
      return tell({ kind: 'decision', at: clock.now(), turn: only, wakeAt: undefined })
    }
    await serveWeights(turn, { clock, signal: stop.signal, tell })
    tell({ kind: 'stopped', at: clock.now() })
  })
