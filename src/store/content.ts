import { createHash } from 'node:crypto'
import { RoundkeeperError } from '../errors.ts'
import { isSha256Hex } from '../rules/digest.ts'
import type { ObjectReader, ObjectStore } from './object-store.ts'

/** Objects named after their own bytes: `sha256/ab/abcdef….glb`. */
export interface Content {
  readonly sha256: string
  readonly key: string
  readonly url: string
  /** Bytes. */
  readonly size: number
}

/**
 * @param extension without the dot, e.g. `glb`
 * @throws `usage`, `unavailable`; `refused` when a damaged object lies at its place
 */
export async function putContent(
  store: ObjectStore,
  bytes: Uint8Array,
  extension: string,
  contentType: string,
): Promise<Content> {
  const sha256 = digest(bytes)
  const key = contentKey(sha256, extension)
  await store.put(key, bytes, contentType)
  return { sha256, key, url: store.url(key), size: bytes.length }
}

/** Like `putContent`, for bytes that are too many to hold in memory. @throws as it, and whatever the chunks throw */
export async function receiveContent(
  store: ObjectStore,
  chunks: AsyncIterable<Uint8Array>,
  extension: string,
  contentType: string,
): Promise<Content> {
  await using incoming = await store.receive(chunks)
  const { sha256, size } = incoming
  const key = contentKey(sha256, extension)
  await incoming.keep(key, contentType)
  return { sha256, key, url: store.url(key), size }
}

/**
 * The bytes with that hash, or undefined when the store does not have them.
 * @throws `refused` when what lies there hashes to something else; `usage`, `unavailable`
 */
export async function getContent(
  store: ObjectReader,
  sha256: string,
  extension: string,
): Promise<Uint8Array | undefined> {
  const key = contentKey(sha256, extension)
  const bytes = await store.get(key)
  if (bytes === undefined) return undefined
  const found = digest(bytes)
  if (found === sha256) return bytes
  throw new RoundkeeperError('refused', `the object ${key} holds other bytes than its name says (sha256 ${found})`, {
    where: `${key} in ${store.id}`,
    hint: 'It was damaged or replaced after it was written: restore it from a copy.',
  })
}

/** Like `getContent`, for bytes that something on record says are there. @throws `unavailable` when they are gone */
export async function requireContent(store: ObjectReader, sha256: string, extension: string): Promise<Uint8Array> {
  const bytes = await getContent(store, sha256, extension)
  if (bytes !== undefined) return bytes
  throw new RoundkeeperError('unavailable', `the object store has lost ${contentKey(sha256, extension)}`, {
    where: store.id,
    hint: 'Point the run at the store that the round was begun with, or restore the object from a copy.',
  })
}

/** @throws `usage` */
export function contentKey(sha256: string, extension: string): string {
  if (isSha256Hex(sha256) && /^[a-z0-9]{1,16}$/.test(extension)) return keyOf(sha256, extension)
  throw new RoundkeeperError('usage', 'not the name of a content', {
    where: JSON.stringify(`${sha256}.${extension}`.slice(0, 100)),
    hint: 'Give 64 lower-case hex digits and a short lower-case extension without a dot.',
  })
}

/** Whether an address is that of a content, wherever it is kept. */
export function isAddressOf(url: string, sha256: string, extension: string): boolean {
  const name = url.length - sha256.length - extension.length - 1
  const folder = name - '/sha256/00/'.length
  const isPlace =
    folder >= 0 && url.startsWith('/sha256/', folder) && url[name - 1] === '/' && url.endsWith(`.${extension}`)
  // Bit by bit: auditors ask it millions of times, and to put the key together takes longer.
  return (
    isPlace && url.startsWith(sha256, name) && sha256.startsWith(url.slice(name - 3, name - 1)) && isSha256Hex(sha256)
  )
}

const keyOf = (sha256: string, extension: string) => `sha256/${sha256.slice(0, 2)}/${sha256}.${extension}`

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
