/** Commitments as the chain holds them (pallet `Commitments`): what each field may be, and its bytes on the wire. */
import { RoundkeeperError } from '../errors.ts'
import { MAX_ENCRYPTED_BYTES } from './reveal-payload.ts'
import { join, list, type Read, readScale, type ScaleReader, sized, u8, u32, u64 } from './scale.ts'

export const MAX_FIELDS = 3
/** `Raw0` to `Raw128`; longer bytes go into `BigRaw`. */
export const MAX_RAW_BYTES = 128
export const MAX_BIG_RAW_BYTES = 512
/** Smaller commitments count as much as this one… */
export const LEAST_SPACE = 100
/** …against what a hotkey may commit on a subnet in one epoch, unless the chain's `MaxSpace` says otherwise. */
export const DEFAULT_MAX_SPACE = 3100
/** The chain keeps no more reveals of a hotkey than its newest ones. */
export const REVEALS_KEPT = 10

const HASHES = ['BlakeTwo256', 'Sha256', 'Keccak256', 'ShaThree256'] as const
const HASH_BYTES = 32

export type Data =
  | { readonly kind: 'none' }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }
  | { readonly kind: 'hash'; readonly algorithm: (typeof HASHES)[number]; readonly digest: Uint8Array }
  /** The chain takes any round, also those long past and those that never come. */
  | { readonly kind: 'timelock'; readonly encrypted: Uint8Array; readonly revealRound: bigint }
  | { readonly kind: 'reset-bonds' }
  | { readonly kind: 'big-raw'; readonly bytes: Uint8Array }

/** What `CommitmentOf` holds for one hotkey. */
export interface Registration {
  readonly deposit: bigint
  /** Of the last time that it was overwritten. */
  readonly block: number
  readonly fields: readonly Data[]
}

const TAG = { none: 0, raw: 1, hash: 130, timelock: 134, resetBonds: 135, bigRaw: 136 } as const

/** @throws `usage` for what the chain would not take */
export function encodeData(data: Data): Uint8Array {
  switch (data.kind) {
    case 'none':
      return u8(TAG.none)
    case 'raw':
      fits(data.bytes, MAX_RAW_BYTES)
      return join(u8(TAG.raw + data.bytes.length), data.bytes)
    case 'hash':
      if (data.digest.length !== HASH_BYTES) throw tooMuch(`a digest of ${data.digest.length} bytes`, `${HASH_BYTES}`)
      return join(u8(TAG.hash + HASHES.indexOf(data.algorithm)), data.digest)
    case 'timelock':
      fits(data.encrypted, MAX_ENCRYPTED_BYTES)
      return join(u8(TAG.timelock), sized(data.encrypted), u64(data.revealRound))
    case 'reset-bonds':
      return u8(TAG.resetBonds)
    case 'big-raw':
      fits(data.bytes, MAX_BIG_RAW_BYTES)
      return join(u8(TAG.bigRaw), sized(data.bytes))
  }
}

/** A plain commitment, which everybody can read at once. @throws `usage` beyond `MAX_BIG_RAW_BYTES` */
export const plainData = (bytes: Uint8Array): Data => ({
  kind: bytes.length > MAX_RAW_BYTES ? 'big-raw' : 'raw',
  bytes,
})

/** `CommitmentInfo`, the argument of `set_commitment`. @throws `usage` for what the chain would not take */
export function encodeInfo(fields: readonly Data[]): Uint8Array {
  if (fields.length > MAX_FIELDS) throw tooMuch(`${fields.length} fields`, `${MAX_FIELDS}`)
  return list(fields.map(encodeData))
}

export const encodeRegistration = ({ deposit, block, fields }: Registration): Uint8Array =>
  join(u64(deposit), u32(block), encodeInfo(fields))

export const decodeData = (bytes: Uint8Array): Read<Data> => readScale(bytes, dataIn)

export const decodeInfo = (bytes: Uint8Array): Read<Data[]> => readScale(bytes, infoIn)

export const decodeRegistration = (bytes: Uint8Array): Read<Registration> =>
  readScale(bytes, (reader) => ({ deposit: reader.u64(), block: reader.u32(), fields: infoIn(reader) }))

/** One hotkey's `RevealedCommitments`, oldest first: what was decrypted, and the block that revealed it. */
export interface RevealedPayload {
  readonly payload: Uint8Array
  readonly block: bigint
}

export const encodeRevealed = (reveals: readonly RevealedPayload[]): Uint8Array =>
  list(reveals.map(({ payload, block }) => join(sized(payload), u64(block))))

/** However many and however long they are: one that is refused later hides none of the others. */
export const decodeRevealed = (bytes: Uint8Array): Read<RevealedPayload[]> =>
  readScale(bytes, (reader) =>
    reader.list(bytes.length, () => ({ payload: reader.sized(bytes.length), block: reader.u64() })),
  )

/** What a commitment counts against the space of its hotkey in this epoch. */
export function spaceOf(fields: readonly Data[]): number {
  return Math.max(
    LEAST_SPACE,
    fields.reduce((sum, data) => sum + lengthOf(data), 0),
  )
}

/** All that a commitment says in the open, its fields joined; empty where it says nothing, or nothing yet. */
export const plainBytes = (fields: readonly Data[]): Uint8Array =>
  join(...fields.map((data) => (data.kind === 'raw' || data.kind === 'big-raw' ? data.bytes : new Uint8Array())))

function dataIn(reader: ScaleReader): Data {
  const tag = reader.u8()
  if (tag === TAG.none) return { kind: 'none' }
  if (tag <= TAG.raw + MAX_RAW_BYTES) return { kind: 'raw', bytes: reader.take(tag - TAG.raw) }
  const algorithm = HASHES[tag - TAG.hash]
  if (algorithm !== undefined) return { kind: 'hash', algorithm, digest: reader.take(HASH_BYTES) }
  if (tag === TAG.timelock) {
    return { kind: 'timelock', encrypted: reader.sized(MAX_ENCRYPTED_BYTES), revealRound: reader.u64() }
  }
  if (tag === TAG.resetBonds) return { kind: 'reset-bonds' }
  if (tag === TAG.bigRaw) return { kind: 'big-raw', bytes: reader.sized(MAX_BIG_RAW_BYTES) }
  return reader.refuse(`an unknown kind of field, ${tag}`)
}

const infoIn = (reader: ScaleReader): Data[] => reader.list(MAX_FIELDS, () => dataIn(reader))

function lengthOf(data: Data): number {
  switch (data.kind) {
    case 'raw':
    case 'big-raw':
      return data.bytes.length
    case 'hash':
      return data.digest.length
    case 'timelock':
      return data.encrypted.length
    default:
      return 0
  }
}

function fits(bytes: Uint8Array, max: number): void {
  if (bytes.length > max) throw tooMuch(`${bytes.length} bytes`, `${max}`)
}

const tooMuch = (what: string, limit: string) =>
  new RoundkeeperError('usage', `the chain does not take ${what} there: its limit is ${limit}`, {
    where: 'commitment',
    hint: 'Commit less: a shorter text, or its digest.',
  })
