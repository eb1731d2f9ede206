import { z } from 'zod'
import { isReordered } from './map.ts'

/**
 * The short way through reading, for files as programs write them. A value that fits is what the schema would make of it,
 * to the order of its fields, however its numbers were written: nothing of it is unknown, left out or to be converted.
 */
export type Fits = (value: unknown) => boolean

/** @returns what holds for a value of plain `JSON.parse`; in doubt it does not fit, and goes the long way */
export function fitsFor(schema: z.core.$ZodType): Fits {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.checks !== undefined && def.checks.length > 0) return isUnchangedString(schema)
  switch (def.type) {
    case 'default':
      return fitsFor(def.innerType)
    case 'optional':
      return fitsFor(def.innerType)
    case 'nullable':
      return orNull(fitsFor(def.innerType))
    case 'pipe':
      return def.out._zod.def.type === 'number' ? fitsNumber(def.out) : isUnchangedString(schema)
    case 'array':
      return fitsArray(fitsFor(def.element))
    case 'record':
      return fitsRecord(fitsFor(def.valueType))
    case 'object':
      return fitsObject(def.shape)
    case 'string':
      return 'format' in def ? isUnchangedString(schema) : (value) => typeof value === 'string'
    case 'boolean':
      return (value) => typeof value === 'boolean'
    case 'literal':
    case 'enum': {
      const values = new Set<unknown>('entries' in def ? Object.values(def.entries) : def.values)
      return (value) => values.has(value)
    }
    case 'union':
      return 'discriminator' in def ? fitsOneOf(def.options.map(fitsFor)) : () => false
    default:
      return () => false
  }
}

/** A text that the schema takes as it is; anything else may be converted. */
const isUnchangedString =
  (schema: z.core.$ZodType): Fits =>
  (value) => {
    if (typeof value !== 'string') return false
    const read = z.core.safeParse(schema, value)
    return read.success && read.data === value
  }

const orNull =
  (fits: Fits): Fits =>
  (value) =>
    value === null || fits(value)

function fitsNumber(schema: z.core.$ZodType): Fits {
  const { def } = schema._zod
  if ('format' in def) return (value) => Number.isSafeInteger(value) && !Object.is(value, -0)
  return Number.isFinite
}

const fitsOneOf =
  (options: readonly Fits[]): Fits =>
  (value) =>
    options.some((fits) => fits(value))

const fitsArray =
  (fits: Fits): Fits =>
  (value) =>
    Array.isArray(value) && value.every((item) => fits(item))

const fitsRecord =
  (fits: Fits): Fits =>
  (value) => {
    if (!isObject(value)) return false
    for (const key of Object.keys(value)) {
      if (key === '__proto__' || isReordered(key) || !fits(value[key])) return false
    }
    return true
  }

/** Fields in the order of the schema, of which only optional ones may be missing. */
function fitsObject(shape: Readonly<Record<string, z.core.$ZodType>>): Fits {
  const fields = Object.entries(shape).map(([key, field]) => ({
    key,
    isOptional: field._zod.def.type === 'optional',
    fits: fitsFor(field),
  }))
  return (value) => {
    if (!isObject(value)) return false
    const keys = Object.keys(value)
    let at = 0
    for (const { key, isOptional, fits } of fields) {
      if (keys[at] === key) {
        if (!fits(value[key])) return false
        at += 1
      } else if (!isOptional) return false
    }
    return at === keys.length
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fitting = new WeakSet<object>()

/** For a value that fits, to be known as such. */
export function noteFitting(value: unknown): void {
  if (typeof value === 'object' && value !== null) fitting.add(value)
}

/** Whether a value was read the short way: then nothing in it is unknown to its schema. */
export const isFitting = (value: unknown): boolean => typeof value === 'object' && value !== null && fitting.has(value)
