/** Who signed, in a line for people. Pure. */
import type { Report } from './schema.ts'
import { counted, short } from './text.ts'

export function signatureLines({ trust, founded, demanded, trusted }: Report['signatures']): string[] {
  if (trust === 'none' || demanded === 0) return []
  const list =
    trust === 'pinned'
      ? 'by your own list'
      : `by the list of the history itself${founded === null ? '' : `, which ${short(founded)} brought first`}`
  const all = trusted === demanded ? counted(demanded, 'commit') : `${trusted} of ${counted(demanded, 'commit')}`
  return [`${all} signed by somebody who may, ${list}`]
}
