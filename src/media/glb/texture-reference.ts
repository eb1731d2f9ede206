// How a material refers to a texture: glTF's textureInfo, with KHR_texture_transform and EXT_texture_webp.
import { sineCosine } from '../elementary.ts'
import { FileFault } from '../file-fault.ts'
import type { Meaning } from '../texture.ts'
import type { TextureMap } from '../texture-map.ts'
import type { GlbDocument } from './document.ts'
import type { Images } from './images.ts'
import { entry, type Json, numbers, object, whole } from './json.ts'
import { samplerOf } from './sampler.ts'

/** Turns further than this have no direction left to speak of. */
const MOST_ROTATION = 1000

/** @returns undefined when there is no texture, or only one in a form that we do not read @throws FileFault */
export async function openTexture(
  document: GlbDocument,
  images: Images,
  reference: unknown,
  meaning: Meaning,
  where: string,
): Promise<TextureMap | undefined> {
  if (reference === undefined) return undefined
  const info = object(reference, where)
  const texture = entry(document.textures, info.index, where)
  const source = extension(texture, 'EXT_texture_webp', where)?.source ?? texture.source
  if (source === undefined) return undefined
  const moved = extension(info, 'KHR_texture_transform', where)
  const set = whole(moved?.texCoord ?? info.texCoord, `${where}.texCoord`, 0)
  if (set !== 0 && set !== 1) throw new FileFault('unsupported', `${where} uses the coordinates TEXCOORD_${set}`)
  return {
    texture: await images.texture(source, meaning, where),
    sampler: samplerOf(document, texture.sampler, where),
    set,
    transform: moved === undefined ? undefined : transformOf(moved, where),
  }
}

/** An extension of some object, or undefined. @throws FileFault `format` */
export function extension(owner: Json, name: string, where: string): Json | undefined {
  const value = object(owner.extensions ?? {}, `${where}.extensions`)[name]
  return value === undefined ? undefined : object(value, `${where}.${name}`)
}

/** Scaled, turned, moved. Positive angles turn u towards -v, counter-clockwise in a picture, as viewers have it. */
function transformOf(moved: Json, where: string): readonly number[] {
  const [scaleU, scaleV] = numbers(moved.scale, `${where}.scale`, [1, 1]) as [number, number]
  const [moveU, moveV] = numbers(moved.offset, `${where}.offset`, [0, 0]) as [number, number]
  const [angle] = numbers(moved.rotation === undefined ? undefined : [moved.rotation], `${where}.rotation`, [0])
  if (!(angle! >= -MOST_ROTATION && angle! <= MOST_ROTATION)) {
    throw new FileFault('limit', `${where}.rotation is not within ±${MOST_ROTATION} radians`)
  }
  const [sine, cosine] = sineCosine(angle!)
  return [cosine * scaleU, sine * scaleV, moveU, -sine * scaleU, cosine * scaleV, moveV]
}
