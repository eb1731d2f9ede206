import type { Owner } from '../../src/engine/owner.ts'
import { download } from './downloading.ts'
import { awaitDeadline } from './generation.ts'
import { closeWindow } from './open.ts'

/** Closes the submission window, waits for the miners, and gathers what they made. */
export const collector: Owner = {
  name: 'collector',
  stages: ['open', 'miner_generation', 'downloading'],
  run(round, context) {
    switch (round.state.stage) {
      case 'open':
        return closeWindow(round, context)
      case 'miner_generation':
        return awaitDeadline(round, context)
      default:
        return download(round, context)
    }
  },
}
