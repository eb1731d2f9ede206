import { z } from 'zod'
import { unwritable } from './broken.ts'
import { keysInOrder } from './key-order.ts'
import { isReordered, KEY_EXPECTED } from './map.ts'
import { jsonFloat } from './number-text.ts'
import { rawNumber } from './raw-json.ts'

/**
 * What JSON.stringify has to be given so that it prints `value` as the schema says: floats as floats, fields in order.
 * Fields that the schema does not know go through untouched. @throws `state-file` for what could not be read back
 */
export function printable(schema: z.core.$ZodType, value: unknown, where: string): unknown {
  if (value === null || value === undefined) return value
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
      return printable(def.innerType, value, where)
    case 'pipe':
      return printable(def.out, value, where)
    case 'union':
      return printable(chosen(def.options, value), value, where)
    case 'array':
      return (value as unknown[]).map((item, index) => printable(def.element, item, `${where}.${index}`))
    case 'record':
      return printableRecord(def.valueType, value, where)
    case 'object':
      return printableObject(def.shape, value, where)
    case 'number':
      return 'format' in def ? printableInt(value, where) : rawNumber(jsonFloat(value as number))
    default:
      return value
  }
}

function printableRecord(inner: z.core.$ZodType, value: object, where: string): object {
  return build(Object.entries(value), where, (key, item) => {
    if (isReordered(key)) throw unwritable(where, key, KEY_EXPECTED)
    return printable(inner, item, `${where}.${key}`)
  })
}

function printableObject(shape: Readonly<Record<string, z.core.$ZodType>>, value: object, where: string): object {
  const entries = keysInOrder(value, Object.keys(shape)).map((key): [string, unknown] => [key, Reflect.get(value, key)])
  return build(entries, where, (key, item) => {
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined
    return field === undefined ? item : printable(field, item, `${where}.${key}`)
  })
}

function build(entries: [string, unknown][], where: string, make: (key: string, value: unknown) => unknown): object {
  const result: Record<string, unknown> = {}
  for (const [key, value] of entries) {
    if (key === '__proto__') throw unwritable(where, key, 'any other key')
    result[key] = make(key, value)
  }
  return result
}

function printableInt(value: unknown, where: string): unknown {
  if (!Number.isSafeInteger(value)) throw unwritable(where, value, 'an integer')
  return value
}

const chosen = (options: readonly z.core.$ZodType[], value: unknown) =>
  options.find((option) => z.core.safeParse(option, value).success) ?? z.unknown()
