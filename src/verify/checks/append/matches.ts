/** Match reports and the rows that they become: judged once, and not again without a new attempt. */
import type { MatchReport } from '../../../state/duels.ts'
import type { Matrix, MatrixRow } from '../../../state/matrix.ts'
import { counted, who } from '../words.ts'
import { became, type Change, fieldChanges, isSame, type Scene } from './changes.ts'

export const matchChanges = (before: MatchReport, after: MatchReport | undefined, { round }: Scene): Change[] =>
  reportChanges(`Round ${round}: the match of ${who(before.left)} against ${who(before.right)}`, before, after)

export const confirmationChanges = (before: MatchReport, after: MatchReport | undefined, { round }: Scene): Change[] =>
  reportChanges(`Round ${round}: the second judge’s match of ${who(before.right)}`, before, after)

function reportChanges(match: string, before: MatchReport, after: MatchReport | undefined): Change[] {
  const change = (message: string): Change[] => [{ code: 'append-only/match', message }]
  if (after === undefined) return change(`${match} was removed after it had been published.`)
  if (isSame(before, after)) return []
  const now = new Map(after.duels.map((duel) => [duel.name, duel]))
  const verdicts = before.duels.filter(({ name, winner }) => now.get(name)?.winner !== winner)
  const { duels: _, ...head } = before
  const { duels: __, ...headNow } = after
  const what = fieldChanges(head, headNow)
  if (verdicts.length > 0) what.push(`${counted(verdicts.length, 'verdict')} of ${before.duels.length} changed`)
  const other = before.duels.filter((duel) => !isSame(duel, now.get(duel.name)) && !verdicts.includes(duel))
  if (what.length === 0)
    what.push(`${counted(other.length, 'duel')} of ${before.duels.length} with the same verdicts changed`)
  return change(`${match} was changed after it had been published: ${what.join(', ')}.`)
}

export function matrixChanges(before: Matrix, after: Matrix | undefined, { round }: Scene): Change[] {
  const change = (message: string): Change => ({ code: 'append-only/matrix', message: `Round ${round}: ${message}` })
  if (after === undefined || (after.length === 0 && before.length > 0))
    return [change(`all ${counted(before.length, 'match', 'matches')} of the matrix were removed.`)]
  const now = new Map(after.map((row, at) => [keyOf(row), { row, at }]))
  const changes = before.flatMap((row) => {
    const found = now.get(keyOf(row))
    const match = `${who(row.left)} against ${who(row.right)}`
    if (found === undefined) return [change(`the row of ${match} (margin ${row.margin}) was removed from the matrix.`)]
    if (found.row.margin === row.margin) return []
    return [change(`the margin of ${match} in the matrix was changed: ${became(row.margin, found.row.margin)}.`)]
  })
  if (changes.length > 0) return changes
  const isInOrder = before.every((row, at) => now.get(keyOf(row))?.at === at)
  return isInOrder ? [] : [change('the rows of the matrix were put in another order, or new ones in between.')]
}

const keyOf = ({ left, right }: MatrixRow) => `${left} ${right}`
