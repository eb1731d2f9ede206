import { styleText } from 'node:util'
import { believedOf } from './groups.ts'
import type { Report } from './schema.ts'
import { counted, plain, wrapped } from './text.ts'

const MAX_GROUPS = 12

/** What has to be believed: how many decisions of which kind rest on it, in which rounds. */
export function believedLines(unproved: Report['unproved'], width: number): string[] {
  const groups = believedOf(unproved)
  if (groups.length === 0) return []
  const shown = groups.slice(0, MAX_GROUPS)
  const counts = Math.max(...shown.map(({ count }) => `${count}`.length))
  const kinds = Math.max(...shown.map(({ kind }) => kind.length))
  const indent = ' '.repeat(counts + kinds + 6)
  const lines = shown.map(({ kind, why, count, rounds }) => {
    const where = `${rounds.includes(',') || rounds.includes('–') ? 'rounds' : 'round'} ${rounds}`
    const text = wrapped(`${plain(why)} (${where})`, width, indent)
    return `  ${`${count}`.padStart(counts)}  ${styleText('cyan', kind.padEnd(kinds))}  ${text}`
  })
  const more = groups.length - shown.length
  return [
    styleText('bold', 'Believed, not proved'),
    ...lines,
    ...(more > 0 ? [styleText('dim', `  and ${counted(more, 'other reason')} (--json lists all)`)] : []),
  ]
}
