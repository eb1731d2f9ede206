// Models that use everything that is drawn: all maps, alpha modes, moved and clamped textures, two sets of coordinates.
import sharp from 'sharp'
import { type GlbParts, glbParts, packGlb, sphere, type TestMesh } from './models.ts'

export type Picture = (x: number, y: number) => readonly number[]

/** A PNG of that many pixels squared; three or four channels, 0..255. */
export async function pictureOf(size: number, colour: Picture): Promise<Uint8Array> {
  const pixels = Array.from({ length: size * size }, (_, i) => colour(i % size, Math.floor(i / size)))
  const channels = pixels[0]!.length as 3 | 4
  return sharp(Uint8Array.from(pixels.flat()), { raw: { width: size, height: size, channels } })
    .png()
    .toBuffer()
}

/** Adds a picture to a document. @returns its texture's index */
export function addTexture(parts: GlbParts, image: Uint8Array, sampler?: object): number {
  const { json } = parts
  const padding = Buffer.alloc((4 - (image.length % 4)) % 4)
  json.bufferViews.push({ buffer: 0, byteOffset: parts.binary.length, byteLength: image.length })
  parts.binary = Buffer.concat([parts.binary, image, padding])
  json.buffers[0].byteLength = parts.binary.length
  json.images = [...(json.images ?? []), { bufferView: json.bufferViews.length - 1, mimeType: 'image/png' }]
  if (sampler !== undefined) json.samplers = [...(json.samplers ?? []), sampler]
  const texture = { source: json.images.length - 1, ...(sampler && { sampler: json.samplers.length - 1 }) }
  json.textures = [...(json.textures ?? []), texture]
  return json.textures.length - 1
}

/** A ball with every map; small enough to be mutated ten thousand times. */
export async function everyMap(segments = 8): Promise<Uint8Array> {
  const mesh: TestMesh = sphere(0.5, segments)
  const parts = glbParts({ ...mesh, colours: mesh.positions.map((_, i) => (i % 3 === 1 ? 0.8 : 1)) })
  const tile = (a: readonly number[], b: readonly number[]) =>
    pictureOf(16, (x, y) => (((x >> 2) + (y >> 2)) % 2 ? a : b))
  const dents = await pictureOf(16, (x, y) => [40 + ((x * 60) % 180), 40 + ((y * 60) % 180), 220])
  const index = {
    colour: addTexture(parts, await tile([230, 60, 30, 255], [240, 220, 200, 90]), { wrapS: 33648, minFilter: 9986 }),
    metalRough: addTexture(parts, await tile([0, 60, 255], [0, 220, 0]), { wrapT: 33071, magFilter: 9728 }),
    normal: addTexture(parts, dents),
    occlusion: addTexture(parts, await tile([255, 0, 0], [90, 0, 0])),
    emission: addTexture(parts, await tile([0, 0, 0], [0, 30, 60])),
  }
  const KHR_texture_transform = { offset: [0.1, 0.2], rotation: 0.5, scale: [3, 2] }
  parts.json.extensionsUsed = ['KHR_texture_transform', 'KHR_materials_emissive_strength']
  const whole = {
    pbrMetallicRoughness: {
      baseColorFactor: [0.9, 0.9, 0.9, 0.9],
      baseColorTexture: { index: index.colour, extensions: { KHR_texture_transform } },
      metallicRoughnessTexture: { index: index.metalRough },
    },
    normalTexture: { index: index.normal, scale: 0.8 },
    occlusionTexture: { index: index.occlusion, strength: 0.7 },
    emissiveTexture: { index: index.emission },
    emissiveFactor: [1, 1, 1],
    extensions: { KHR_materials_emissive_strength: { emissiveStrength: 2 } },
    doubleSided: true,
  }
  parts.json.materials = ['OPAQUE', 'MASK', 'BLEND'].map((alphaMode) => ({ ...whole, alphaMode }))
  parts.json.materials[1].alphaCutoff = 0.4
  const [primitive] = parts.json.meshes[0].primitives
  parts.json.meshes = [0, 1, 2].map((material) => ({ primitives: [{ ...primitive, material }] }))
  parts.json.nodes = [-0.33, 0, 0.33].map((x, mesh) => ({ mesh, translation: [x, 0, -x], scale: [0.32, 0.6, 0.4] }))
  parts.json.scenes = [{ nodes: [0, 1, 2] }]
  return packGlb(parts)
}
