import { actCommand } from './act.ts'

/** Also under `intervene`, with all the other acts; every call makes a command of its own. */
export const holdCommands = (prefix = '') => [
  actCommand({
    name: 'pause',
    summary: 'hold the competition where it is',
    examples: [`${prefix}pause --reason "renderer is being replaced"`],
    wanted: () => ({ kind: 'pause' }),
  }),
  actCommand({
    name: 'resume',
    summary: 'let a held competition go on',
    examples: [`${prefix}resume --reason "renderer is back"`],
    wanted: () => ({ kind: 'resume' }),
  }),
]
