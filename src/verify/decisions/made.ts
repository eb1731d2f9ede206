/** From a comparison to a decision that is reported: its level, and in a phrase what must be believed or what is wrong. */
import type { Compared } from '../compare.ts'
import { type Decision, levelOf } from '../decision.ts'

export type Made = Omit<Decision, 'commit'>

export function made(
  what: Pick<Decision, 'kind' | 'round' | 'subject' | 'path'>,
  { recorded, recomputed, equal, note, believed, differences }: Compared<unknown>,
): Made {
  const level = levelOf({ equal }, equal === null ? (believed ?? note) : believed)
  const said = level === 'broken' ? note : (believed ?? note)
  return {
    ...what,
    level,
    recorded,
    recomputed,
    ...(said === undefined ? {} : { note: said }),
    ...(differences === undefined || level !== 'broken' ? {} : { differences }),
  }
}
