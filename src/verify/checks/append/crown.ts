/** The list of leaders only grows. */
import type { LeaderEntry, Leaders } from '../../../state/leader.ts'
import { who } from '../words.ts'
import { type Change, fieldChanges, isSame } from './changes.ts'

export function leaderChanges(before: Leaders, after: Leaders | undefined): Change[] {
  const change = (message: string): Change => ({ code: 'append-only/leader', message })
  if (after === undefined) return [change(`leader.json, with ${before.length} entries, was removed.`)]
  const isLonger = after.length >= before.length
  return before.flatMap((entry, at) => {
    if (isSame(entry, after[at])) return []
    const moved = after.some((other) => isSame(entry, other))
    if (moved) return [change(`The crown of ${nameOf(entry)} has another place in the list of leaders than before.`)]
    const now = after[at]
    const isEdited = now !== undefined && (isLonger || now.effective_block === entry.effective_block)
    if (!isEdited) return [change(`The crown of ${nameOf(entry)} was removed from the list of leaders.`)]
    return [change(`The crown of ${nameOf(entry)} was changed afterwards: ${fieldChanges(entry, now).join(', ')}.`)]
  })
}

const nameOf = ({ hotkey, weight, effective_block }: LeaderEntry) =>
  `${who(hotkey)} (weight ${weight} from block ${effective_block})`
