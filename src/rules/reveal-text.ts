/** One revealed text, which may be anything: read within limits, never trusted, never a reason to fail. */

/** UTF-8 bytes of a text beyond which nobody looks at it; the chain holds no more than about 1 KiB. */
export const MAX_REVEAL_BYTES = 4096

export interface ParsedReveal {
  /** The non-empty strings of the revealed object. */
  readonly fields: ReadonlyMap<string, string>
  /** What is wrong with the text, for the miner to read. */
  readonly problem?: string
}

/** A JSON object; single quotes count as double ones, since shells make people write them. */
export function parseReveal(text: string): ParsedReveal {
  if (isTooLong(text)) return refuse(`the text is longer than ${MAX_REVEAL_BYTES} bytes`)
  let value: unknown
  try {
    value = JSON.parse(text.replaceAll("'", '"'))
  } catch {
    return refuse('the text is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('the text is not a JSON object')
  }
  const entries = Object.entries(value)
  const strings = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '')
  const other = entries.find(([, field]) => typeof field !== 'string')?.[0]
  return {
    fields: new Map(strings),
    ...(other === undefined ? {} : { problem: `${JSON.stringify(other.slice(0, 40))} is not a string` }),
  }
}

/** The text as it is recorded: whole, or cut where it is too long in any case, so that a replay refuses it too. */
export function recordedText(text: string): string {
  return isTooLong(text) ? text.slice(0, MAX_REVEAL_BYTES + 1) : text
}

const isTooLong = (text: string) => text.length > MAX_REVEAL_BYTES || Buffer.byteLength(text) > MAX_REVEAL_BYTES

const refuse = (problem: string): ParsedReveal => ({ fields: new Map(), problem })
