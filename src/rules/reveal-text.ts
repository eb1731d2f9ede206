/** One revealed text, which may be anything: read within limits, never trusted, never a reason to fail. */
import type { RevealReason } from '../state/reveals.ts'
import type { RevealSchema } from './reveals.ts'

/** UTF-8 bytes of a text beyond which nobody looks at it: a timelocked text on the chain cannot have more than 780. */
export const MAX_REVEAL_BYTES = 1024

/** What is wrong with a text. */
export interface TextProblem {
  readonly code: RevealReason
  /** For the miner to read. */
  readonly says: string
}

export interface ParsedReveal {
  /** The non-empty strings of the revealed object. */
  readonly fields: ReadonlyMap<string, string>
  /** Its other fields. */
  readonly others: ReadonlyMap<string, unknown>
  readonly problem?: TextProblem
}

/** A JSON object; single quotes count as double ones, since shells make people write them. */
export function parseReveal(text: string): ParsedReveal {
  if (isTooLong(text)) return refuse('too-long', `the text is longer than ${MAX_REVEAL_BYTES} bytes`)
  let value: unknown
  try {
    value = JSON.parse(text.replaceAll("'", '"'))
  } catch {
    return refuse('not-json', 'the text is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('not-an-object', 'the text is not a JSON object')
  }
  const entries = Object.entries(value)
  const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string'
  const other = entries.find((entry) => !isText(entry))?.[0]
  return {
    fields: new Map(entries.filter(isText).filter(([, field]) => field !== '')),
    others: new Map(entries.filter(([, field]) => typeof field !== 'string' || field === '')),
    ...(other === undefined ? {} : { problem: notAString(other) }),
  }
}

/** A text by the fields of an entry. */
export interface EntryText {
  /** The fields that are as they must be, as they are stored. */
  readonly fields: ReadonlyMap<string, string>
  /** Why others are not, by name. */
  readonly bad: ReadonlyMap<string, TextProblem>
  /** Why nothing of it counts, or not all. */
  readonly problem: TextProblem | undefined
}

export function readReveal(text: string, schema: RevealSchema): EntryText {
  const parsed = parseReveal(text)
  const fields = new Map<string, string>()
  const bad = new Map<string, TextProblem>()
  for (const [name, field] of Object.entries(schema.fields)) {
    const value = parsed.fields.get(name)
    const checked = value === undefined ? undefined : field.check(value)
    if (checked?.ok) fields.set(name, checked.value)
    else if (checked !== undefined) bad.set(name, { code: 'bad-value', says: `${name}: ${checked.reason}` })
    else if (parsed.others.get(name) === '') bad.set(name, { code: 'not-a-string', says: `"${name}" is empty` })
    else if (parsed.others.has(name)) bad.set(name, notAString(name))
  }
  if (fields.size > 0 || bad.size > 0) return { fields, bad, problem: [...bad.values()][0] }
  if (parsed.problem !== undefined && parsed.problem.code !== 'not-a-string')
    return { fields, bad, problem: parsed.problem }
  const names = Object.keys(schema.fields).join(', ')
  return { fields, bad, problem: { code: 'no-known-field', says: `the text has no field of an entry: ${names}` } }
}

/** The text as it is recorded: whole, or cut where it is too long in any case, so that a replay refuses it too. */
export function recordedText(text: string): string {
  return isTooLong(text) ? text.slice(0, MAX_REVEAL_BYTES + 1) : text
}

const isTooLong = (text: string) => text.length > MAX_REVEAL_BYTES || Buffer.byteLength(text) > MAX_REVEAL_BYTES

const notAString = (field: string): TextProblem => ({
  code: 'not-a-string',
  says: `${JSON.stringify(field.slice(0, 40))} is not a string`,
})

const refuse = (code: RevealReason, says: string): ParsedReveal => ({
  fields: new Map(),
  others: new Map(),
  problem: { code, says },
})
