/** What the library decoded, as values of ours. Codecs differ from runtime to runtime: read by what they say, not what they are. */
import type { Codec } from '@polkadot/types/types'

const ZERO_ACCOUNT = '5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM'

/** 0n for what is no number. */
export function bigOf(codec: unknown): bigint {
  const text = String(codec ?? '')
  return /^\d+$/.test(text) ? BigInt(text) : 0n
}

/** Blocks, counts and shares; what is beyond 2⁵³ comes to that. */
export const numberOf = (codec: unknown): number => Math.min(Number(bigOf(codec)), Number.MAX_SAFE_INTEGER)

export const flagOf = (codec: unknown): boolean => String(codec) === 'true'

/** SS58 of an account; undefined for none, and for the account of zeros that stands for none. */
export function accountOf(codec: unknown): string | undefined {
  const text = String(codec ?? '')
  return text === '' || text === ZERO_ACCOUNT ? undefined : text
}

/** Elements of a vector; of anything else none. */
export const elementsOf = (codec: unknown): readonly Codec[] => (Array.isArray(codec) ? (codec as Codec[]) : [])

/** A field of a struct, an `Option` around it or its value taken off; undefined when it is none or not there. */
export function fieldOf(struct: unknown, name: string): Codec | undefined {
  const { get } = (struct ?? {}) as { get?: unknown }
  const found: unknown = typeof get === 'function' ? get.call(struct, name) : undefined
  return someOf(found)
}

/** What an `Option` holds. */
export function someOf(codec: unknown): Codec | undefined {
  const option = codec as { isNone?: unknown; unwrap?: unknown } | undefined
  if (option === undefined || option === null || option.isNone === true) return undefined
  return (typeof option.unwrap === 'function' && 'isSome' in option ? option.unwrap() : option) as Codec
}
