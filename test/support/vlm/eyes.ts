/** Looks at the pictures of a question: fetches or decodes them, and compares them with the prompt image. */
import { createHash } from 'node:crypto'
import { ClassicalDistance, promptDistance } from '../../../src/media/classical-distance.ts'
import { isLettered } from '../../../src/media/lettering.ts'
import { opaquePixels } from '../../../src/media/pixels-of.ts'
import type { Seen } from './temper.ts'

/** Twelve views are compared with a few prompts, over and over. */
export class Eyes {
  readonly #distances = new Map<string, Promise<number>>()
  readonly #letters = new Map<string, Promise<boolean>>()

  /** @throws for what is no picture */
  async see(prompt: Uint8Array, first: Uint8Array, second: Uint8Array): Promise<Seen> {
    return {
      first: await this.distance(first, prompt),
      second: await this.distance(second, prompt),
      firstBegs: await this.#begs(first),
      secondBegs: await this.#begs(second),
    }
  }

  /** Of a preview or of one view. */
  distance(picture: Uint8Array, prompt: Uint8Array): Promise<number> {
    return once(this.#distances, `${sha256(picture)} ${sha256(prompt)}`, () =>
      promptDistance(picture, prompt).catch(() => new ClassicalDistance().distance(picture, prompt)),
    )
  }

  /** Share of a picture that is not white. */
  async ink(picture: Uint8Array): Promise<number> {
    const { rgb } = await opaquePixels(picture)
    let count = 0
    for (let at = 0; at < rgb.length; at += 3) if (rgb[at]! + rgb[at + 1]! + rgb[at + 2]! < 700) count += 1
    return (3 * count) / rgb.length
  }

  #begs(picture: Uint8Array): Promise<boolean> {
    return once(this.#letters, sha256(picture), async () => isLettered(await opaquePixels(picture)))
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
