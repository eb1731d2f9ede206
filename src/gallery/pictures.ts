/** Brings pictures from the object store into the gallery, each once, under a name that browsers show as a picture. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { isError } from '../errors.ts'
import { getContent } from '../store/content.ts'
import type { ObjectReader } from '../store/object-store.ts'
import type { Picture } from './views.ts'

const FOLDER = 'pictures'
const AT_ONCE = 8

/** Where a picture may be found. */
export interface PictureSource {
  readonly sha256: string | undefined
  /** `png` for previews, `img` for prompt images. */
  readonly extension: 'png' | 'img'
  readonly url: string | null
}

export class Pictures {
  readonly #store: ObjectReader | undefined
  readonly #dir: string
  readonly #limit = pLimit(AT_ONCE)
  readonly #placed = new Map<string, Promise<Picture>>()

  constructor(store: ObjectReader | undefined, dir: string) {
    this.#store = store
    this.#dir = dir
  }

  /** @throws `unavailable` when the store does not answer */
  async place({ sha256, extension, url }: PictureSource): Promise<Picture> {
    const where = url === null ? {} : { url }
    if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) return { ...where, missing: 'not on record by digest' }
    const key = `${sha256}.${extension}`
    const placed = this.#placed.get(key) ?? this.#limit(() => this.#copy(sha256, extension))
    this.#placed.set(key, placed)
    return { ...where, ...(await placed) }
  }

  /** How many lie in the gallery now. */
  async count(): Promise<number> {
    return (await Promise.all(this.#placed.values())).filter(({ src }) => src !== undefined).length
  }

  async #copy(sha256: string, extension: string): Promise<Picture> {
    if (this.#store === undefined) return { missing: 'no store was given' }
    const bytes = await getContent(this.#store, sha256, extension).catch((error: unknown) => {
      if (isError(error, 'refused')) return null
      throw error
    })
    if (bytes === undefined) return { missing: 'not in this store' }
    if (bytes === null) return { missing: 'damaged in this store' }
    const type = pictureType(bytes)
    if (type === undefined) return { missing: 'not a picture' }
    const src = `${FOLDER}/${sha256}.${type}`
    await mkdir(join(this.#dir, FOLDER), { recursive: true })
    await writeFile(join(this.#dir, src), bytes)
    return { src }
  }
}

/** Only formats that cannot carry a program. */
function pictureType(bytes: Uint8Array): 'png' | 'jpg' | 'webp' | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (head.startsWith('\xff\xd8\xff')) return 'jpg'
  return /^RIFF....WEBP$/s.test(head) ? 'webp' : undefined
}
