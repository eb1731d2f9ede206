/** Words and lines for people, out of texts that strangers wrote. Pure. */

/** Commands to a terminal, line breaks, and characters that hide or turn around what follows them. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** One printable line, of at most `max` characters. */
export function plain(text: string, max = 400): string {
  const line = text.slice(0, 2 * max).replace(UNPRINTABLE, (char) => (/\s/.test(char) ? ' ' : '\ufffd'))
  return line.length > max || text.length > 2 * max ? `${line.slice(0, max - 1)}…` : line
}

export const short = (id: string) => plain(id).slice(0, 10)

/** `1 error`, `3 errors` */
export const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

/** Broken between words where it is longer than `width`; later lines begin with `indent`. */
export function wrapped(text: string, width: number, indent = ''): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width - indent.length) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join(`\n${indent}`)
}

/** `0–3, 5` */
export function ranges(numbers: Iterable<number>): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const spans: [number, number][] = []
  for (const number of sorted) {
    const last = spans.at(-1)
    if (last !== undefined && number === last[1] + 1) last[1] = number
    else spans.push([number, number])
  }
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ')
}
