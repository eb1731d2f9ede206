/** How findings name things. */

const MAX_LISTED = 3
const MAX_SHOWN = 60
/** Enough of a hotkey to recognise it. */
const HOTKEY_LENGTH = 10
const STEM_LENGTH = 12

/** `a`, `a and b`, `a, b, c and 9 more` */
export function listed(items: readonly string[], most = MAX_LISTED): string {
  if (items.length <= most) return joined(items, 'and')
  return `${items.slice(0, most).join(', ')} and ${items.length - most} more`
}

/** `a`, `a or b`, `a, b or c` */
export const anyOf = (items: readonly string[]) => joined(items, 'or')

const joined = (items: readonly string[], word: string) =>
  [items.slice(0, -1).join(', '), ...items.slice(-1)].filter(Boolean).join(` ${word} `)

/** `1 row`, `12 rows` */
export const counted = (count: number, noun: string, plural = `${noun}s`) => `${count} ${count === 1 ? noun : plural}`

/** `5F4HaNQJAX…`, or `the leader`. */
export function who(hotkey: string): string {
  if (hotkey === 'leader') return 'the leader'
  return hotkey.length > HOTKEY_LENGTH + 4 ? `${hotkey.slice(0, HOTKEY_LENGTH)}…` : hotkey
}

/** A value as it stands in its file, cut short; `nothing` for what is not there. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(short(value, MAX_SHOWN))
  return short(JSON.stringify(value) ?? String(value), MAX_SHOWN)
}

/** Enough of the name of a prompt to find it. */
export const promptName = (stem: string) => short(stem, STEM_LENGTH)

const short = (text: string, most: number) => (text.length > most ? `${text.slice(0, most)}…` : text)

/** `2026-03-01T08:00:00Z` */
export const moment = (at: Date) =>
  Number.isNaN(at.getTime()) ? 'an impossible time' : at.toISOString().replace('.000', '')

/** Text of others: a commit message, a path. */
export const quoted = (text: string) => shown(text.replace(/\s+/g, ' ').trim())

/** First line of a commit message. */
export const titleOf = (text: string) => text.split('\n')[0] ?? ''
