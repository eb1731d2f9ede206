import type { z } from 'zod'
import { isReordered } from './map.ts'
import { jsonFloat } from './number-text.ts'

/**
 * Compares a text with the layout in which a value is written, without writing it: two spaces a level, fields as declared.
 * A well-formed text that follows to its end is what `serialise` gives for that value; of any other nothing is known.
 */
export type Follow = (value: unknown, text: string, at: number) => number

/** The end of what does not follow. */
const ASTRAY = -1
const QUOTE = 34

/** @returns where the value's text ends, if it follows from `at` on, or -1 */
export function layoutOf(schema: z.core.$ZodType, depth = 0): Follow {
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'default':
    case 'optional':
      return layoutOf(def.innerType, depth)
    case 'nullable':
      return orNull(layoutOf(def.innerType, depth))
    case 'pipe':
      return layoutOf(def.out, depth)
    case 'array':
      return followArray(layoutOf(def.element, depth + 1), depth)
    case 'record':
      return followRecord(layoutOf(def.valueType, depth + 1), depth)
    case 'object':
      return followObject(def.shape, depth)
    case 'number':
      return 'format' in def ? followInt : followFloat
    case 'string':
    case 'enum':
      return followString
    default:
      return () => ASTRAY
  }
}

const literal = (text: string, expected: string, at: number) =>
  text.startsWith(expected, at) ? at + expected.length : ASTRAY

const orNull =
  (follow: Follow): Follow =>
  (value, text, at) =>
    value === null ? literal(text, 'null', at) : follow(value, text, at)

const followInt: Follow = (value, text, at) =>
  Number.isSafeInteger(value) && !Object.is(value, -0) ? literal(text, String(value), at) : ASTRAY

const followFloat: Follow = (value, text, at) =>
  Number.isFinite(value) ? literal(text, jsonFloat(value as number), at) : ASTRAY

/** What must be escaped cannot stand in JSON as it is: a string that does stand there as it is has nothing to escape. */
const followString: Follow = (value, text, at) => {
  if (typeof value !== 'string' || text.charCodeAt(at) !== QUOTE || !text.startsWith(value, at + 1)) return ASTRAY
  const end = at + 1 + value.length
  return text.charCodeAt(end) === QUOTE ? end + 1 : ASTRAY
}

const lineOf = (before: string, depth: number) => `${before}\n${'  '.repeat(depth)}`

function followArray(follow: Follow, depth: number): Follow {
  const [first, next, last] = [lineOf('[', depth + 1), lineOf(',', depth + 1), `${lineOf('', depth)}]`]
  return (value, text, at) => {
    if (!Array.isArray(value)) return ASTRAY
    if (value.length === 0) return literal(text, '[]', at)
    let end = at
    for (let index = 0; index < value.length && end >= 0; index++) {
      end = literal(text, index === 0 ? first : next, end)
      if (end >= 0) end = follow(value[index], text, end)
    }
    return end < 0 ? ASTRAY : literal(text, last, end)
  }
}

function followRecord(follow: Follow, depth: number): Follow {
  const [first, next, last] = [lineOf('{', depth + 1), lineOf(',', depth + 1), `${lineOf('', depth)}}`]
  return (value, text, at) => {
    if (!isObject(value)) return ASTRAY
    let end = at
    for (const key of Object.keys(value)) {
      if (key === '__proto__' || isReordered(key)) return ASTRAY
      end = literal(text, end === at ? first : next, end)
      if (end >= 0) end = followString(key, text, end)
      if (end >= 0) end = literal(text, ': ', end)
      if (end >= 0) end = follow(value[key], text, end)
      if (end < 0) return ASTRAY
    }
    return end === at ? literal(text, '{}', at) : literal(text, last, end)
  }
}

/** Fields in the order of the schema; those that are not there are looked over, unknown ones go astray. */
function followObject(shape: Readonly<Record<string, z.core.$ZodType>>, depth: number): Follow {
  const fields = Object.entries(shape).map(([key, field]) => ({
    key,
    first: `${lineOf('{', depth + 1)}${JSON.stringify(key)}: `,
    next: `${lineOf(',', depth + 1)}${JSON.stringify(key)}: `,
    follow: layoutOf(field, depth + 1),
  }))
  const last = `${lineOf('', depth)}}`
  return (value, text, at) => {
    if (!isObject(value)) return ASTRAY
    let end = at
    let left = Object.keys(value).length
    for (const { key, first, next, follow } of fields) {
      const field = value[key]
      if (field === undefined) continue
      left -= 1
      end = literal(text, end === at ? first : next, end)
      if (end >= 0) end = follow(field, text, end)
      if (end < 0) return ASTRAY
    }
    if (left > 0) return ASTRAY
    return end === at ? literal(text, '{}', at) : literal(text, last, end)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
