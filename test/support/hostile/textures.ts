// Hostile pictures within GLB files, each with the fault that the file has to be refused for.
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { type GlbParts, glbParts, packGlb, sphere, writeGlb } from '../models.ts'
import type { HostileFile } from './hostile-file.ts'

const ball = sphere(0.4, 8)
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

function chunk(type: string, data: Uint8Array, checksum?: number): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  crc.writeUInt32BE(checksum ?? crc32(body))
  return Buffer.concat([length, body, crc])
}

/** One bit a pixel, grey. */
function imageHeader(width: number, height: number): Uint8Array {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  return data
}

const png = (width: number, height: number, pixels: Uint8Array) =>
  Buffer.concat([
    SIGNATURE,
    chunk('IHDR', imageHeader(width, height)),
    chunk('IDAT', pixels),
    chunk('IEND', new Uint8Array()),
  ])

async function pictures(): Promise<[name: string, code: HostileFile['code'], image: Uint8Array][]> {
  const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i) % 251)
  const raw = () => sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
  const whole = await raw().png().toBuffer()
  const [jpeg, webp] = [await raw().jpeg().toBuffer(), await raw().webp().toBuffer()]
  const cmyk = await raw().toColourspace('cmyk').jpeg().toBuffer()
  const large = Buffer.from(jpeg)
  const frame = large.indexOf(Buffer.from([0xff, 0xc0]))
  large.writeUInt32BE(0xea60ea60, frame + 5)
  return [
    ['no bytes', 'texture', Buffer.alloc(0)],
    ['a drawing', 'texture', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')],
    ['a drawing with a program', 'texture', Buffer.from('<?xml version="1.0"?><svg><script>1</script></svg>')],
    ['a GIF', 'texture', await raw().gif().toBuffer()],
    ['a TIFF', 'texture', await raw().tiff().toBuffer()],
    ['the beginning of a GIF', 'texture', Buffer.from('GIF89a')],
    ['the beginning of a PNG', 'texture', whole.subarray(0, 40)],
    ['half a PNG', 'texture', whole.subarray(0, whole.length / 2)],
    ['half a JPEG', 'texture', jpeg.subarray(0, jpeg.length / 2)],
    ['half a WebP', 'texture', webp.subarray(0, webp.length / 2)],
    ['nothing but the name of JPEG', 'texture', Buffer.from([0xff, 0xd8, 0xff])],
    ['nothing but the name of WebP', 'texture', Buffer.from('RIFF\x04\0\0\0WEBP', 'latin1')],
    ['a JPEG in CMYK', 'texture', cmyk],
    ['a JPEG of 60,000 pixels squared', 'limit', large],
    ['a PNG of 30,000 pixels squared', 'limit', png(30_000, 30_000, deflateSync(Buffer.alloc(1_000)))],
    ['a PNG of 2³¹ pixels squared', 'texture', png(2 ** 31, 2 ** 31, Buffer.alloc(10))],
    ['a PNG without width', 'texture', png(0, 8, deflateSync(Buffer.alloc(16)))],
    ['a PNG of noise', 'texture', png(64, 64, Buffer.from(noise.subarray(0, 200)))],
    ['a PNG with too few rows', 'texture', png(64, 64, deflateSync(Buffer.alloc(100)))],
    [
      'a PNG with a wrong checksum',
      'texture',
      Buffer.concat([SIGNATURE, chunk('IHDR', imageHeader(8, 8), 1), whole.subarray(33)]),
    ],
  ]
}

type Spoilt = [name: string, code: HostileFile['code'], spoil: (json: GlbParts['json']) => void]
const references: readonly Spoilt[] = [
  ['a picture that is nowhere', 'reference', (json) => (json.textures[0].source = 9)],
  ['a picture before the first', 'format', (json) => (json.textures[0].source = -1)],
  ['a texture that is nowhere', 'reference', (json) => (json.materials[0].normalTexture = { index: 9 })],
  ['a picture without bytes', 'format', (json) => delete json.images[0].bufferView],
  ['a picture beyond the file', 'truncated', (json) => (json.bufferViews.at(-1).byteLength = 1e9)],
  ['a sampler that is nowhere', 'reference', (json) => (json.textures[0].sampler = 0)],
  [
    'a filter of its own',
    'format',
    (json) => {
      json.textures[0].sampler = 0
      json.samplers = [{ minFilter: 1 }]
    },
  ],
  ['a third set of coordinates', 'unsupported', (json) => (base(json).texCoord = 2)],
  ['a turn without measure', 'limit', (json) => (base(json).extensions = moved({ rotation: 1e9 }))],
  ['a move by text', 'format', (json) => (base(json).extensions = moved({ offset: ['0', 0] }))],
]
const base = (json: GlbParts['json']) => json.materials[0].pbrMetallicRoughness.baseColorTexture
const moved = (KHR_texture_transform: object) => ({ KHR_texture_transform })

export async function hostileTextures(): Promise<HostileFile[]> {
  const image = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#f80' } })
    .png()
    .toBuffer()
  return [
    ...(await pictures()).map(([name, code, picture]) => ({
      name,
      kind: 'glb' as const,
      code,
      bytes: writeGlb(ball, { image: picture }),
    })),
    ...references.map(([name, code, spoil]) => {
      const parts = glbParts(ball, { image })
      spoil(parts.json)
      return { name, kind: 'glb' as const, code, bytes: packGlb(parts) }
    }),
  ]
}
