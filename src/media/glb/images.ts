// The pictures in a file: each is decoded once, and all together have a limit.
import { decodeImage, ImageProblem, type Picture } from '../decode-image.ts'
import { FileFault } from '../file-fault.ts'
import { MAX_TEXELS } from '../limits.ts'
import { type Meaning, Texture } from '../texture.ts'
import { bufferView } from './accessor.ts'
import type { GlbDocument } from './document.ts'
import { entry } from './json.ts'

export class Images {
  readonly #document: GlbDocument
  readonly #pictures = new Map<unknown, Picture>()
  readonly #textures = new Map<string, Texture>()
  #texels = 0

  constructor(document: GlbDocument) {
    this.#document = document
  }

  /** @param source index of the image @throws FileFault */
  async texture(source: unknown, meaning: Meaning, where: string): Promise<Texture> {
    const image = entry(this.#document.images, source, `${where}.source`)
    const key = `${source} ${meaning}`
    const known = this.#textures.get(key)
    if (known !== undefined) return known
    const picture = this.#pictures.get(source) ?? (await this.#decode(image.bufferView, where))
    const texture = new Texture(picture, meaning)
    this.#pictures.set(source, picture)
    this.#textures.set(key, texture)
    return texture
  }

  async #decode(view: unknown, where: string): Promise<Picture> {
    const { data } = bufferView(this.#document, view, where)
    try {
      const picture = await decodeImage(data, MAX_TEXELS - this.#texels)
      this.#texels += picture.width * picture.height
      return picture
    } catch (error) {
      if (!(error instanceof ImageProblem)) throw error
      if (error.tooLarge) throw tooManyTexels()
      // The library's own words change with its version; what is on record about a file must not.
      const why = error.cause === undefined ? error.message : 'it is damaged, or an unusual kind of PNG, JPEG or WebP'
      throw new FileFault('texture', `${where}: ${why}`)
    }
  }
}

const tooManyTexels = () => new FileFault('limit', `all pictures together have more than ${MAX_TEXELS} pixels`)
