import type { z } from 'zod'
import { files } from '../../src/state/files.ts'
import { isReordered } from '../../src/state/map.ts'
import type { AnyStateFile } from '../../src/state/state-file.ts'
import fc from '../support/properties.ts'

/** Values of every kind of file, derived from the schemas: unknown fields, odd strings and odd floats included. */
export function arbitraryOf(file: AnyStateFile): fc.Arbitrary<unknown> {
  if (file === files.pool || file === files.prompts || file === files.allowedSigners) return fc.array(line)
  if (file === files.matrix) return matrix
  return fromSchema(file.schema)
}

export const hotkey = fc.string({
  unit: fc.constantFrom(...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabc'),
  minLength: 48,
  maxLength: 48,
})
const text = fc.string({ unit: 'binary', maxLength: 12 })
const key = text.filter((name) => name !== '__proto__' && !isReordered(name))
const line = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .map((s) => s.replace(/[\r\n]/g, '').trim() || 'https://p.test/a.png')
const float = fc.double({ noNaN: true, noDefaultInfinity: true })
const int = fc.maxSafeInteger()
const moment = fc
  .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString().replace('.000Z', 'Z'))

const matrix = fc.uniqueArray(
  fc.record(
    { left: fc.constantFrom('leader', '5Abc', '5Def'), right: hotkey, margin: float },
    { noNullPrototype: true },
  ),
  { selector: ({ left, right }) => `${left} ${right}` },
)

/** Fields that no schema knows; raw -0 is left out because JSON.stringify has no text for it. */
const unknown = fc
  .jsonValue({ maxDepth: 3 })
  .map((value): unknown => JSON.parse(JSON.stringify(value)))
  .filter((value) => !JSON.stringify(value).includes('"__proto__"'))
const unknownFields = fc.dictionary(key, unknown, { maxKeys: 2, noNullPrototype: true })

function fromSchema(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'optional':
    case 'default':
      return fromSchema(def.innerType)
    case 'nullable':
      return fc.option(fromSchema(def.innerType))
    case 'pipe':
      return fromSchema(def.out)
    case 'union':
      return fc.oneof(...def.options.map(fromSchema))
    case 'array':
      return fc.array(fromSchema(def.element), lengthOf(def))
    case 'record':
      return fc.dictionary(key, fromSchema(def.valueType), { maxKeys: 4, noNullPrototype: true })
    case 'object':
      return fromShape(def.shape)
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries))
    case 'literal':
      return fc.constantFrom(...def.values)
    case 'number':
      return 'format' in def ? int : float
    case 'boolean':
      return fc.boolean()
    case 'unknown':
      return unknown
    case 'string':
      return fromString(def)
    default:
      throw new Error(`no arbitrary for ${def.type}`)
  }
}

function lengthOf({ checks = [] }: z.core.$ZodArrayDef): { minLength?: number; maxLength: number } {
  const exact = checks.map(({ _zod: { def } }) => def).find(({ check }) => check === 'length_equals')
  if (exact === undefined) return { maxLength: 4 }
  const { length } = exact as z.core.$ZodCheckLengthEqualsDef
  return { minLength: length, maxLength: length }
}

function fromShape(shape: Readonly<Record<string, z.core.$ZodType>>): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, fromSchema(field)]))
  const requiredKeys = Object.keys(shape).filter((name) => shape[name]?._zod.def.type !== 'optional')
  return fc
    .tuple(fc.record(fields, { requiredKeys, noNullPrototype: true }), unknownFields)
    .map(([known, others]) => ({ ...others, ...known }))
}

function fromString(def: z.core.$ZodStringDef): fc.Arbitrary<unknown> {
  if ('format' in def && def.format === 'datetime') return moment
  if ('format' in def && def.format === 'date') return moment.map((at) => at.slice(0, 10))
  return def.checks === undefined || def.checks.length === 0 ? text : fc.constantFrom('08:00', '23:59:59', '00:00:00Z')
}
