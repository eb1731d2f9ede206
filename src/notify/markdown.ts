/** A notice as GitHub shows it. Every text is escaped: strangers wrote parts of it. Pure. */
import { when } from './moments.ts'
import type { Notice } from './notifier.ts'

export function asMarkdown({ text, facts, links }: Notice): string {
  const told = facts.map(
    ({ name, value, at }) => `- **${escaped(name)}:** ${escaped([value, at && when(at)].filter(Boolean).join(', '))}`,
  )
  const places = links.map(({ text: label, url }) => `[${escaped(label)}](${url})`)
  return [escaped(text).replaceAll('\n', '  \n'), told.join('\n'), places.join(' · ')]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** What markdown gives a meaning to, and what becomes a link by itself. */
const escaped = (text: string) => unlinked(text).replace(/[\\`*_{}()[\]<>#|~!&]/g, '\\$&')

/** Addresses and names in a stranger's text are to be read, not followed, and ping nobody. */
export const unlinked = (text: string) =>
  text.replaceAll('://', ':\u200b//').replace(/www\./gi, 'www\u200b.').replaceAll('@', '@\u200b')
