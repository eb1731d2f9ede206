// What a surface looks like: base colour factor and texture. Metalness and roughness are not drawn.
import { decodeImage, ImageProblem } from '../decode-image.ts'
import { FileFault } from '../file-fault.ts'
import { MAX_TEXELS } from '../limits.ts'
import type { Material } from '../mesh.ts'
import { type Texture, textureOf } from '../texture.ts'
import { bufferView } from './accessor.ts'
import type { GlbDocument } from './document.ts'
import { entry, type Json, numbers, object, whole } from './json.ts'

const PLAIN: Material = { colour: [1, 1, 1], texture: undefined, doubleSided: false }

/** Reads the materials that are used, each one and each texture once; all textures together have a limit. */
export class Materials {
  readonly used: Material[] = []
  readonly #document: GlbDocument
  readonly #places = new Map<unknown, number>()
  readonly #textures = new Map<number, Texture>()
  #texels = 0

  constructor(document: GlbDocument) {
    this.#document = document
  }

  /** @param index undefined for a primitive without material @returns its place in `used` @throws FileFault */
  async use(index: unknown): Promise<number> {
    const known = this.#places.get(index)
    if (known !== undefined) return known
    const place = this.used.push(index === undefined ? PLAIN : await this.#read(index)) - 1
    this.#places.set(index, place)
    return place
  }

  async #read(index: unknown): Promise<Material> {
    const where = `materials[${whole(index, 'material')}]`
    const { pbrMetallicRoughness, doubleSided } = entry(this.#document.materials, index, where)
    const pbr = object(pbrMetallicRoughness ?? {}, where)
    const [red, green, blue] = numbers(pbr.baseColorFactor, `${where}.baseColorFactor`, [1, 1, 1, 1])
    return {
      colour: [red!, green!, blue!],
      doubleSided: doubleSided === true,
      texture: await this.#texture(pbr.baseColorTexture, `${where}.baseColorTexture`),
    }
  }

  async #texture(reference: unknown, where: string): Promise<Texture | undefined> {
    if (reference === undefined) return undefined
    const texture = entry(this.#document.textures, object(reference, where).index, where)
    const source = webpSource(texture, where) ?? texture.source
    if (source === undefined) return undefined
    const image = entry(this.#document.images, source, where)
    const known = this.#textures.get(source as number)
    if (known !== undefined) return known
    const { data } = bufferView(this.#document, image.bufferView, where)
    const decoded = await this.#decode(data, where)
    this.#textures.set(source as number, decoded)
    return decoded
  }

  async #decode(data: Uint8Array, where: string): Promise<Texture> {
    try {
      const picture = await decodeImage(data, Math.max(1, MAX_TEXELS - this.#texels))
      this.#texels += picture.width * picture.height
      return textureOf(picture)
    } catch (error) {
      if (error instanceof ImageProblem) throw new FileFault('texture', `${where}: ${error.message}`)
      throw error
    }
  }
}

function webpSource(texture: Json, where: string): unknown {
  const { EXT_texture_webp } = object(texture.extensions ?? {}, where)
  return EXT_texture_webp === undefined ? undefined : object(EXT_texture_webp, where).source
}

/** Which set of texture coordinates the base colour uses. @throws FileFault `format` */
export function textureCoordinates(document: GlbDocument, material: unknown): number {
  if (material === undefined) return 0
  const { pbrMetallicRoughness } = entry(document.materials, material, 'material')
  const { baseColorTexture } = object(pbrMetallicRoughness ?? {}, 'material')
  return whole(object(baseColorTexture ?? {}, 'baseColorTexture').texCoord, 'texCoord', 0)
}
