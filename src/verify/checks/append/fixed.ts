/** What is decided once for a round: nothing of it changes afterwards. */
import type { Deadline } from '../../../state/deadline.ts'
import type { Reveals } from '../../../state/reveals.ts'
import type { Schedule } from '../../../state/schedule.ts'
import type { Seed } from '../../../state/seed.ts'
import type { Submission, Submissions } from '../../../state/submissions.ts'
import type { Winner } from '../../../state/winner.ts'
import { counted, listed, promptName, who } from '../words.ts'
import { type Change, entryChanges, fieldChanges, isSame, type Scene } from './changes.ts'

/** A file of single fields. */
const whole =
  <T extends object>(code: string, noun: string) =>
  (before: T, after: T | undefined, { round }: Scene): Change[] => {
    const change = (what: string): Change[] => [{ code, message: `Round ${round}: the ${noun} was ${what}.` }]
    if (after === undefined) return change('removed after it had been published')
    const what = fieldChanges(before, after)
    return what.length === 0 ? [] : change(`changed after it had been published: ${listed(what, 4)}`)
  }

export const winnerChanges = whole<Winner>('append-only/winner', 'winner')
export const seedChanges = whole<Seed>('append-only/seed', 'seed')
export const scheduleChanges = whole<Schedule>('append-only/schedule', 'schedule')

export function deadlineChanges(before: Deadline, after: Deadline | undefined, { round }: Scene): Change[] {
  const change = (what: string): Change[] => [
    { code: 'append-only/deadline', message: `Round ${round}: what was there at the deadline was ${what}.` },
  ]
  if (after === undefined) return change('removed after it had been recorded')
  const what = [
    ...fieldChanges({ ...before, files: 0 }, { ...after, files: 0 }),
    ...entryChanges(before.files, after.files).map(({ key }) => promptName(key)),
    ...Object.keys(after.files)
      .filter((stem) => !Object.hasOwn(before.files, stem))
      .map(promptName),
  ]
  return what.length === 0 ? [] : change(`changed after it had been recorded: ${listed(what, 4)}`)
}

export function promptChanges(before: readonly string[], after: readonly string[] | undefined, { round }: Scene) {
  const change = (what: string): Change[] => [
    {
      code: 'append-only/prompts',
      message: `Round ${round}: the prompts were ${what} after they had been handed out.`,
    },
  ]
  if (after === undefined) return change('removed')
  if (isSame(before, after)) return []
  const now = new Set(after)
  const gone = before.filter((url) => !now.has(url)).length
  const added = after.length - (before.length - gone)
  if (gone === 0 && added === 0) return change('put in another order')
  return change(`changed: ${gone} of ${before.length} are gone, ${Math.max(0, added)} came in,`)
}

/** Who takes part is decided once; nobody is let in later. */
export function entryListChanges(before: Submissions, after: Submissions | undefined, { round }: Scene): Change[] {
  const change = (message: string): Change => ({ code: 'append-only/entry', message: `Round ${round}: ${message}.` })
  if (after === undefined) return [change(`${counted(Object.keys(before).length, 'entry', 'entries')} were removed`)]
  const changes = entryChanges<Submission>(before, after).map(({ key, old, now }) => {
    if (now === undefined) return change(`the entry of ${who(key)} was removed after it had been accepted`)
    const what = fieldChanges(old, now).join(', ')
    return change(`the entry of ${who(key)} was changed after it had been accepted: ${what}`)
  })
  const late = Object.keys(after).filter((hotkey) => !Object.hasOwn(before, hotkey))
  return [...changes, ...late.map((hotkey) => change(`${who(hotkey)} was let in after the entries had been published`))]
}

export function revealChanges(before: Reveals, after: Reveals | undefined, { round }: Scene): Change[] {
  const change = (what: string): Change[] => [
    {
      code: 'append-only/entry',
      message: `Round ${round}: what was revealed was ${what} after it had been published.`,
    },
  ]
  if (after === undefined) return change('removed')
  if (isSame(before, after)) return []
  const { hotkeys: _, ...head } = before
  const { hotkeys: __, ...headNow } = after
  const now = new Map(after.hotkeys.map((record) => [record.hotkey, record]))
  const changed = before.hotkeys.filter((record) => !isSame(record, now.get(record.hotkey)))
  const who_ = changed.length === 0 ? [] : [`the record of ${listed(changed.map(({ hotkey }) => who(hotkey)))}`]
  return change(`changed (${[...fieldChanges(head, headNow), ...who_].join(', ') || 'other hotkeys or another order'})`)
}
