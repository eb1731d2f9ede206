import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Camera } from '../../src/media/camera.ts'
import { cameras } from '../../src/media/camera.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { readGlb } from '../../src/media/glb.ts'
import type { Mesh } from '../../src/media/mesh.ts'
import { coverSolid } from '../../src/media/mesh-picture.ts'
import { startView } from '../../src/media/mesh-raster.ts'
import { MeshShader } from '../../src/media/mesh-shader.ts'
import { readPly } from '../../src/media/ply.ts'
import type { ModelKind } from '../../src/media/renderer.ts'
import { drawSplats } from '../../src/media/splat-raster.ts'
import { WorkBudget } from '../../src/media/work-budget.ts'
import { box, merged, signpost, signpostSplats, sphere, writeGlb, writePly } from '../support/models.ts'
import { decodeGrid } from '../support/pixels.ts'
import { everyMap } from '../support/textured-models.ts'
import { rendererContract } from './contracts.ts'

const renderer = new CpuRenderer()
rendererContract('CpuRenderer', renderer)
const never = new AbortController().signal

async function draw(kind: ModelKind, bytes: Uint8Array, size: number) {
  const rendering = await renderer.render(kind, bytes, size, never)
  if (!rendering.ok) throw new Error(`${rendering.code}: ${rendering.detail}`)
  return { ...rendering, grid: await decodeGrid(rendering.png) }
}

function findVisible(mesh: Mesh, camera: Camera, budget: WorkBudget) {
  const view = startView(mesh, camera)
  coverSolid(mesh, view, new MeshShader(mesh, camera, view, 1), budget)
  return view
}

const red = (r: number, g: number, b: number) => r > 2 * g && r > 2 * b
const green = (r: number, g: number, b: number) => g > 1.5 * r && g > 1.5 * b
const blue = (r: number, g: number, b: number) => b > 1.5 * r && b > 1.2 * g
const drawn = (r: number, g: number, b: number) => r + g + b < 750

describe('a preview', () => {
  it('is an RGB picture of four views with a black gap on white', async () => {
    const { png, width, height, grid } = await draw('glb', writeGlb(sphere(0.3, 12)), 40)
    expect([width, height, grid.size]).toEqual([85, 85, 40])
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 85, height: 85, channels: 3 })
    expect([grid.pixel(0, 0, 0), grid.pixel(0, 39, 39), grid.pixel(0, 40, 20), grid.pixel(0, 44, 44)]).toEqual([
      [255, 255, 255],
      [255, 255, 255],
      [0, 0, 0],
      [0, 0, 0],
    ])
    expect(grid.pixel(3, 39, 39)).toEqual([255, 255, 255])
  })

  const kinds: [ModelKind, Uint8Array][] = [
    ['glb', writeGlb(signpost())],
    ['ply', writePly(signpostSplats(0.03))],
  ]
  it.each(kinds)('shows +Y up and goes round by 24°, 120°, 216° and 312° (%s)', async (kind, bytes) => {
    const { grid } = await draw(kind, bytes, 96)
    const middle = grid.size / 2
    // The arm points along +X, the nose along +Z, the hat is on top.
    const sides = { arm: [1, -1, -1, 1], nose: [-1, -1, 1, 1] }
    for (let view = 0; view < 4; view++) {
      expect(Math.sign(grid.where(view, red).x - middle), `arm in view ${view}`).toBe(sides.arm[view])
      expect(Math.sign(grid.where(view, green).x - middle), `nose in view ${view}`).toBe(sides.nose[view])
      expect(grid.where(view, blue).y).toBeLessThan(grid.where(view, red).y)
      expect(grid.where(view, red).y).toBeLessThan(grid.where(view, green).y)
    }
    // Seen from above: the arm, pointing away in view 3, stands higher there than in view 1, where it comes closer.
    expect(grid.where(3, red).y).toBeLessThan(grid.where(1, red).y)
  })

  it('has the same pixels on every machine', async () => {
    const hash = async (kind: ModelKind, bytes: Uint8Array) => (await draw(kind, bytes, 48)).pixelsSha256
    const checker = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) =>
      (((i / 3) >> 2) + ((i / 48) >> 2)) % 2 ? 230 : i % 97,
    )
    const image = await sharp(checker, { raw: { width: 16, height: 16, channels: 3 } })
      .png()
      .toBuffer()
    const face = box([-0.4, -0.4, -0.4], [0.4, 0.4, 0.4])
    const coordinates = face.positions.flatMap((_, i) => (i % 12 === 0 ? [0, 1, 1, 1, 1, 0, 0, 0] : []))
    expect({
      mesh: await hash('glb', writeGlb(signpost())),
      texture: await hash('glb', writeGlb({ ...face, coordinates }, { image })),
      maps: await hash('glb', await everyMap(12)),
      splats: await hash('ply', writePly(signpostSplats(0.05))),
      compat: await new CpuRenderer({ compat: true })
        .render('ply', writePly(signpostSplats(0.05)), 48, never)
        .then((drawn) => (drawn.ok ? drawn.pixelsSha256 : drawn.detail)),
    }).toEqual(GOLDEN)
  })

  it('is refused for a model that is not what it should be', async () => {
    const glb = writeGlb(signpost())
    expect(await renderer.render('ply', glb, 32, never)).toMatchObject({ ok: false, fault: 'file', code: 'format' })
    expect(await renderer.render('glb', writePly([{ at: [0, 0, 0] }]), 32, never)).toMatchObject({ code: 'format' })
    const large = writeGlb(signpost(1.3))
    expect(await renderer.render('glb', large, 32, never)).toMatchObject({ fault: 'file', code: 'out_of_bounds' })
  })
})

const GOLDEN = {
  mesh: '343c388b99125d133852671e6ab9b165bfe0abf7fb5b86708118094949627b18',
  texture: '94a7f3da6e5a07bbb0afb9280c0ae44f735c07fcd4728350e83f4eddb434d64c',
  maps: '1f1ac61049fc09e28ee7a47d6a77b23c3e40e943631918d8fc8732a0d53a8b72',
  compat: '84b27d3513c7f7ef666673b78c05f63b24ba319f4abf6e8345356fb40dbfb3fc',
  splats: '81839971b0ed05d9fb4570ccf92d5da0243dbdb13321d989e7acdb1bb1600596',
}

describe('a mesh', () => {
  it('covers what geometry says', async () => {
    const reading = await readGlb(writeGlb(sphere(0.5, 256)))
    if (!reading.ok) throw new Error(reading.detail)
    const [camera] = cameras(2, 518)
    const covered = findVisible(reading.value, camera!, new WorkBudget(1e9)).triangle.filter((id) => id >= 0).length
    const radius = (camera!.focal * 0.5) / Math.sqrt(2 * 2 - 0.5 * 0.5)
    expect(Math.abs(covered / (Math.PI * radius * radius) - 1)).toBeLessThan(0.001)
  })

  it('gives every sample on a shared edge to exactly one of its triangles', async () => {
    const straight = {
      eye: [0, 0, 2],
      right: [1, 0, 0],
      up: [0, 1, 0],
      forward: [0, 0, -1],
      focal: 8,
      size: 8,
    } as const
    // Corners in the middle of samples 2 and 5, so that edges and the diagonal run through the middle of samples.
    const positions = [-0.375, -0.375, 0, 0.375, -0.375, 0, 0.375, 0.375, 0, -0.375, 0.375, 0]
    const covered = async (indices: number[]) => {
      const reading = await readGlb(writeGlb({ positions, indices }))
      if (!reading.ok) throw new Error(reading.detail)
      const { triangle } = findVisible(reading.value, straight, new WorkBudget(1e6))
      return [...triangle.keys()].filter((sample) => triangle[sample]! >= 0)
    }
    const [lower, upper] = [await covered([0, 1, 2]), await covered([0, 2, 3])]
    expect(lower.filter((sample) => upper.includes(sample))).toEqual([])
    expect([...lower, ...upper].sort((a, b) => a - b)).toEqual([18, 19, 20, 26, 27, 28, 34, 35, 36])
  })

  it('has the colour that its light gives', async () => {
    const cube = box([-0.25, -0.25, -0.25], [0.25, 0.25, 0.25])
    const { grid } = await draw('glb', writeGlb(cube, { colour: [0.2, 0.1, 0] }), 101)
    // The middle of the first view is the +Z face; the light is at the camera + (1, 1, 0).
    const [elevation, azimuth] = [15, 24].map((degrees) => (degrees * Math.PI) / 180) as [number, number]
    const eye = [Math.cos(elevation) * Math.sin(azimuth), Math.sin(elevation), Math.cos(elevation) * Math.cos(azimuth)]
    const light = [2 * eye[0]! + 1, 2 * eye[1]! + 1, 2 * eye[2]!]
    const lamp = light.map((value) => value / Math.hypot(...light))
    const toEye = [2 * eye[0]!, 2 * eye[1]!, 2 * eye[2]! - 0.25]
    const view = toEye.map((value) => value / Math.hypot(...toEye))
    const between = view.map((value, k) => value + lamp[k]!)
    const half = between.map((value) => value / Math.hypot(...between))
    // glTF 2.0, appendix B, for a dielectric of roughness 0.8 that looks along +Z.
    const alpha2 = 0.8 ** 4
    const distribution = alpha2 / (Math.PI * (half[2]! ** 2 * (alpha2 - 1) + 1) ** 2)
    const smith = (a: number, b: number) => a * Math.sqrt(alpha2 + (1 - alpha2) * b * b)
    const visibility = 0.5 / (smith(lamp[2]!, view[2]!) + smith(view[2]!, lamp[2]!))
    const fresnel = 0.04 + 0.96 * (1 - view.reduce((sum, value, k) => sum + value * half[k]!, 0)) ** 5
    const gloss = distribution * visibility * fresnel
    const shown = [0.2, 0.1].map((colour) => {
      const reflected = 0.3 * colour + 6 * lamp[2]! * (colour / Math.PI + gloss)
      return 255 * (1.055 * reflected ** (1 / 2.4) - 0.055)
    })
    const [r, g, b] = grid.pixel(0, 50, 50)
    expect(Math.abs(r - shown[0]!)).toBeLessThan(1.5)
    expect(Math.abs(g - shown[1]!)).toBeLessThan(1.5)
    expect(b).toBeLessThan(g)
  })

  it('hides its back unless it says that it has two sides', async () => {
    const wall = { positions: [-0.4, -0.4, 0, 0.4, -0.4, 0, 0.4, 0.4, 0, -0.4, 0.4, 0], indices: [0, 1, 2, 0, 2, 3] }
    const single = (await draw('glb', writeGlb(wall, { colour: [0.2, 0.2, 0.2] }), 64)).grid
    const double = (await draw('glb', writeGlb(wall, { colour: [0.2, 0.2, 0.2], material: { doubleSided: true } }), 64))
      .grid
    expect(single.where(0, drawn).count).toBeGreaterThan(500)
    expect(single.where(2, drawn).count).toBe(0)
    expect(double.where(2, drawn).count).toBeGreaterThan(500)
  })

  it('shows what is in front', async () => {
    const balls = merged([
      { mesh: sphere(0.2, 24, [0, 0, -0.3]), colour: [1, 0, 0] },
      { mesh: sphere(0.2, 24, [0, 0, 0.3]), colour: [0, 0, 1] },
    ])
    const { grid } = await draw('glb', writeGlb(balls), 64)
    const count = (view: number) => [grid.where(view, red).count, grid.where(view, blue).count] as const
    expect(count(0)[1]).toBeGreaterThan(count(0)[0])
    expect(count(2)[0]).toBeGreaterThan(count(2)[1])
  })

  it('wears its texture the right way round', async () => {
    const halves = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) =>
      i < 96 ? (i % 3 === 0 ? 255 : 0) : i % 3 === 2 ? 255 : 0,
    )
    const image = await sharp(halves, { raw: { width: 8, height: 8, channels: 3 } })
      .png()
      .toBuffer()
    const { grid } = await draw('glb', writeGlb(sphere(0.5, 24), { image }), 64)
    for (let view = 0; view < 4; view++) expect(grid.where(view, red).y).toBeLessThan(grid.where(view, blue).y)
  })

  it('that would take too long is refused', async () => {
    const sheets = merged(
      Array.from({ length: 50 }, (_, i) => ({
        mesh: box([-0.5, -0.5, -0.01 * i], [0.5, 0.5, 0.01]),
        colour: [1, 1, 1],
      })),
    )
    const reading = await readGlb(writeGlb(sheets))
    if (!reading.ok) throw new Error(reading.detail)
    const [camera] = cameras(2, 200)
    expect(() => findVisible(reading.value, camera!, new WorkBudget(1e6))).toThrow(
      expect.objectContaining({ code: 'work_budget' }),
    )
  })
})

describe('splats', () => {
  it('fall off as a Gaussian of the right size', async () => {
    const { grid } = await draw(
      'ply',
      writePly([{ at: [0, 0, 0], scale: [0.2, 0.2, 0.2], opacity: 0.8, colour: [1, 0, 0] }]),
      101,
    )
    const sigma = Math.sqrt(((101 / 2 / Math.tan((49.1 / 2 / 180) * Math.PI)) * (0.2 / 2.5)) ** 2 + 0.3)
    for (const distance of [0, 3, 7, 12, 20]) {
      const alpha = 0.8 * Math.exp(-(distance ** 2) / (2 * sigma ** 2))
      const [r, g, b] = grid.pixel(0, 50 + distance, 50)
      expect(r).toBe(255)
      expect(Math.abs(g - 255 * (1 - alpha))).toBeLessThan(1)
      expect(b).toBe(g)
    }
  })

  it('are blended from the nearest', async () => {
    const pair = [
      { at: [0, 0, 0.1] as const, scale: [0.3, 0.3, 0.02] as const, opacity: 0.6, colour: [0, 0, 1] as const },
      { at: [0, 0, -0.1] as const, scale: [0.3, 0.3, 0.02] as const, opacity: 0.6, colour: [1, 0, 0] as const },
    ]
    const there = (await draw('ply', writePly(pair), 61)).grid
    const back = (await draw('ply', writePly(pair.toReversed()), 61)).grid
    const [r, , b] = there.pixel(0, 30, 30)
    expect(b).toBeGreaterThan(r)
    expect(there.pixel(2, 30, 30)[0]).toBeGreaterThan(there.pixel(2, 30, 30)[2])
    expect(back.pixel(0, 30, 30)).toEqual(there.pixel(0, 30, 30))
  })

  it('of every scale and orientation give a picture', async () => {
    const odd = [1e-12, 1e-3, 1, 1e3, 1e7].flatMap((scale, i) =>
      [0.001, 0.5, 0.9999].map((opacity, k) => ({
        at: [i - 2, k - 1, i * k] as const,
        scale: [scale, scale / 50, 1e-9] as const,
        rotation: [1, i, -k, 3] as const,
        opacity,
        colour: [50, -3, 0.5] as const,
      })),
    )
    expect((await draw('ply', writePly(odd), 48)).grid.where(0, () => true).count).toBe(48 * 48)
  })

  it('that would take too long are refused', () => {
    const fog = Array.from({ length: 500 }, () => ({
      at: [0, 0, 0] as const,
      scale: [2, 2, 2] as const,
      opacity: 0.01,
    }))
    const reading = readPly(writePly(fog))
    if (!reading.ok) throw new Error(reading.detail)
    const [camera] = cameras(2.5, 200)
    expect(() => drawSplats(reading.value, camera!, new WorkBudget(1e6))).toThrow(
      expect.objectContaining({ code: 'work_budget' }),
    )
  })
})
