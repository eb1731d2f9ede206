import type { z } from 'zod'
import { broken } from './broken.ts'
import { fitsFor, noteFitting } from './fits.ts'
import { withFloats } from './floats.ts'
import { rememberOrder } from './key-order.ts'
import { printable } from './printable.ts'
import { describeProblem, expectation } from './problems.ts'
import { readJson } from './read-json.ts'
import { type Definition, isSame, type StateFile } from './state-file.ts'
import { readerOfWritten } from './written.ts'

/** JSON layouts: indented; indented with non-ASCII escaped; one line with a space after colon and comma, escaped too. */
export type JsonStyle = 'indented' | 'ascii' | 'one-line'

export function jsonFile<T, A extends readonly (string | number)[]>(
  definition: Definition<T, A> & { style?: JsonStyle },
): StateFile<T, A> {
  const { style = 'indented', ...described } = definition
  const { name, schema } = described
  const empty = emptyCollection(schema)
  const fits = fitsFor(schema)
  const floats = withFloats(schema)
  const readWritten = style === 'one-line' ? undefined : readerOfWritten(schema)
  const serialise = (value: T) => layOut(JSON.stringify(printable(schema, value, name), null, 2), style)
  return {
    ...described,
    parse(text, path) {
      const plain = plainJson(text)
      if (fits(plain)) {
        noteFitting(plain)
        return plain as T
      }
      const input = empty !== undefined && text.trim() === '' ? empty : readJson(text, path, name)
      const value = validate(schema, input, path, name)
      rememberOrder(input, value)
      return value
    },
    serialise,
    isWritten(text, value) {
      // Fields that the schema moved stand in the text where they do not stand in the value: only the long way knows.
      const isPlain = isSame(text, () => layOut(JSON.stringify(floats(value), null, 2), style))
      return isPlain || isSame(text, () => serialise(value))
    },
    readWritten(bytes, text) {
      if (text.length > MAX_PLAIN_CHARS) return undefined
      const value = readWritten?.(bytes, text)
      noteFitting(value)
      return value as T | undefined
    },
  }
}

/** @throws RoundkeeperError `state-file` with every problem of the file */
export function validate<T>(schema: z.ZodType<T>, input: unknown, path: string, name: string): T {
  const result = schema.safeParse(input, { error: expectation })
  if (result.success) return result.data
  throw broken(
    name,
    path,
    result.error.issues.map((issue) => describeProblem(issue, input)),
  )
}

/** Texts that the short way may take: of a longer one, depth is looked at before anything is made of it. */
const MAX_PLAIN_CHARS = 1_000_000

function plainJson(text: string): unknown {
  if (text.length > MAX_PLAIN_CHARS) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the long way says why
  }
}

/** An empty file is an empty collection, where the file is one. */
function emptyCollection(schema: z.ZodType): object | undefined {
  if (schema._zod.def.type === 'array') return []
  return schema._zod.def.type === 'record' ? {} : undefined
}

const NOT_ASCII = /[\u007f-\uffff]/

/** Line breaks of the layout are the only raw ones in JSON text: inside strings they are escaped. */
function layOut(json: string, style: JsonStyle): string {
  if (style === 'indented') return json
  const escaped = json.replace(
    new RegExp(NOT_ASCII, 'g'),
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return style === 'ascii' ? escaped : escaped.replace(/,\n */g, ', ').replace(/\n */g, '')
}
