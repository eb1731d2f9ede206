/**
 * Commit messages with trailers: text, a blank line, then `Key: value` lines that `git interpret-trailers` reads.
 * Pure; formatting a parsed message gives the same text again.
 */
import { RoundkeeperError } from '../errors.ts'

const KEY = /^[A-Za-z0-9][A-Za-z0-9-]*$/
const TRAILER = /^([A-Za-z0-9][A-Za-z0-9-]*): ?(.*)$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]+/g
/** Git takes a line of `---` for the end of a message that came with a patch. */
const DIVIDER = /^(?=---(\s|$))/gm

export interface Message {
  readonly text: string
  readonly trailers: Readonly<Record<string, string>>
}

/** Line breaks inside a trailer's value become spaces. @throws `usage` for an empty text or a malformed key */
export function formatMessage(text: string, trailers: Readonly<Record<string, string>>): string {
  const body = clean(text.replace(/\r\n?/g, '\n')).replace(DIVIDER, ' ').trim()
  if (body === '') throw new RoundkeeperError('usage', 'a commit needs a message', { hint: 'Say what changed.' })
  const lines = Object.entries(trailers).map(([key, value]) => {
    if (KEY.test(key)) return `${key}: ${clean(value).replace(/\s+/g, ' ').trim()}`.trimEnd()
    throw new RoundkeeperError('usage', `${JSON.stringify(key)} cannot be the key of a trailer`, {
      hint: 'Use letters, digits and dashes, such as Roundkeeper-Stage.',
    })
  })
  return lines.length === 0 ? `${body}\n` : `${body}\n\n${lines.join('\n')}\n`
}

/** Trailers are the last paragraph, if each of its lines is one and it is not the first; the last of a key counts. */
export function parseMessage(message: string): Message {
  const text = message.trimEnd()
  const cut = text.lastIndexOf('\n\n')
  const found = text
    .slice(cut + 2)
    .split('\n')
    .map((line) => TRAILER.exec(line))
  if (cut < 0 || found.some((match) => match === null)) return { text, trailers: {} }
  const trailers = Object.fromEntries(found.map((match) => [match?.[1] ?? '', match?.[2]?.trim() ?? '']))
  return { text: text.slice(0, cut).trimEnd(), trailers }
}

const clean = (text: string) => text.replace(CONTROL, ' ').toWellFormed()
