/** The figure as a GLB of so many triangles, with normals, coordinates and one PNG texture for all its parts. */
import sharp from 'sharp'
import { colourOn, FIGURE, numbersFrom, placeOn } from './figure.ts'

/** Parts lie side by side in the texture, with a border, so that neighbours do not bleed into each other. */
const COLUMNS = 3
const ROWS = 2
const BORDER = 0.02
const NOISE = 16

/** @param triangles about as many @param texels across the texture */
export async function glbModel(triangles: number, texels: number): Promise<Uint8Array> {
  const edge = Math.round(Math.sqrt(triangles / 2 / FIGURE.length))
  const vertices = FIGURE.length * (edge + 1) ** 2
  const positions = new Float32Array(vertices * 3)
  const normals = new Float32Array(vertices * 3)
  const coordinates = new Float32Array(vertices * 2)
  const indices = new Uint32Array(FIGURE.length * edge ** 2 * 6)
  let [vertex, corner] = [0, 0]
  for (const [index, part] of FIGURE.entries()) {
    const first = vertex
    for (let row = 0; row <= edge; row++) {
      for (let column = 0; column <= edge; column++, vertex++) {
        const [u, v] = [column / edge, row / edge]
        const { at, normal } = placeOn(part, u, v)
        positions.set(at, vertex * 3)
        normals.set(normal, vertex * 3)
        coordinates[vertex * 2] = ((index % COLUMNS) + BORDER + u * (1 - 2 * BORDER)) / COLUMNS
        coordinates[vertex * 2 + 1] = (Math.floor(index / COLUMNS) + BORDER + v * (1 - 2 * BORDER)) / ROWS
        if (row === edge || column === edge) continue
        const a = first + row * (edge + 1) + column
        const b = a + edge + 1
        indices.set([a, b, a + 1, a + 1, b, b + 1], corner)
        corner += 6
      }
    }
  }
  return pack([positions, normals, coordinates, indices, await texture(texels)])
}

async function texture(texels: number): Promise<Uint8Array> {
  const rgb = new Uint8Array(texels * texels * 3)
  const random = numbersFrom(1)
  const within = (value: number) => Math.min(Math.max((value - BORDER) / (1 - 2 * BORDER), 0), 1)
  for (let y = 0, to = 0; y < texels; y++) {
    for (let x = 0; x < texels; x++) {
      const [column, row] = [((x + 0.5) / texels) * COLUMNS, ((y + 0.5) / texels) * ROWS]
      const part = FIGURE[Math.floor(row) * COLUMNS + Math.floor(column)]!
      const colour = colourOn(part, within(column % 1), within(row % 1))
      const noise = (random() - 0.5) * NOISE
      for (const value of colour) rgb[to++] = Math.min(Math.max(Math.round(value * 255 + noise), 0), 255)
    }
  }
  return sharp(rgb, { raw: { width: texels, height: texels, channels: 3 } })
    .png()
    .toBuffer()
}

function pack(parts: readonly (Float32Array | Uint32Array | Uint8Array)[]): Uint8Array {
  const binary = Buffer.concat(parts.map(aligned))
  const bound = (pick: (a: number, b: number) => number) =>
    [0, 1, 2].map((axis) => (parts[0] as Float32Array).filter((_, i) => i % 3 === axis).reduce((a, b) => pick(a, b)))
  let byteOffset = 0
  const bufferViews = parts.map((part) => {
    const view = { buffer: 0, byteOffset, byteLength: part.byteLength }
    byteOffset += aligned(part).length
    return view
  })
  const types = [
    { type: 'VEC3', componentType: 5126, width: 3, min: bound(Math.min), max: bound(Math.max) },
    { type: 'VEC3', componentType: 5126, width: 3 },
    { type: 'VEC2', componentType: 5126, width: 2 },
    { type: 'SCALAR', componentType: 5125, width: 1 },
  ]
  const json = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, NORMAL: 1, TEXCOORD_0: 2 }, indices: 3, material: 0 }] }],
    materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicFactor: 0, roughnessFactor: 0.7 } }],
    textures: [{ source: 0 }],
    images: [{ bufferView: 4, mimeType: 'image/png' }],
    accessors: types.map(({ width, ...type }, bufferView) => {
      const count = (parts[bufferView] as Float32Array).length / width
      return { ...type, bufferView, count }
    }),
    bufferViews,
    buffers: [{ byteLength: binary.length }],
  }
  const text = JSON.stringify(json)
  const head = Buffer.from(text.padEnd(Math.ceil(text.length / 4) * 4))
  const sizes = Buffer.alloc(28)
  sizes.write('glTF', 0)
  sizes.writeUInt32LE(2, 4)
  sizes.writeUInt32LE(28 + head.length + binary.length, 8)
  sizes.writeUInt32LE(head.length, 12)
  sizes.write('JSON', 16)
  sizes.writeUInt32LE(binary.length, 20)
  sizes.write('BIN\0', 24)
  return Buffer.concat([sizes.subarray(0, 20), head, sizes.subarray(20), binary])
}

function aligned(part: Float32Array | Uint32Array | Uint8Array): Buffer {
  const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength)
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
}
