import { isError } from '../../errors.ts'
import { sha256Hex } from '../../rules/digest.ts'
import { contentKey } from '../../store/content.ts'
import type { ObjectSource } from '../../store/source/object-source.ts'
import { Lru } from '../lru.ts'
import { isDigest, type NamedObject } from './named.ts'
import type { Problem } from './problem.ts'

export type Held = { readonly bytes: Uint8Array } | { readonly problem: Problem }

export type ObjectState = 'good' | 'known' | 'missing' | 'damaged' | 'unfetched'

/** So many failures in a row mean that the store does not answer, and not that these objects are special. */
const FAILURES_IN_A_ROW = 5
const MAX_KEPT_BYTES = 64 * 2 ** 20

/** The objects of a store by their digests: each asked for once, hashed, and counted. */
export class Objects {
  readonly #source: ObjectSource
  readonly #signal: AbortSignal
  /** `claimed` until it was asked for. */
  readonly #states = new Map<string, ObjectState | 'claimed'>()
  readonly #asked = new Map<string, Promise<Held>>()
  readonly #kept = new Lru<string, Held>(MAX_KEPT_BYTES)
  #failures = 0

  constructor(source: ObjectSource, signal: AbortSignal) {
    this.#source = source
    this.#signal = signal
  }

  /** How many were named so far. */
  get named(): number {
    return this.#states.size
  }

  /** @throws `unavailable`, `unauthorised`, `not-found` when the store does not answer at all; `aborted` */
  read(named: NamedObject, maxBytes: number): Promise<Held> {
    const { sha256, extension } = named
    if (!isDigest(sha256)) {
      const text = `${named.what} is named by "${sha256.slice(0, 80)}", which is no SHA-256`
      return Promise.resolve({ problem: { code: 'evidence/damaged', text, object: nameOf(named) } })
    }
    const key = contentKey(sha256, extension)
    const kept = this.#kept.get(key)
    if (kept !== undefined) return Promise.resolve(kept)
    const asked = this.#asked.get(key) ?? this.#ask(key, named, maxBytes).finally(() => this.#asked.delete(key))
    this.#asked.set(key, asked)
    return asked
  }

  /** @returns whether nobody named it before */
  claim(named: NamedObject): boolean {
    const key = nameOf(named)
    if (this.#states.has(key)) return false
    this.#states.set(key, 'claimed')
    return true
  }

  /** Counts what was found good at another time. */
  know(named: NamedObject): void {
    const key = nameOf(named)
    const state = this.#states.get(key)
    if (state === undefined || state === 'claimed') this.#states.set(key, 'known')
  }

  counts(): Record<ObjectState, number> {
    const counts = { good: 0, known: 0, missing: 0, damaged: 0, unfetched: 0 }
    for (const state of this.#states.values()) if (state !== 'claimed') counts[state] += 1
    return counts
  }

  async #ask(key: string, named: NamedObject, maxBytes: number): Promise<Held> {
    const { state, held } = await this.#judge(key, named, maxBytes)
    this.#states.set(nameOf(named), state)
    // An answer about what is not there is small, and asked for as often.
    this.#kept.set(key, held, 'bytes' in held ? held.bytes.length : 1000)
    return held
  }

  async #judge(key: string, named: NamedObject, maxBytes: number): Promise<{ state: ObjectState; held: Held }> {
    const bad = (state: 'missing' | 'damaged' | 'unfetched', text: string) => ({
      state,
      held: { problem: { code: `evidence/${state}` as const, text, object: nameOf(named) } },
    })
    const bytes = await this.#fetch(key, maxBytes)
    const about = `${named.what} (sha256 ${named.sha256})`
    if (typeof bytes === 'string') return bad('unfetched', `${about}: ${bytes}`)
    if (bytes === undefined) return bad('missing', about)
    const found = sha256Hex(bytes)
    if (found === named.sha256) return { state: 'good', held: { bytes } }
    return bad('damaged', `${about} lies there with the digest ${found}`)
  }

  /** @returns why it could not be read, as text */
  async #fetch(key: string, maxBytes: number): Promise<Uint8Array | undefined | string> {
    try {
      const bytes = await this.#source.get(key, { maxBytes, signal: this.#signal })
      this.#failures = 0
      return bytes
    } catch (error) {
      if (!isError(error)) throw error
      if (error.code === 'refused') return error.message
      if (error.code !== 'unavailable' && error.code !== 'unauthorised') throw error
      this.#failures += 1
      if (this.#failures >= FAILURES_IN_A_ROW) throw error
      return error.message
    }
  }
}

/** How an object is spoken of among problems. */
export const nameOf = ({ sha256, extension }: NamedObject) => `${sha256}.${extension}`
