// The samples of one pixel: where they are, what they show, and in which colour. Samples of one triangle share one
// colour, that of the place in their middle.
import type { Visibility } from './mesh-raster.ts'
import type { MeshShader } from './mesh-shader.ts'
import { srgbOfLinear } from './srgb.ts'

const WHITE = 255

export class PixelSamples {
  /** Of samples in a pixel. */
  readonly count: number
  /** Sums over the samples, each 0..255. */
  red = 0
  green = 0
  blue = 0
  readonly #view: Visibility
  readonly #shader: MeshShader
  readonly #edge: number
  /** For each sample: its column and row within the pixel, its place in the view, and the triangle that it shows. */
  readonly #column: Uint8Array
  readonly #row: Uint8Array
  readonly #place: Uint32Array
  readonly #shown: Int32Array
  /** The colour of each sample, 0..255. */
  readonly #red: Uint8Array
  readonly #green: Uint8Array
  readonly #blue: Uint8Array
  #left = 0
  #top = 0

  /** @param edge samples across a pixel */
  constructor(view: Visibility, shader: MeshShader, edge: number) {
    this.count = edge * edge
    this.#view = view
    this.#shader = shader
    this.#edge = edge
    this.#column = Uint8Array.from({ length: this.count }, (_, i) => i % edge)
    this.#row = Uint8Array.from({ length: this.count }, (_, i) => Math.floor(i / edge))
    this.#place = new Uint32Array(this.count)
    this.#shown = new Int32Array(this.count)
    this.#red = new Uint8Array(this.count)
    this.#green = new Uint8Array(this.count)
    this.#blue = new Uint8Array(this.count)
  }

  /** Moves to a pixel. @returns whether none of its samples shows anything */
  look(px: number, py: number): boolean {
    const edge = this.#edge
    const { size, triangle } = this.#view
    const shown = this.#shown
    this.#left = px * edge
    this.#top = py * edge
    let all = -1
    for (let y = 0, i = 0, start = this.#top * size + this.#left; y < edge; y++, start += size) {
      for (let x = 0; x < edge; x++, i++) {
        shown[i] = triangle[start + x]!
        this.#place[i] = start + x
        all &= shown[i]!
      }
    }
    return all === -1
  }

  /** Adds up what the samples show. @param layers in front of it: for each sample red green blue, and what they let through */
  sum(layers: Float32Array | undefined): void {
    for (let i = 0; i < this.count; i++) this.#colourLike(i)
    this.red = 0
    this.green = 0
    this.blue = 0
    for (let i = 0; i < this.count; i++) {
      const at = this.#place[i]! * 4
      const through = layers === undefined ? 1 : layers[at + 3]!
      this.red += (layers === undefined ? 0 : layers[at]!) + through * this.#red[i]!
      this.green += (layers === undefined ? 0 : layers[at + 1]!) + through * this.#green[i]!
      this.blue += (layers === undefined ? 0 : layers[at + 2]!) + through * this.#blue[i]!
    }
  }

  /** Colours all samples that show what sample `i` shows, unless an earlier one has done so. */
  #colourLike(i: number): void {
    const shown = this.#shown
    const triangle = shown[i]!
    for (let earlier = 0; earlier < i; earlier++) if (shown[earlier] === triangle) return
    let alike = 0
    let x = 0
    let y = 0
    for (let other = i; other < this.count; other++) {
      if (shown[other] !== triangle) continue
      alike++
      x += this.#column[other]!
      y += this.#row[other]!
    }
    let red = WHITE
    let green = WHITE
    let blue = WHITE
    if (triangle >= 0) {
      this.#shader.shade(triangle, this.#left + x / alike, this.#top + y / alike)
      const { light } = this.#shader
      red = srgbOfLinear(light[0]!)
      green = srgbOfLinear(light[1]!)
      blue = srgbOfLinear(light[2]!)
    }
    for (let other = i; other < this.count; other++) {
      if (shown[other] !== triangle) continue
      this.#red[other] = red
      this.#green[other] = green
      this.#blue[other] = blue
    }
  }
}
