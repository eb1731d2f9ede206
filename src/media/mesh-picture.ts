// One view of a mesh, over white. Every pixel has several samples; what shows the same triangle within a pixel is
// shaded once, in the middle of its samples. Samples are averaged as displayed (sRGB).
import type { Camera } from './camera.ts'
import type { Mesh } from './mesh.ts'
import { blendLayers } from './mesh-layers.ts'
import { cover, startView, type Visibility } from './mesh-raster.ts'
import { MeshShader } from './mesh-shader.ts'
import { srgbOfLinear } from './srgb.ts'
import type { WorkBudget } from './work-budget.ts'

const WHITE = 255
/** Work of looking whether a masked sample is there, in samples covered. */
const MASK_WORK = 12

/** @param edge samples across a pixel @returns RGB pixels, row by row @throws FileFault `work_budget` */
export function drawMesh(mesh: Mesh, camera: Camera, edge: number, budget: WorkBudget): Uint8Array {
  const view = startView(mesh, { ...camera, size: camera.size * edge, focal: camera.focal * edge })
  const shader = new MeshShader(mesh, camera, view, edge)
  coverSolid(mesh, view, shader, budget)
  const layers = blendLayers(mesh, view, shader, budget)
  return resolve(view, shader, layers, edge)
}

/** Everything but what is seen through. */
export function coverSolid(mesh: Mesh, view: Visibility, shader: MeshShader, budget: WorkBudget): void {
  const { materialOf, materials } = mesh
  const isThere = (triangle: number, x: number, y: number): boolean => {
    budget.spend(MASK_WORK)
    return shader.isThere(triangle, x, y)
  }
  const solid = materials.map(({ alpha }) => alpha !== 'blend')
  const order = new Uint32Array(materialOf.length)
  let count = 0
  for (let triangle = 0; triangle < order.length; triangle++) {
    if (solid[materialOf[triangle]!]) order[count++] = triangle
  }
  cover(mesh, view, order.subarray(0, count), isThere, budget)
}

function resolve(view: Visibility, shader: MeshShader, layers: Float32Array | undefined, edge: number): Uint8Array {
  const size = view.size / edge
  const pixels = new Uint8Array(size * size * 3).fill(WHITE)
  const pixel = new PixelSamples(view, shader, edge)
  for (let py = 0, to = 0; py < size; py++) {
    for (let px = 0; px < size; px++, to += 3) {
      const uniform = pixel.look(px, py)
      if (uniform && layers === undefined) {
        if (pixel.shown[0]! < 0) continue
        pixel.shade(0)
        for (let k = 0; k < 3; k++) pixels[to + k] = pixel.colour[k]!
        continue
      }
      for (let i = 0; i < pixel.count; i++) pixel.shade(i)
      for (let k = 0; k < 3; k++) {
        let sum = 0
        for (let i = 0; i < pixel.count; i++) {
          const value = pixel.colour[i * 3 + k]!
          const at = pixel.place[i]! * 4
          sum += layers === undefined ? value : layers[at + k]! + layers[at + 3]! * value
        }
        pixels[to + k] = Math.floor(sum / pixel.count + 0.5)
      }
    }
  }
  return pixels
}

/** The samples of one pixel: where they are, what they show, and in which colour. */
class PixelSamples {
  readonly count: number
  readonly place: Uint32Array
  readonly shown: Int32Array
  /** 0..255: red green blue each. */
  readonly colour: Float64Array
  readonly #view: Visibility
  readonly #shader: MeshShader
  readonly #edge: number
  #left = 0
  #top = 0

  constructor(view: Visibility, shader: MeshShader, edge: number) {
    this.count = edge * edge
    this.place = new Uint32Array(this.count)
    this.shown = new Int32Array(this.count)
    this.colour = new Float64Array(this.count * 3)
    this.#view = view
    this.#shader = shader
    this.#edge = edge
  }

  /** @returns whether all samples of that pixel show the same */
  look(px: number, py: number): boolean {
    const edge = this.#edge
    this.#left = px * edge
    this.#top = py * edge
    let uniform = true
    for (let y = 0, i = 0; y < edge; y++) {
      let place = (this.#top + y) * this.#view.size + this.#left
      for (let x = 0; x < edge; x++, i++, place++) {
        const triangle = this.#view.triangle[place]!
        this.place[i] = place
        this.shown[i] = triangle
        if (triangle !== this.shown[0]) uniform = false
      }
    }
    return uniform
  }

  /** Colours all samples that show what sample `i` shows, unless an earlier one has done so. */
  shade(i: number): void {
    const { shown, colour, count } = this
    const triangle = shown[i]!
    let alike = 0
    let x = 0
    let y = 0
    for (let other = 0; other < count; other++) {
      if (shown[other] !== triangle) continue
      if (other < i) return
      alike++
      x += other % this.#edge
      y += (other - (other % this.#edge)) / this.#edge
    }
    if (triangle >= 0) this.#shader.shade(triangle, this.#left + x / alike, this.#top + y / alike)
    const { light } = this.#shader
    const red = triangle < 0 ? WHITE : srgbOfLinear(light[0]!)
    const green = triangle < 0 ? WHITE : srgbOfLinear(light[1]!)
    const blue = triangle < 0 ? WHITE : srgbOfLinear(light[2]!)
    for (let other = i; other < count; other++) {
      if (shown[other] !== triangle) continue
      colour[other * 3] = red
      colour[other * 3 + 1] = green
      colour[other * 3 + 2] = blue
    }
  }
}
