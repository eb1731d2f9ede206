import { Command } from 'commander'
import { weightsServeCommand } from './weights-serve.ts'
import { weightsSetCommand } from './weights-set.ts'
import { weightsShowCommand } from './weights-show.ts'

export const weightsCommand = new Command('weights')
  .summary('what a validator pays by: the crown, as weights on the chain')
  .description('From the public record of who wears the crown to weights on the subnet. See docs/validating.md.')
  .addCommand(weightsShowCommand)
  .addCommand(weightsSetCommand)
  .addCommand(weightsServeCommand)
