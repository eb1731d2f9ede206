/** Looks at the pictures of a question: fetches or decodes them, and compares them with the prompt image. */
import { createHash } from 'node:crypto'
import { promptDistance } from '../../../src/media/classical-distance.ts'
import { decodeImage } from '../../../src/media/decode-image.ts'
import { read } from './lettering.ts'
import type { Seen } from './temper.ts'

/** Twelve views are compared with a few prompts, over and over. */
export class Eyes {
  readonly #distances = new Map<string, Promise<number>>()
  readonly #texts = new Map<string, Promise<string | undefined>>()

  /** @throws for what is no picture */
  async see(prompt: Uint8Array, first: Uint8Array, second: Uint8Array): Promise<Seen> {
    return {
      first: await this.#distance(first, prompt),
      second: await this.#distance(second, prompt),
      firstSays: await this.#text(first),
      secondSays: await this.#text(second),
    }
  }

  #distance(picture: Uint8Array, prompt: Uint8Array): Promise<number> {
    return once(this.#distances, `${sha256(picture)} ${sha256(prompt)}`, () => promptDistance(picture, prompt))
  }

  #text(picture: Uint8Array): Promise<string | undefined> {
    return once(this.#texts, sha256(picture), async () => read(await decodeImage(picture, 2 ** 24)))
  }
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? make()
  known.set(key, found)
  return found
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const MAX_BYTES = 32 * 2 ** 20

export async function fetchPicture(url: string): Promise<Uint8Array> {
  const data = /^data:image\/(?:png|jpeg|webp);base64,(.*)$/s.exec(url)?.[1]
  if (data !== undefined) return Buffer.from(data, 'base64')
  const response = await fetch(url)
  if (!response.ok) throw new Error(`HTTP ${response.status} for ${url}`)
  const bytes = await response.bytes()
  if (bytes.length > MAX_BYTES) throw new Error('the picture is too large')
  return bytes
}
