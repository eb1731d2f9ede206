import { describe, expect, it } from 'vitest'
import type { Camera } from '../../src/media/camera.ts'
import { readGlb } from '../../src/media/glb.ts'
import { drawMesh } from '../../src/media/mesh-picture.ts'
import { WorkBudget } from '../../src/media/work-budget.ts'
import { glbParts, packGlb, type TestMesh } from '../support/models.ts'
import { addTexture, type Picture, pictureOf } from '../support/textured-models.ts'

// A wall of one metre, straight ahead; 33 pixels show it edge to edge, column by column along +X, row by row down.
const SIZE = 33
const camera: Camera = {
  eye: [0, 0, 2],
  right: [1, 0, 0],
  up: [0, 1, 0],
  forward: [0, 0, -1],
  focal: 2 * SIZE,
  size: SIZE,
}
const behind: Camera = { ...camera, eye: [0, 0, -2], right: [-1, 0, 0], forward: [0, 0, 1] }
const wall: TestMesh = {
  positions: [-0.5, -0.5, 0, 0.5, -0.5, 0, 0.5, 0.5, 0, -0.5, 0.5, 0],
  normals: [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1],
  coordinates: [0, 1, 1, 1, 1, 0, 0, 0],
  indices: [0, 1, 2, 0, 2, 3],
}
const QUADRANTS: Picture = (x, y) => (y < 2 ? (x < 2 ? [255, 0, 0] : [0, 255, 0]) : x < 2 ? [0, 0, 255] : [90, 90, 90])
const unlit = { extensions: { KHR_materials_unlit: {} } }

interface Look {
  readonly mesh?: TestMesh
  readonly material?: object
  readonly pbr?: object
  /** Pictures, by the place of the material that shows them. */
  readonly maps?: Readonly<Record<string, Uint8Array>>
  readonly sampler?: object
  readonly info?: object
  readonly from?: Camera
}

async function look({ mesh = wall, material = {}, pbr = {}, maps = {}, sampler, info, from = camera }: Look) {
  const parts = glbParts(mesh, { material })
  const [json] = parts.json.materials
  Object.assign(json.pbrMetallicRoughness, pbr)
  for (const [name, image] of Object.entries(maps)) {
    const owner = name.startsWith('base') || name.startsWith('metallic') ? json.pbrMetallicRoughness : json
    owner[name] = { index: addTexture(parts, image, sampler), ...info }
  }
  const reading = await readGlb(packGlb(parts))
  if (!reading.ok) throw new Error(reading.detail)
  const pixels = drawMesh(reading.value, from, 2, new WorkBudget(1e8))
  return (x: number, y: number) => [...pixels.subarray((y * SIZE + x) * 3, (y * SIZE + x) * 3 + 3)]
}
const [NEAR, FAR] = [8, 24]
const shown = (pixel: (x: number, y: number) => number[]) =>
  [pixel(NEAR, NEAR), pixel(FAR, NEAR), pixel(NEAR, FAR), pixel(FAR, FAR)].map((rgb) =>
    rgb[0] === rgb[1] && rgb[1] === rgb[2] ? 'grey' : ['red', 'green', 'blue'][rgb.indexOf(Math.max(...rgb))],
  )
const srgb = (light: number) => 255 * (1.055 * light ** (1 / 2.4) - 0.055)

describe('a texture', async () => {
  const maps = { baseColorTexture: await pictureOf(4, QUADRANTS) }
  const moved = (KHR_texture_transform: object) => ({ extensions: { KHR_texture_transform } })
  const sampler = { magFilter: 9728 }

  it('lies on its wall as it is', async () => {
    expect(shown(await look({ maps, sampler, material: unlit }))).toEqual(['red', 'green', 'blue', 'grey'])
  })

  it.each([
    ['moved by half', { offset: [0.5, 0] }, {}, ['green', 'red', 'grey', 'blue']],
    [
      'a quarter turn counter-clockwise of its coordinates',
      { rotation: Math.PI / 2 },
      {},
      ['blue', 'red', 'grey', 'green'],
    ],
    ['before its edge, mirrored', { offset: [-1, 0] }, { wrapS: 33648 }, ['green', 'red', 'grey', 'blue']],
    ['before its edge, clamped', { offset: [-2, 0] }, { wrapS: 33071 }, ['red', 'red', 'blue', 'blue']],
    ['once round', { offset: [3, -2] }, {}, ['red', 'green', 'blue', 'grey']],
  ] as const)('is %s', async (_, transform, wraps, wanted) => {
    const pixel = await look({ maps, sampler: { ...sampler, ...wraps }, info: moved(transform), material: unlit })
    expect(shown(pixel)).toEqual(wanted)
  })

  it('is averaged in linear light when it is seen from afar', async () => {
    const checked = await pictureOf(512, (x, y) => ((x + y) % 2 ? [255, 255, 255] : [0, 0, 0]))
    const pixel = await look({ maps: { baseColorTexture: checked }, material: unlit })
    for (const value of pixel(16, 16)) expect(Math.abs(value - srgb(0.5))).toBeLessThan(1.5)
    const raw = await look({ maps: { baseColorTexture: checked }, sampler: { minFilter: 9728 }, material: unlit })
    expect(Math.abs(raw(16, 16)[0]! - srgb(0.5))).toBeGreaterThan(30)
  })
})

describe('a material', () => {
  const grey = { baseColorFactor: [0.2, 0.2, 0.2, 1], roughnessFactor: 1 }
  const flat = (...colour: number[]) => pictureOf(2, () => colour)

  it('glows by its emission, in the dark and by strength', async () => {
    const material = {
      emissiveFactor: [0.1, 0.2, 0],
      extensions: { KHR_materials_emissive_strength: { emissiveStrength: 2 } },
    }
    const [r, g, b] = (await look({ material, pbr: { baseColorFactor: [0, 0, 0, 1], metallicFactor: 1 } }))(16, 16)
    expect(Math.abs(r! - srgb(0.2))).toBeLessThan(1.5)
    expect(Math.abs(g! - srgb(0.4))).toBeLessThan(1.5)
    expect(b).toBe(0)
  })

  it('is darker where its occlusion map says, by as much as the grey light is', async () => {
    const [open] = (await look({ pbr: grey }))(16, 16)
    const light = (value: number) => ((value / 255 + 0.055) / 1.055) ** 2.4
    const maps = { occlusionTexture: await flat(0, 255, 255) }
    const [closed] = (await look({ pbr: grey, maps }))(16, 16)
    expect(light(open!) - light(closed!)).toBeCloseTo(0.3 * 0.2, 2)
    const [half] = (await look({ pbr: grey, maps, info: { strength: 0.5 } }))(16, 16)
    expect(light(open!) - light(half!)).toBeCloseTo(0.15 * 0.2, 2)
  })

  it('takes metal from blue and roughness from green', async () => {
    const pbr = { baseColorFactor: [0.2, 0.05, 0.05, 1], metallicFactor: 1, roughnessFactor: 1 }
    const of = async (map: Uint8Array) => (await look({ pbr, maps: { metallicRoughnessTexture: map } }))(16, 16)
    const same = async (metallicFactor: number, roughnessFactor: number) =>
      (await look({ pbr: { ...pbr, metallicFactor, roughnessFactor } }))(16, 16)
    expect(await of(await flat(7, 255, 0))).toEqual(await same(0, 1))
    expect(await of(await flat(99, 102, 255))).toEqual(await same(1, 0.4))
    expect(await same(1, 0.4)).not.toEqual(await same(0, 1))
  })

  it('is bent by its normal map: red to the right, green up', async () => {
    // The lamp is up and to the right of the camera: what leans there is brighter.
    const leaning = async (x: number, y: number, from = camera) => {
      const maps = { normalTexture: await flat(128 + 30 * x, 128 + 30 * y, 200) }
      return (await look({ pbr: grey, maps, from, material: { doubleSided: true } }))(16, 16)[0]!
    }
    const plain = await leaning(0, 0)
    expect(Math.abs(plain - (await look({ pbr: grey }))(16, 16)[0]!)).toBeLessThanOrEqual(1)
    for (const [x, y] of [
      [1, 0],
      [0, 1],
    ] as const) {
      expect(await leaning(x, y)).toBeGreaterThan(plain)
      expect(await leaning(-x, -y)).toBeLessThan(plain)
    }
    // From behind, what leans to +X at the front is a dent that leans to -X; the lamp is on that side again.
    expect(await leaning(0, 1, behind)).toBeLessThan(await leaning(0, -1, behind))
  })

  it('is there or not, by its cut-off', async () => {
    const maps = { baseColorTexture: await pictureOf(4, (x) => [0, 0, 0, x < 2 ? 90 : 200]) }
    const sampler = { magFilter: 9728 }
    const at = async (alphaCutoff: number) => {
      const pixel = await look({ maps, sampler, material: { ...unlit, alphaMode: 'MASK', alphaCutoff } })
      return [pixel(NEAR, 16)[0], pixel(FAR, 16)[0]]
    }
    expect(await at(0.2)).toEqual([0, 0])
    expect(await at(0.5)).toEqual([255, 0])
    expect(await at(0.9)).toEqual([255, 255])
    const opaque = await look({ maps, sampler, material: unlit })
    expect(opaque(NEAR, 16)).toEqual([0, 0, 0])
  })

  it('is seen through by its opacity, nearest in front, whatever the order of the file', async () => {
    const two = (order: readonly number[]): TestMesh => ({
      positions: [...wall.positions, ...wall.positions.map((value, i) => (i % 3 === 2 ? 0.2 : value))],
      indices: order.flatMap((first) => wall.indices.map((index) => index + first * 4)),
      colours: [...Array.from({ length: 4 }, () => [1, 0, 0]), ...Array.from({ length: 4 }, () => [0, 0, 1])].flat(),
    })
    const material = { ...unlit, alphaMode: 'BLEND' }
    const pbr = { baseColorFactor: [1, 1, 1, 0.5] }
    const pixel = (await look({ mesh: two([0, 1]), material, pbr }))(16, 16)
    // White, red over it, blue over that, each by half, as displayed.
    expect(pixel).toEqual([128, 64, 191])
    expect((await look({ mesh: two([1, 0]), material, pbr }))(16, 16)).toEqual(pixel)
  })

  it('that is seen through too often is refused, by counting', async () => {
    const sheets = Array.from({ length: 60 }, (_, k) =>
      wall.positions.map((value, i) => (i % 3 === 2 ? k / 120 : value)),
    )
    const mesh = {
      positions: sheets.flat(),
      indices: sheets.flatMap((_, k) => wall.indices.map((index) => index + k * 4)),
    }
    const material = { ...unlit, alphaMode: 'BLEND' }
    const pbr = { baseColorFactor: [1, 1, 1, 0.01] }
    const reading = await readGlb(packGlb(glbParts(mesh, { material: { ...material, pbrMetallicRoughness: pbr } })))
    if (!reading.ok) throw new Error(reading.detail)
    const draw = (work: number) => () => drawMesh(reading.value, camera, 2, new WorkBudget(work))
    expect(draw(1e6)).toThrow(expect.objectContaining({ code: 'work_budget' }))
    expect(draw(1e8)).not.toThrow()
  })
})
