/** A small language for SCALE types, as the metadata of a runtime describes them. Types with the same description are one. */

const PRIMITIVES = ['bool', 'char', 'str', 'u8', 'u16', 'u32', 'u64', 'u128', 'u256', 'i8', 'i16', 'i32', 'i64', 'i128']

export type Type =
  | { readonly kind: 'primitive'; readonly name: string; readonly index: number }
  | { readonly kind: 'compact' | 'sequence'; readonly of: Type }
  | { readonly kind: 'array'; readonly of: Type; readonly length: number }
  | { readonly kind: 'tuple'; readonly of: readonly Type[] }
  | (Named & { readonly kind: 'struct'; readonly fields: Fields })
  | (Named & { readonly kind: 'enum'; readonly variants: readonly Variant[] })
  | { readonly kind: 'reference'; readonly to: Outer }

/** Types that are made of all pallets; pallets themselves refer to them. */
export type Outer = 'RuntimeCall' | 'RuntimeEvent'

interface Named {
  /** In Rust, as `sp_runtime::DispatchError`; clients know some types by it. */
  readonly path: string
  /** Generic parameters; only those that clients look at are told. */
  readonly params: readonly (readonly [name: string, type: Type | undefined])[]
}

/** By name, or by position. */
export type Fields = Readonly<Record<string, Type>> | readonly Type[]

export interface Variant {
  /** The byte that it begins with. */
  readonly index: number
  readonly name: string
  readonly fields: Fields
}

export const isPositional = (fields: Fields): fields is readonly Type[] => Array.isArray(fields)
export const typesOf = (fields: Fields): readonly Type[] => (isPositional(fields) ? fields : Object.values(fields))

function primitive(name: string): Type {
  return { kind: 'primitive', name, index: PRIMITIVES.indexOf(name) }
}

export const bool = primitive('bool')
export const str = primitive('str')
export const u8 = primitive('u8')
export const u16 = primitive('u16')
export const u32 = primitive('u32')
export const u64 = primitive('u64')
export const u128 = primitive('u128')
export const i64 = primitive('i64')
export const i128 = primitive('i128')

export const compact = (of: Type): Type => ({ kind: 'compact', of })
export const sequence = (of: Type): Type => ({ kind: 'sequence', of })
export const array = (of: Type, length: number): Type => ({ kind: 'array', of, length })
export const tuple = (...of: readonly Type[]): Type => ({ kind: 'tuple', of })
export const reference = (to: Outer): Type => ({ kind: 'reference', to })

export const nothing = tuple()
export const bytes = sequence(u8)

export const struct = (path: string, fields: Fields, params: Named['params'] = []): Type => ({
  kind: 'struct',
  path,
  params,
  fields,
})

export const enumeration = (path: string, variants: readonly Variant[], params: Named['params'] = []): Type => ({
  kind: 'enum',
  path,
  params,
  variants,
})

export const variant = (index: number, name: string, fields: Fields = []): Variant => ({ index, name, fields })

/** Variants without fields, counted from 0. */
export const names = (all: readonly string[]): Variant[] => all.map((name, index) => variant(index, name))

export const option = (of: Type): Type =>
  enumeration('Option', [variant(0, 'None'), variant(1, 'Some', [of])], [['T', of]])

export const result = (ok: Type, error: Type): Type =>
  enumeration(
    'Result',
    [variant(0, 'Ok', [ok]), variant(1, 'Err', [error])],
    [
      ['T', ok],
      ['E', error],
    ],
  )

/** A sequence whose longest length only the runtime knows. */
export const boundedVec = (of: Type): Type =>
  struct(
    'bounded_collections::bounded_vec::BoundedVec',
    [sequence(of)],
    [
      ['T', of],
      ['S', undefined],
    ],
  )

export const btreeSet = (of: Type): Type => struct('BTreeSet', [sequence(of)], [['T', of]])
