import { Command } from 'commander'
import { SystemClock } from '../engine/system-clock.ts'
import type { Turn } from '../validator/weights-turn.ts'
import { weightsTurn } from '../validator/weights-turn.ts'
import { openChain } from './chain-options.ts'
import { EXIT_ERROR, EXIT_HELD, EXIT_LATE, EXIT_OK } from './exit-codes.ts'
import { note, print, printJson } from './output.ts'
import { StillWaiting } from './still-waiting.ts'
import { stopSignal } from './stop-signal.ts'
import { auditOf } from './weights-audit.ts'
import { planLines, turnJson, turnLine } from './weights-lines.ts'
import { openHotkey, openPlace, type SettingOptions, withSetting } from './weights-options.ts'

/** Also of `serve --once`. */
export const EXIT_CODES =
  '\nExit codes: 0 set, or nothing to do in this epoch; 1 error, refused by the chain or because the competition does not\n' +
  'verify; 2 wrong usage; 3 held, as config.json says; 4 postponed.\n'

export const exitCodeOfTurn = ({ kind }: Turn): number => {
  if (kind === 'hold') return EXIT_HELD
  if (kind === 'wait') return EXIT_LATE
  return kind === 'blocked' || kind === 'unverified' ? EXIT_ERROR : EXIT_OK
}

export const BELIEVED =
  'warning: --no-verify: the competition is believed, and nobody looks whether it follows its rules'

export const weightsSetCommand = withSetting(new Command('set'))
  .summary('set them, if it is time')
  .description(
    'Sets the weights that follow from the crown, in the open or under a timelock as the subnet demands, and looks whether they\n' +
      'came there. Run it as often as you like, e.g. from cron: it sets what an epoch needs once. Signs with the hotkey; the\n' +
      'coldkey is never touched.',
  )
  .option('--dry-run', 'everything but the transaction')
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    EXIT_CODES +
      '\nExamples:\n' +
      '  $ roundkeeper weights set --repo https://github.com/owner/competition --wallet.name validator --dry-run\n' +
      '  $ roundkeeper weights set --repo https://github.com/owner/competition --wallet.name validator --json\n',
  )
  .action(async (options: SettingOptions & { dryRun?: boolean }, command: Command) => {
    if (!options.verify) note(BELIEVED)
    await using place = await openPlace(options, command)
    using hotkey = await openHotkey(options)
    await using chain = await openChain(options)
    using stop = stopSignal(undefined)
    using waiting = new StillWaiting({ clock: new SystemClock(), head: () => chain.head(), say: note })
    const turn = await weightsTurn({
      repo: place.repo,
      chain,
      netuid: place.netuid,
      hotkey,
      recordOf: place.recordsOf(chain.genesisHash, hotkey.address),
      audit: options.verify ? auditOf(options, place.checkpoint, stop.signal) : undefined,
      dryRun: options.dryRun ?? false,
      onSending: () => waiting.begin('the weights to be final'),
    })
    process.exitCode = exitCodeOfTurn(turn)
    if (options.json) return printJson(turnJson(turn))
    if (turn.kind === 'would-set') for (const line of planLines(turn.plan)) print(line)
    else for (const warning of turn.plan.warnings) note(`warning: ${warning}`)
    print(turnLine(turn))
  })
