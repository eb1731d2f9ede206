import type { Incoming, ObjectStore } from '../store/object-store.ts'

/** Reads a store and writes beside it: whoever gathers evidence needs no right to write where it is kept. */
export class OverlayStore implements ObjectStore {
  readonly id: string
  /** Keys of the evidence that was written, in its order. */
  readonly written: string[] = []
  readonly #own: ObjectStore
  readonly #base: ObjectStore

  constructor(own: ObjectStore, base: ObjectStore) {
    this.id = own.id
    this.#own = own
    this.#base = base
  }

  async put(key: string, bytes: Uint8Array, contentType: string): Promise<void> {
    await this.#own.put(key, bytes, contentType)
    if (key.startsWith('evidence/')) this.written.push(key)
  }

  receive(chunks: AsyncIterable<Uint8Array>): Promise<Incoming> {
    return this.#own.receive(chunks)
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.#own.get(key)) ?? this.#base.get(key)
  }

  async has(key: string): Promise<boolean> {
    return (await this.#own.has(key)) || this.#base.has(key)
  }

  /** Where it will be for anybody: records name that. */
  url(key: string): string {
    return this.#base.url(key)
  }
}
