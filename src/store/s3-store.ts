import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import { checkKey } from './key.ts'
import type { Incoming, ObjectStore } from './object-store.ts'
import { occupied } from './occupied.ts'
import { type Body, bytesBody, fileBody } from './s3/body.ts'
import { Bucket, type BucketOptions } from './s3/bucket.ts'
import { publicBase } from './s3/location.ts'
import { writeInParts } from './s3/multipart.ts'
import { doesWriteOnce } from './s3/write-once.ts'
import { Spool } from './spool.ts'

export interface S3StoreOptions extends BucketOptions {
  /** Where the objects below the prefix are for anybody; by default what the service itself calls them. */
  readonly baseUrl?: string
  /** For bytes whose name is not known yet. */
  readonly spoolDir?: string
  /** What is larger than two of them is written in parts. S3 takes none smaller than 5 MiB. */
  readonly partBytes?: number
}

const PART_BYTES = 8 * 2 ** 20

/**
 * Objects of a bucket, on any server that speaks S3. An object appears whole or not at all, and the first writer wins; on
 * a service without conditional writes that holds for all but two writers within the same moment.
 */
export class S3Store implements ObjectStore, AsyncDisposable {
  readonly id: string
  readonly #bucket: Bucket
  readonly #base: string
  readonly #spool: Spool
  readonly #partBytes: number
  #writesOnce: Promise<boolean> | undefined

  constructor(options: S3StoreOptions) {
    this.#bucket = new Bucket(options)
    this.id = this.#bucket.id
    this.#base = publicBase(options, options.baseUrl)
    this.#spool = new Spool(options.spoolDir ?? join(tmpdir(), `roundkeeper-incoming-${process.getuid?.() ?? 0}`))
    this.#partBytes = options.partBytes ?? PART_BYTES
  }

  async put(key: string, bytes: Uint8Array, contentType: string): Promise<void> {
    await this.#keep(checkKey(key), bytesBody(bytes), contentType)
  }

  async receive(chunks: AsyncIterable<Uint8Array>): Promise<Incoming> {
    const spooled = await this.#spool.receive(chunks, this.id)
    const { sha256, size } = spooled
    return {
      sha256,
      size,
      keep: (key, contentType) => this.#keep(checkKey(key), fileBody(spooled), contentType),
      [Symbol.asyncDispose]: () => spooled[Symbol.asyncDispose](),
    }
  }

  /** @throws `refused` when what comes, twice in a row, is not what was written */
  async get(key: string): Promise<Uint8Array | undefined> {
    for (let again = false; ; again = true) {
      const found = await this.#bucket.read(checkKey(key))
      if (found === undefined || found.sha256 === undefined || digest(found.bytes) === found.sha256) return found?.bytes
      // Once may have been the way here.
      if (again) throw damaged(key, this.#bucket.where(key), digest(found.bytes))
    }
  }

  async has(key: string): Promise<boolean> {
    return (await this.#bucket.find(checkKey(key))) !== undefined
  }

  url(key: string): string {
    return `${this.#base}/${checkKey(key)}`
  }

  /** Whether the service itself refuses to overwrite. Asks it by writing, once. */
  writesOnce(): Promise<boolean> {
    this.#writesOnce ??= doesWriteOnce(this.#bucket).catch((error: unknown) => {
      this.#writesOnce = undefined
      throw error
    })
    return this.#writesOnce
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bucket[Symbol.asyncDispose]()
  }

  /** @throws `refused` when other bytes are there */
  async #keep(key: string, body: Body, contentType: string): Promise<void> {
    const once = await this.writesOnce()
    const isLarge = body.size > 2 * this.#partBytes
    // What is there need not be sent; and a service that cannot look for itself has to be asked before.
    if ((isLarge || !once) && (await this.#holds(key, body))) return
    const written = isLarge
      ? await writeInParts(this.#bucket, key, body, contentType, { bytes: this.#partBytes, once })
      : await this.#bucket.write(key, body, contentType, once)
    if (written && once && !isLarge) return
    if (await this.#holds(key, body)) return
    throw new RoundkeeperError('unavailable', 'an object cannot be seen right after it was written', {
      where: this.#bucket.where(key),
      hint: 'The object store has to show an object as soon as it is written: see its settings, then run again.',
    })
  }

  /** @returns whether these bytes are there @throws `refused` when others are */
  async #holds(key: string, { size, sha256 }: Body): Promise<boolean> {
    const found = await this.#bucket.find(key)
    if (found === undefined) return false
    if (found.size === size) {
      // What others put there has to be read to be known.
      const bytes = found.sha256 === undefined ? await this.get(key) : undefined
      if ((bytes === undefined ? found.sha256 : digest(bytes)) === sha256) return true
    }
    throw occupied(key, this.#bucket.where(key))
  }
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const damaged = (key: string, where: string, sha256: string) =>
  new RoundkeeperError('refused', `the object ${key} holds other bytes than were written (sha256 ${sha256})`, {
    where,
    hint: 'It was damaged or replaced after it was written: restore it from a copy.',
  })
