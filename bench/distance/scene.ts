/** Models to compare: two of the demo's objects beside each other, so that front and back and left and right differ. */
import { Dice } from '../../src/demo/dice.ts'
import { writeGlb } from '../../src/demo/glb-writer.ts'
import { type Colour, type Lathe, latheOf, type Ring } from '../../src/demo/lathe.ts'
import { type DemoObject, drawObjects } from '../../src/demo/objects.ts'

export interface Scene {
  readonly left: DemoObject
  readonly right: DemoObject
}

export interface Variation {
  /** Largest error of a radius, as a share of it. */
  readonly shape?: number
  /** Largest error of a colour channel, of 255. */
  readonly colour?: number
  /** What the errors are drawn from. */
  readonly take?: number
  /** Corners of a ring. */
  readonly segments?: number
  readonly repaint?: (colour: Colour) => Colour
  /** Quaternion. */
  readonly turned?: readonly [x: number, y: number, z: number, w: number]
  readonly scaled?: number
}

const SAMPLES = 8
const SEGMENTS = 24
const SIZES = { left: 0.55, right: 0.4 }
const PLACES = { left: [-0.2, 0.05, -0.08], right: [0.25, -0.12, 0.14] }

/** Each object once on the left, and another kind beside it. */
export function drawScenes(seed: string, count: number): Scene[] {
  const objects = drawObjects(seed, count)
  return objects.map((left, i) => ({ left, right: objects[(i + 7) % count]! }))
}

export function modelOf({ left, right }: Scene, variation: Variation = {}): Uint8Array {
  const { turned = [0, 0, 0, 1], scaled = 1, segments = SEGMENTS } = variation
  const parts = (['left', 'right'] as const).map((side) => {
    const { stem, parts } = side === 'left' ? left : right
    return { side, glb: Buffer.from(writeGlb(varied(latheOf(parts, SAMPLES), stem, variation), segments)) }
  })
  const children = parts.map(({ side }, mesh) => ({
    mesh,
    translation: PLACES[side],
    scale: [0, 0, 0].map(() => SIZES[side]),
  }))
  const root = { rotation: turned, scale: [0, 0, 0].map(() => scaled), children: [1, 2] }
  return joined(
    parts.map(({ glb }) => glb),
    [root, ...children],
  )
}

function varied(lathe: Lathe, stem: string, { shape = 0, colour = 0, take = 0, repaint }: Variation): Lathe {
  const dice = new Dice('calibration', `${stem} ${take}`)
  const cast = [0, 1, 2].map(() => dice.between(-colour, colour))
  // Equal points stay one point, or the surface would tear.
  const radii = new Map<string, number>()
  const ring = (old: Ring): Ring => {
    const place = `${old.height} ${old.radius}`
    const radius = radii.get(place) ?? old.radius * (1 + dice.between(-shape, shape))
    radii.set(place, radius)
    const painted = repaint === undefined ? old.colour : repaint(old.colour)
    const [red, green, blue] = painted.map((channel, k) => channel + cast[k]! + dice.between(-colour, colour) / 3)
    return { ...old, radius, colour: [red!, green!, blue!] }
  }
  return { strips: lathe.strips.map((strip) => strip.map(ring)) }
}

/** Files of one mesh each as one file of several. */
function joined(files: readonly Buffer[], nodes: readonly object[]): Uint8Array {
  const parts = files.map((file) => {
    const length = file.readUInt32LE(12)
    return { json: JSON.parse(file.toString('utf8', 20, 20 + length)), binary: file.subarray(28 + length) }
  })
  const [first, second] = [parts[0]!, parts[1]!]
  const views = first.json.bufferViews.length
  const accessors = first.json.accessors.length
  const shifted = (primitive: { attributes: Record<string, number>; indices: number }) => ({
    ...primitive,
    attributes: Object.fromEntries(Object.entries(primitive.attributes).map(([name, at]) => [name, at + accessors])),
    indices: primitive.indices + accessors,
  })
  const json = {
    ...first.json,
    nodes,
    meshes: [...first.json.meshes, { primitives: second.json.meshes[0].primitives.map(shifted) }],
    accessors: [
      ...first.json.accessors,
      ...second.json.accessors.map((each: { bufferView: number }) => ({
        ...each,
        bufferView: each.bufferView + views,
      })),
    ],
    bufferViews: [
      ...first.json.bufferViews,
      ...second.json.bufferViews.map((each: { byteOffset: number }) => ({
        ...each,
        byteOffset: each.byteOffset + first.binary.length,
      })),
    ],
    buffers: [{ byteLength: first.binary.length + second.binary.length }],
  }
  const text = Buffer.from(JSON.stringify(json))
  const padded = Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4, ' ')])
  const binary = Buffer.concat([first.binary, second.binary])
  const head = Buffer.alloc(20)
  head.write('glTF')
  head.writeUInt32LE(2, 4)
  head.writeUInt32LE(28 + padded.length + binary.length, 8)
  head.writeUInt32LE(padded.length, 12)
  head.write('JSON', 16)
  const next = Buffer.alloc(8)
  next.writeUInt32LE(binary.length, 0)
  next.write('BIN\0', 4, 'latin1')
  return Buffer.concat([head, padded, next, binary])
}
