import { Command } from 'commander'
import { walletListCommand } from './wallet-list.ts'
import { walletNewCommand } from './wallet-new.ts'
import { walletRegenCommand } from './wallet-regen.ts'
import { walletShowCommand } from './wallet-show.ts'

export const walletCommand = new Command('wallet')
  .summary('keys for the chain, kept as Bittensor keeps them')
  .description(
    'Coldkeys and hotkeys in the folders and formats of Bittensor: either reads what the other wrote.\n' +
      'Nothing here reaches a network.',
  )
  .addCommand(walletNewCommand)
  .addCommand(walletRegenCommand)
  .addCommand(walletListCommand)
  .addCommand(walletShowCommand)
