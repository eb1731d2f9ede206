/**
 * The shortest way through reading: takes text only that is, to the byte, what would be written for the value in it, so that
 * reading it and knowing that is one. Goes once over the bytes; in doubt it gives up, and the text goes a longer way.
 */
import type { z } from 'zod'
import { fitsFor } from './fits.ts'
import { isReordered } from './map.ts'
import { jsonFloat } from './number-text.ts'

/** @returns undefined where the text is not what would be written, or nobody can tell here */
export type ReadWritten = (bytes: Uint8Array, text: string) => unknown

/** For indented JSON of plain ASCII. @returns undefined for a schema that needs more */
export function readerOfWritten(schema: z.core.$ZodType): ReadWritten | undefined {
  const read = readerFor(schema, '\n')
  return (
    read &&
    ((bytes, text) => {
      if (bytes.length !== text.length) return undefined
      const cursor = new Cursor(bytes, text)
      const value = read(cursor)
      return value === NO || cursor.at !== bytes.length ? undefined : value
    })
  )
}

/** What a reader returns where the text is not as written. */
const NO = Symbol('not as written')
type Read = (cursor: Cursor) => unknown

/** @param line how a line begins at this depth: a line break and the indentation */
function readerFor(schema: z.core.$ZodType, line: string): Read | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.checks !== undefined && def.checks.length > 0) return fittingString(schema)
  switch (def.type) {
    case 'default':
    case 'optional':
      return readerFor(def.innerType, line)
    case 'nullable':
      return orNull(readerFor(def.innerType, line))
    case 'pipe':
      return def.out._zod.def.type === 'number' ? numberOf(def.out) : fittingString(schema)
    case 'array':
      return arrayOf(readerFor(def.element, `${line}  `), line)
    case 'record':
      return recordOf(readerFor(def.valueType, `${line}  `), line)
    case 'object':
      return objectOf(def.shape, line)
    case 'string':
      return 'format' in def ? fittingString(schema) : (cursor) => cursor.string()
    case 'literal':
    case 'enum':
      return fittingString(schema)
    default:
      return undefined
  }
}

function fittingString(schema: z.core.$ZodType): Read {
  const fits = fitsFor(schema)
  return (cursor) => {
    const value = cursor.string()
    return value !== NO && fits(value) ? value : NO
  }
}

const NULL = Buffer.from('null')

const orNull = (read: Read | undefined): Read | undefined =>
  read && ((cursor) => (cursor.takes(NULL) ? null : read(cursor)))

function numberOf(schema: z.core.$ZodType): Read {
  if ('format' in schema._zod.def)
    return (cursor) => cursor.number((value) => (Number.isSafeInteger(value) ? String(value) : undefined))
  return (cursor) => cursor.number((value) => (Number.isFinite(value) ? jsonFloat(value) : undefined))
}

const EMPTY_ARRAY = Buffer.from('[]')

function arrayOf(read: Read | undefined, line: string): Read | undefined {
  const [first, next, end] = [Buffer.from(`[${line}  `), Buffer.from(`,${line}  `), Buffer.from(`${line}]`)]
  if (read === undefined) return undefined
  return (cursor) => {
    if (cursor.takes(EMPTY_ARRAY)) return []
    if (!cursor.takes(first)) return NO
    const items: unknown[] = []
    do {
      const item = read(cursor)
      if (item === NO) return NO
      items.push(item)
    } while (cursor.takes(next))
    return cursor.takes(end) ? items : NO
  }
}

const EMPTY_OBJECT = Buffer.from('{}')
const COLON = Buffer.from(': ')

function recordOf(read: Read | undefined, line: string): Read | undefined {
  const [first, next, end] = [Buffer.from(`{${line}  `), Buffer.from(`,${line}  `), Buffer.from(`${line}}`)]
  if (read === undefined) return undefined
  return (cursor) => {
    const record: Record<string, unknown> = {}
    if (cursor.takes(EMPTY_OBJECT)) return record
    if (!cursor.takes(first)) return NO
    do {
      const key = cursor.string()
      if (typeof key !== 'string' || key === '__proto__' || isReordered(key) || Object.hasOwn(record, key)) return NO
      const value = cursor.takes(COLON) ? read(cursor) : NO
      if (value === NO) return NO
      record[key] = value
    } while (cursor.takes(next))
    return cursor.takes(end) ? record : NO
  }
}

/** Fields in the order of the schema, of which only optional ones may be missing. */
function objectOf(shape: Readonly<Record<string, z.core.$ZodType>>, line: string): Read | undefined {
  const fields = Object.entries(shape).map(([key, field]) => ({
    key,
    isOptional: field._zod.def.type === 'optional',
    first: Buffer.from(`{${line}  ${JSON.stringify(key)}: `),
    next: Buffer.from(`,${line}  ${JSON.stringify(key)}: `),
    read: readerFor(field, `${line}  `) as Read,
  }))
  const end = Buffer.from(`${line}}`)
  if (fields.some(({ read }) => read === undefined)) return undefined
  return (cursor) => {
    const object: Record<string, unknown> = {}
    let isFirst = true
    for (const { key, isOptional, first, next, read } of fields) {
      if (!cursor.takes(isFirst ? first : next)) {
        if (isOptional) continue
        return NO
      }
      isFirst = false
      const value = read(cursor)
      if (value === NO) return NO
      object[key] = value
    }
    return cursor.takes(isFirst ? EMPTY_OBJECT : end) ? object : NO
  }
}

const QUOTE = 34
const BACKSLASH = 92
/** By code: what no layout escapes. */
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 32 && code < 127 && code !== QUOTE && code !== BACKSLASH ? 1 : 0,
)
const NOT_ASCII = /[\u007f-\uffff]/
const COMMA = 44
const LINE_END = 10

class Cursor {
  readonly #bytes: Uint8Array
  readonly #text: string
  at = 0

  constructor(bytes: Uint8Array, text: string) {
    this.#bytes = bytes
    this.#text = text
  }

  /** Goes beyond these bytes, if they are next. */
  takes(expected: Uint8Array): boolean {
    const { at } = this
    const bytes = this.#bytes
    const { length } = expected
    if (at + length > bytes.length) return false
    for (let i = 0; i < length; i++) if (bytes[at + i] !== expected[i]) return false
    this.at = at + length
    return true
  }

  string(): string | typeof NO {
    const bytes = this.#bytes
    const { length } = bytes
    if (bytes[this.at] !== QUOTE) return NO
    const start = this.at + 1
    let end = start
    while (end < length && IS_PLAIN[bytes[end] as number] === 1) end += 1
    if (bytes[end] === BACKSLASH) return this.#escaped(end)
    if (end === length || bytes[end] !== QUOTE) return NO
    this.at = end + 1
    return this.#text.slice(start, end)
  }

  /** @param at where its first backslash is */
  #escaped(at: number): string | typeof NO {
    const bytes = this.#bytes
    let end = at
    while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1
    const text = this.#text.slice(this.at, end + 1)
    this.at = end + 1
    try {
      const value: string = JSON.parse(text)
      return JSON.stringify(value) === text && !NOT_ASCII.test(text) ? value : NO
    } catch {
      return NO
    }
  }

  /** @param print how a number is written, if it may be */
  number(print: (value: number) => string | undefined): number | typeof NO {
    const bytes = this.#bytes
    const { length } = bytes
    let end = this.at
    while (end < length && bytes[end] !== COMMA && bytes[end] !== LINE_END) end += 1
    const text = this.#text.slice(this.at, end)
    const value = Number(text)
    if (print(value) !== text) return NO
    this.at = end
    return value
  }
}
