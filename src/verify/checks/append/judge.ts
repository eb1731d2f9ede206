/** What the judge was asked besides, and the card that follows: the first stands, the second only comes to know more matches. */
import type { JudgeCard } from '../../../state/judge-card.ts'
import type { JudgeChecks } from '../../../state/judge-checks.ts'
import { who } from '../words.ts'
import { type Change, fieldChanges, isSame, type Scene } from './changes.ts'

const change = (message: string): Change[] => [{ code: 'append-only/judge', message }]

export function checksChanges(before: JudgeChecks, after: JudgeChecks | undefined, { round }: Scene): Change[] {
  if (isSame(before, after)) return []
  const match = `the match of ${who(before.left)} against ${who(before.right)}`
  const how = after === undefined ? 'removed' : 'changed'
  return change(`Round ${round}: what the judge was asked besides in ${match} was ${how} after it had been published.`)
}

export function cardChanges(before: JudgeCard, after: JudgeCard | undefined, { round }: Scene): Change[] {
  if (after === undefined) return change(`Round ${round}: the judge card was removed after it had been published.`)
  if (isSame(before, after) || after.matches > before.matches) return []
  const what = fieldChanges(before, after).slice(0, 3).join(', ')
  return change(`Round ${round}: the judge card was changed, though there are no more matches: ${what}.`)
}
