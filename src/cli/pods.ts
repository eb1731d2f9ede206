import { Command } from 'commander'
import { podsListCommand } from './pods-list.ts'
import { podsReapCommand } from './pods-reap.ts'

export const podsCommand = new Command('pods')
  .summary('containers that run for a competition: list, reap')
  .description(
    'What runs at the providers that `pods` in roundkeeper.json, or GPU_PROVIDERS, names; see docs/pods.md. Every `advance` in a\n' +
      'stage that runs images stops by itself what earlier runs left behind.',
  )
  .addCommand(podsListCommand)
  .addCommand(podsReapCommand)
