// glTF materials: factors within their ranges, and five maps.
import { FileFault } from '../file-fault.ts'
import type { Colour, Material } from '../mesh.ts'
import type { Meaning } from '../texture.ts'
import type { GlbDocument } from './document.ts'
import { Images } from './images.ts'
import { entry, type Json, numbers, object, whole } from './json.ts'
import { extension, openTexture } from './texture-reference.ts'

/** Brighter than anything that could still be told apart. */
const MOST_EMISSION = 1e4
const MOST_NORMAL_SCALE = 100
const ALPHAS: ReadonlyMap<unknown, Material['alpha']> = new Map([
  [undefined, 'opaque'],
  ['OPAQUE', 'opaque'],
  ['MASK', 'mask'],
  ['BLEND', 'blend'],
])

/** Reads the materials that are used, each one once. */
export class Materials {
  readonly used: Material[] = []
  readonly #document: GlbDocument
  readonly #images: Images
  readonly #places = new Map<unknown, number>()

  constructor(document: GlbDocument) {
    this.#document = document
    this.#images = new Images(document)
  }

  /** @param index undefined for a primitive without material @returns its place in `used` @throws FileFault */
  async use(index: unknown): Promise<number> {
    const known = this.#places.get(index)
    if (known !== undefined) return known
    const where = index === undefined ? 'the default material' : `materials[${whole(index, 'material')}]`
    const json = index === undefined ? {} : entry(this.#document.materials, index, where)
    const place = this.used.push(await this.#read(json, where)) - 1
    this.#places.set(index, place)
    return place
  }

  async #read(material: Json, where: string): Promise<Material> {
    const pbr = object(material.pbrMetallicRoughness ?? {}, where)
    const alpha = ALPHAS.get(material.alphaMode)
    if (alpha === undefined) throw new FileFault('format', `${where}.alphaMode is none of those that glTF knows`)
    const [red, green, blue, opacity] = numbers(pbr.baseColorFactor, `${where}.baseColorFactor`, [1, 1, 1, 1])
    const strength = extension(material, 'KHR_materials_emissive_strength', where)?.emissiveStrength
    const brightness = number(strength, `${where}.emissiveStrength`, 1, MOST_EMISSION)
    const emission = numbers(material.emissiveFactor, `${where}.emissiveFactor`, [0, 0, 0])
    const normal = object(material.normalTexture ?? {}, `${where}.normalTexture`)
    const occlusion = object(material.occlusionTexture ?? {}, `${where}.occlusionTexture`)
    const map = (reference: unknown, meaning: Meaning, name: string) =>
      openTexture(this.#document, this.#images, reference, meaning, `${where}.${name}`)
    return {
      colour: [share(red!), share(green!), share(blue!)],
      opacity: share(opacity!),
      metalness: number(pbr.metallicFactor, `${where}.metallicFactor`, 1, 1),
      roughness: number(pbr.roughnessFactor, `${where}.roughnessFactor`, 1, 1),
      emission: emission.map((value) => share(value) * brightness) as unknown as Colour,
      normalScale: number(normal.scale, `${where}.normalTexture.scale`, 1, MOST_NORMAL_SCALE, -MOST_NORMAL_SCALE),
      occlusionStrength: number(occlusion.strength, `${where}.occlusionTexture.strength`, 1, 1),
      maps: {
        colour: await map(pbr.baseColorTexture, 'colour', 'baseColorTexture'),
        metalRough: await map(pbr.metallicRoughnessTexture, 'measure', 'metallicRoughnessTexture'),
        normal: await map(material.normalTexture, 'measure', 'normalTexture'),
        occlusion: await map(material.occlusionTexture, 'measure', 'occlusionTexture'),
        emission: await map(material.emissiveTexture, 'colour', 'emissiveTexture'),
      },
      alpha,
      cutoff: number(material.alphaCutoff, `${where}.alphaCutoff`, 0.5, MOST_EMISSION),
      doubleSided: material.doubleSided === true,
      unlit: extension(material, 'KHR_materials_unlit', where) !== undefined,
    }
  }
}

const share = (value: number) => Math.min(Math.max(value, 0), 1)

/** Brought into its range: exporters round. @throws FileFault `format` for what is no number */
function number(value: unknown, where: string, fallback: number, most: number, least = 0): number {
  const [given] = numbers(value === undefined ? undefined : [value], where, [fallback])
  return Math.min(Math.max(given!, least), most)
}
