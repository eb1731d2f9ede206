/** Values of described types as SCALE: what storage answers where nothing is stored, and the constants. */
import { compact, join, list } from '../../../scale.ts'
import { type Fields, isPositional, type Type } from '../types.ts'

/** Bytes may be given as text. A number that is not told is 0, a list empty, an option none. */
export type Value = number | bigint | boolean | string | Uint8Array | Values | { readonly [field: string]: Value }
type Values = readonly Value[]

export function encodeValue(type: Type, value?: Value): Uint8Array {
  switch (type.kind) {
    case 'primitive':
      return type.name === 'str' ? sequenceOf(type, value) : number(value ?? 0, bytesOf(type.name))
    case 'compact':
      return compact(Number(value ?? 0))
    case 'sequence':
      return sequenceOf(type.of, value)
    case 'array':
      return value instanceof Uint8Array ? value : join(...elements(Array(type.length).fill(type.of), value))
    case 'tuple':
      return join(...elements(type.of, value))
    case 'struct':
      return fieldsOf(type.fields, value)
    case 'enum': {
      const [first] = type.variants
      if (value !== undefined || first?.index !== 0) throw new TypeError(`only the first of ${type.path} is a default`)
      return join(new Uint8Array([0]), fieldsOf(first.fields, undefined))
    }
    case 'reference':
      throw new TypeError(`a ${type.to} has no value of its own`)
  }
}

const bytesOf = (name: string) => (name === 'bool' ? 1 : Number(name.slice(1)) / 8)

function number(value: Value, size: number): Uint8Array {
  const digits = BigInt(value as number | bigint | boolean)
  if (digits < 0n || digits >> BigInt(size * 8) !== 0n) throw new RangeError(`${digits} takes more than ${size} bytes`)
  return Uint8Array.from({ length: size }, (_, at) => Number((digits >> BigInt(at * 8)) & 0xffn))
}

function sequenceOf(of: Type, value: Value = []): Uint8Array {
  if (typeof value === 'string') return sequenceOf(of, new TextEncoder().encode(value))
  if (value instanceof Uint8Array) return join(compact(value.length), value)
  return list((value as Values).map((each) => encodeValue(of, each)))
}

/** A struct of one nameless field is written as its field. */
function fieldsOf(fields: Fields, value: Value | undefined): Uint8Array {
  if (isPositional(fields))
    return join(...elements(fields, fields.length === 1 && value !== undefined ? [value] : value))
  const values = (value ?? {}) as Readonly<Record<string, Value>>
  return join(...Object.entries(fields).map(([name, type]) => encodeValue(type, values[name])))
}

const elements = (types: readonly Type[], value: Value | undefined) =>
  types.map((type, at) => encodeValue(type, (value as Values | undefined)?.[at]))
