/**
 * Lets in what was gathered elsewhere, as far as it is asked for. Whoever decides reads through it: what the store does
 * not hold is looked for in the folders that were handed in, and kept only if it is what it is called, has the form of
 * its kind, and rests on contents that are there.
 */
import { z } from 'zod'
import type { EvidenceKind, Rests } from '../engine/evidence-kind.ts'
import { isError } from '../errors.ts'
import { canonicalJson } from '../store/canonical-json.ts'
import { contentKey } from '../store/content.ts'
import { evidenceKey } from '../store/evidence.ts'
import type { Incoming, ObjectStore } from '../store/object-store.ts'
import type { EvidenceFolder } from './evidence-folder.ts'

/** Of one record; that of a miner's 128 files has about 20,000. */
const MAX_RECORD_BYTES = 1 << 20

const DISPUTED = 'an earlier folder says otherwise, and is believed'

export interface Refusal {
  readonly folder: string
  readonly key: string
  readonly why: string
}

export class SiftingStore implements ObjectStore {
  readonly id: string
  /** How many pieces of evidence each folder brought. */
  readonly taken = new Map<string, number>()
  readonly refused: Refusal[] = []
  /** Said otherwise by a later folder than by the one that was believed. */
  readonly disputed: Refusal[] = []
  readonly #store: ObjectStore
  readonly #folders: readonly EvidenceFolder[]
  #kinds: Readonly<Record<string, EvidenceKind>> = {}
  readonly #looked = new Map<string, Promise<Uint8Array | undefined>>()

  constructor(store: ObjectStore, folders: readonly EvidenceFolder[]) {
    this.id = store.id
    this.#store = store
    this.#folders = folders
    for (const { name } of folders) this.taken.set(name, 0)
  }

  /** Nothing is let in before. */
  letIn(kinds: Readonly<Record<string, EvidenceKind>>): void {
    this.#kinds = kinds
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const there = await this.#store.get(key)
    if (there !== undefined) return there
    const [room = '', kind = ''] = key.split('/')
    const contentsOf = room === 'evidence' && Object.hasOwn(this.#kinds, kind) ? this.#kinds[kind] : undefined
    if (contentsOf === undefined) return undefined
    // What is not there at first is not there at the end: folders do not change.
    const looked = this.#looked.get(key) ?? this.#look(key, contentsOf)
    this.#looked.set(key, looked)
    return looked
  }

  has(key: string): Promise<boolean> {
    return this.#store.has(key)
  }

  put(key: string, bytes: Uint8Array, contentType: string): Promise<void> {
    return this.#store.put(key, bytes, contentType)
  }

  receive(chunks: AsyncIterable<Uint8Array>): Promise<Incoming> {
    return this.#store.receive(chunks)
  }

  url(key: string): string {
    return this.#store.url(key)
  }

  async #look(key: string, kind: EvidenceKind): Promise<Uint8Array | undefined> {
    let taken: Uint8Array | undefined
    for (const folder of this.#folders) {
      const bytes = await this.#examine(folder, key, () => folder.read(key, MAX_RECORD_BYTES))
      if (bytes === undefined) continue
      if (taken === undefined) taken = await this.#examine(folder, key, () => this.#take(folder, key, bytes, kind))
      else if (!Buffer.from(bytes).equals(taken)) this.disputed.push({ folder: folder.name, key, why: DISPUTED })
    }
    return taken
  }

  /** Faults of what was handed in are told, and pass; those of our own store do not. */
  async #examine<T>(folder: EvidenceFolder, key: string, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act()
    } catch (error) {
      if (error instanceof Untrue || isError(error, 'refused')) {
        this.refused.push({ folder: folder.name, key, why: (error as Error).message })
        return undefined
      }
      throw error
    }
  }

  async #take(folder: EvidenceFolder, key: string, bytes: Uint8Array, kind: EvidenceKind): Promise<Uint8Array> {
    for (const content of restsOf(key, bytes, kind)) await this.#takeContent(folder, content)
    await this.#store.put(key, bytes, 'application/json')
    this.taken.set(folder.name, (this.taken.get(folder.name) ?? 0) + 1)
    return bytes
  }

  async #takeContent(folder: EvidenceFolder, { sha256, extension, contentType, maxBytes, size }: Rests): Promise<void> {
    const key = contentKey(sha256, extension)
    if (await this.#store.has(key)) {
      if (size === undefined || (await this.#store.get(key))?.length === size) return
      throw new Untrue(`${key} has other than ${size} bytes`)
    }
    const chunks = await folder.stream(key, maxBytes)
    if (chunks === undefined) throw new Untrue(`${key}, on which it rests, is missing`)
    await using incoming = await this.#store.receive(chunks)
    if (incoming.sha256 !== sha256) throw new Untrue(`${key}, on which it rests, holds other bytes`)
    if (size !== undefined && incoming.size !== size) throw new Untrue(`${key} has ${incoming.size} bytes, not ${size}`)
    await incoming.keep(key, contentType)
  }
}

class Untrue extends Error {}

/** @throws Untrue for what is not what it is called, or not of its kind's form */
function restsOf(key: string, bytes: Uint8Array, kind: EvidenceKind): readonly Rests[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const record = JSON.parse(text) as { kind: string; inputs: unknown; result: unknown }
    if (canonicalJson({ kind: record.kind, inputs: record.inputs, result: record.result }) !== text)
      throw new Error('it is not written as evidence is')
    if (evidenceKey(record.kind, record.inputs) !== key) throw new Error('it is about something else')
    return kind(record.inputs, record.result)
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : []
    throw new Untrue(issue ? `${issue.path.join('.')}: ${issue.message}` : (error as Error).message.slice(0, 200))
  }
}
