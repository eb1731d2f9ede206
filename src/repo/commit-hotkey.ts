/**
 * Whose a commit says it is: the trailer `Hotkey: ADDRESS` of its message, part of what the commit's id is a hash of.
 * Any bytes are read; what is not such a line does not matter.
 */

/** On one line, the key in letters of either case; an address of SS58 format 42, whose checksum nobody looks at here. */
const TRAILER = /^(\w+)[ \t]*:[ \t]*(5[1-9A-HJ-NP-Za-km-z]{47})[ \t\r]*$/
const BLANK = /^[ \t\r]*$/

/**
 * Trailers are lines of the last paragraph, which is not the first, whatever else stands there.
 * @param commit as git stores it @returns null where different ones are named, undefined where none is
 */
export function commitHotkey(commit: Buffer): string | null | undefined {
  const header = commit.indexOf('\n\n')
  if (header < 0) return undefined
  // Every byte a letter: nothing that is looked for is beyond ASCII, and nothing else can fail.
  const lines = commit.toString('latin1', header + 2).split('\n')
  const isText = (line: string) => !BLANK.test(line)
  const first = lines.findIndex(isText)
  const last = lines.findLastIndex(isText)
  const before = lines.findLastIndex((line, at) => at < last && BLANK.test(line))
  if (before < first) return undefined
  const named = new Set(lines.slice(before + 1, last + 1).flatMap((line) => hotkeyIn(line) ?? []))
  return named.size > 1 ? null : [...named][0]
}

function hotkeyIn(line: string): string | undefined {
  const [, key, address] = TRAILER.exec(line) ?? []
  return key?.toLowerCase() === 'hotkey' ? address : undefined
}
