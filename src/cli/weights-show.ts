import { Command } from 'commander'
import { planWeights } from '../validator/plan-weights.ts'
import { openChain } from './chain-options.ts'
import { note, print, printJson } from './output.ts'
import { planJson, planLines } from './weights-lines.ts'
import { addressOfHotkey, openPlace, type WeightsOptions, withWeights } from './weights-options.ts'

export const weightsShowCommand = withWeights(new Command('show'))
  .summary('whom a validator would pay now, how much, and why')
  .description(
    'Reads the crown at the head of the competition and the subnet at its final block, and shows the weights that follow.\n' +
      'Opens no secret, sends nothing, and verifies nothing: see `roundkeeper verify`.',
  )
  .option('--json', 'print as JSON')
  .addHelpText(
    'after',
    '\nExamples:\n' +
      '  $ roundkeeper weights show --repo https://github.com/owner/competition\n' +
      '  $ roundkeeper weights show --repo clone --wallet.name validator --json\n',
  )
  .action(async (options: WeightsOptions, command: Command) => {
    await using place = await openPlace(options, command)
    await using chain = await openChain(options)
    const hotkey = await addressOfHotkey(options)
    const { repo, netuid } = place
    const recordOf = hotkey === undefined ? undefined : place.recordsOf(chain.genesisHash, hotkey)
    const plan = await planWeights({ repo, chain, netuid, hotkey, recordOf })
    if (options.json) return printJson(planJson(plan))
    for (const line of planLines(plan)) print(line)
    if (hotkey === undefined) {
      note(
        `no hotkey ${options['wallet.name']}/${options['wallet.hotkey']}: name yours, to see whether it may set them`,
      )
    }
  })
