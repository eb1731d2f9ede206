/** A pallet as the metadata shows it: what it stores, what it can be told, what it tells. */

import type { Value } from './encode/values.ts'
import type { Type, Variant } from './types.ts'

export interface Pallet {
  readonly name: string
  /** First byte of its calls and events, and what errors name it by. */
  readonly index: number
  /** Rust's name of it, part of the paths of its types. */
  readonly crate: string
  readonly storage?: readonly StorageItem[]
  readonly calls?: readonly Variant[]
  readonly events?: readonly Variant[]
  readonly errors?: readonly Variant[]
  readonly constants?: readonly Constant[]
}

export interface StorageItem {
  readonly name: string
  /** None for a single value. */
  readonly keys: readonly Key[]
  readonly value: Type
  /** What an absent key reads as; an item without is an option. */
  readonly fallback?: { readonly value: Value | undefined }
}

export interface Constant {
  readonly name: string
  readonly type: Type
  readonly value: Value
}

/** Numbers as in the metadata. */
export const HASHERS = { blake2_128Concat: 2, twox64Concat: 5, identity: 6 } as const

export interface Key {
  readonly hasher: keyof typeof HASHERS
  readonly type: Type
}

const hashed = (hasher: keyof typeof HASHERS) => (type: Type) => ({ hasher, type })
export const blake2 = hashed('blake2_128Concat')
export const twox64 = hashed('twox64Concat')
export const identity = hashed('identity')

/** An item that may be absent. */
export const optional = (name: string, keys: readonly Key[], value: Type): StorageItem => ({ name, keys, value })

/** An item that reads as the given value where nothing is stored: zero, empty, false unless told. */
export const stored = (name: string, keys: readonly Key[], type: Type, value?: Value): StorageItem => ({
  name,
  keys,
  value: type,
  fallback: { value },
})

export const constant = (name: string, type: Type, value: Value): Constant => ({ name, type, value })
