import { actCommand } from './act.ts'

/** Both stand under `intervene` too, with all the other acts; every call makes a command of its own. */
export const pauseCommand = (prefix = '') =>
  actCommand({
    name: 'pause',
    summary: 'hold the competition where it is',
    examples: [`${prefix}pause --reason "renderer is being replaced"`],
    wanted: () => ({ kind: 'pause' }),
  })

export const resumeCommand = (prefix = '') =>
  actCommand({
    name: 'resume',
    summary: 'let a held competition go on',
    examples: [`${prefix}resume --reason "renderer is back"`],
    wanted: () => ({ kind: 'resume' }),
  })
