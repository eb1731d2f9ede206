// The colour of every visible sample: ambient light, one light near the camera, a mild highlight, in linear light.
// Samples are averaged as displayed (sRGB) into pixels over white.
import type { Camera, Vector } from './camera.ts'
import type { Material, Mesh } from './mesh.ts'
import { STEPS, type Visibility } from './mesh-raster.ts'
import { srgbOfLinear } from './srgb.ts'
import { type Level, levelFor, sampleLevel } from './texture.ts'

const AMBIENT = 0.42
const DIFFUSE = 0.72
const HIGHLIGHT = 0.06
/** From the camera to the light. */
const LIGHT_OFFSET: Vector = [1, 1, 0]

/** @param edge samples across a pixel @returns RGB pixels, row by row */
export function shade(mesh: Mesh, camera: Camera, visible: Visibility, edge: number): Uint8Array {
  const size = visible.size / edge
  const pixels = new Uint8Array(size * size * 3)
  const shader = new SampleShader(mesh, camera, visible)
  const samples = edge * edge
  for (let py = 0, at = 0; py < size; py++) {
    for (let px = 0; px < size; px++, at += 3) {
      let red = 0
      let green = 0
      let blue = 0
      for (let y = py * edge; y < (py + 1) * edge; y++) {
        for (let x = px * edge; x < (px + 1) * edge; x++) {
          const triangle = visible.triangle[y * visible.size + x]!
          if (triangle < 0) {
            red += 255
            green += 255
            blue += 255
            continue
          }
          shader.shade(triangle, x, y)
          red += srgbOfLinear(shader.red)
          green += srgbOfLinear(shader.green)
          blue += srgbOfLinear(shader.blue)
        }
      }
      pixels[at] = Math.floor(red / samples + 0.5)
      pixels[at + 1] = Math.floor(green / samples + 0.5)
      pixels[at + 2] = Math.floor(blue / samples + 0.5)
    }
  }
  return pixels
}

/** Keeps what the samples of one triangle share; the colour of the last sample lies in `red`, `green`, `blue`. */
class SampleShader {
  red = 0
  green = 0
  blue = 0
  readonly #mesh: Mesh
  readonly #visible: Visibility
  readonly #eye: Vector
  readonly #light: Vector
  readonly #texel = new Float64Array(3)
  #triangle = -1
  #a = 0
  #b = 0
  #c = 0
  #material!: Material
  #level: Level | undefined
  /** -1 when the triangle is seen from behind. */
  #side = 1
  /** The weights of the first two corners are linear in the position of a sample. */
  #weights = new Float64Array(4)

  constructor(mesh: Mesh, camera: Camera, visible: Visibility) {
    this.#mesh = mesh
    this.#visible = visible
    this.#eye = camera.eye
    const [x, y, z] = camera.eye
    this.#light = unit([x + LIGHT_OFFSET[0], y + LIGHT_OFFSET[1], z + LIGHT_OFFSET[2]])
  }

  shade(triangle: number, sampleX: number, sampleY: number): void {
    if (triangle !== this.#triangle) this.#begin(triangle)
    const { positions, normals, coordinates, colours } = this.#mesh
    const { x, y, inverse } = this.#visible
    const a = this.#a
    const b = this.#b
    const c = this.#c

    // Perspective-correct weights of the corners.
    const weights = this.#weights
    const dx = sampleX * STEPS + STEPS / 2 - x[c]!
    const dy = sampleY * STEPS + STEPS / 2 - y[c]!
    const u = weights[0]! * dx + weights[1]! * dy
    const v = weights[2]! * dx + weights[3]! * dy
    const wa = u * inverse[a]!
    const wb = v * inverse[b]!
    const wc = (1 - u - v) * inverse[c]!
    const total = wa + wb + wc
    const pa = wa / total
    const pb = wb / total
    const pc = wc / total

    let nx = normals[a * 3]! * pa + normals[b * 3]! * pb + normals[c * 3]! * pc
    let ny = normals[a * 3 + 1]! * pa + normals[b * 3 + 1]! * pb + normals[c * 3 + 1]! * pc
    let nz = normals[a * 3 + 2]! * pa + normals[b * 3 + 2]! * pb + normals[c * 3 + 2]! * pc
    let length = Math.sqrt(nx * nx + ny * ny + nz * nz)
    if (!(length > 1e-6)) {
      const face = faceNormal(positions, a * 3, b * 3, c * 3)
      nx = face[0]
      ny = face[1]
      nz = face[2]
      length = 1
    }
    const turn = this.#side / length
    nx *= turn
    ny *= turn
    nz *= turn

    const lx = this.#light[0]
    const ly = this.#light[1]
    const lz = this.#light[2]
    const facing = nx * lx + ny * ly + nz * lz
    let diffuse = AMBIENT
    let highlight = 0
    if (facing > 0) {
      diffuse += DIFFUSE * facing
      let vx = this.#eye[0] - (positions[a * 3]! * pa + positions[b * 3]! * pb + positions[c * 3]! * pc)
      let vy = this.#eye[1] - (positions[a * 3 + 1]! * pa + positions[b * 3 + 1]! * pb + positions[c * 3 + 1]! * pc)
      let vz = this.#eye[2] - (positions[a * 3 + 2]! * pa + positions[b * 3 + 2]! * pb + positions[c * 3 + 2]! * pc)
      const distance = Math.sqrt(vx * vx + vy * vy + vz * vz)
      vx = vx / distance + lx
      vy = vy / distance + ly
      vz = vz / distance + lz
      const half = (nx * vx + ny * vy + nz * vz) / Math.sqrt(vx * vx + vy * vy + vz * vz)
      highlight = HIGHLIGHT * power32(Math.max(half, 0))
    }

    const colour = this.#material.colour
    let red = colour[0] * (colours[a * 3]! * pa + colours[b * 3]! * pb + colours[c * 3]! * pc)
    let green = colour[1] * (colours[a * 3 + 1]! * pa + colours[b * 3 + 1]! * pb + colours[c * 3 + 1]! * pc)
    let blue = colour[2] * (colours[a * 3 + 2]! * pa + colours[b * 3 + 2]! * pb + colours[c * 3 + 2]! * pc)
    if (this.#level !== undefined) {
      const s = coordinates[a * 2]! * pa + coordinates[b * 2]! * pb + coordinates[c * 2]! * pc
      const t = coordinates[a * 2 + 1]! * pa + coordinates[b * 2 + 1]! * pb + coordinates[c * 2 + 1]! * pc
      const texel = sampleLevel(this.#level, s, t, this.#texel)
      red *= texel[0]!
      green *= texel[1]!
      blue *= texel[2]!
    }
    this.red = red * diffuse + highlight
    this.green = green * diffuse + highlight
    this.blue = blue * diffuse + highlight
  }

  #begin(triangle: number): void {
    const { triangles, materialOf, materials, coordinates } = this.#mesh
    const { x, y } = this.#visible
    const a = triangles[triangle * 3]!
    const b = triangles[triangle * 3 + 1]!
    const c = triangles[triangle * 3 + 2]!
    const area = (x[b]! - x[a]!) * (y[c]! - y[a]!) - (y[b]! - y[a]!) * (x[c]! - x[a]!)
    this.#triangle = triangle
    this.#a = a
    this.#b = b
    this.#c = c
    this.#side = area < 0 ? 1 : -1
    this.#weights[0] = (y[b]! - y[c]!) / area
    this.#weights[1] = (x[c]! - x[b]!) / area
    this.#weights[2] = (y[c]! - y[a]!) / area
    this.#weights[3] = (x[a]! - x[c]!) / area
    this.#material = materials[materialOf[triangle]!]!
    const { texture } = this.#material
    this.#level = undefined
    if (texture !== undefined) {
      const sa = coordinates[a * 2]! - coordinates[c * 2]!
      const ta = coordinates[a * 2 + 1]! - coordinates[c * 2 + 1]!
      const sb = coordinates[b * 2]! - coordinates[c * 2]!
      const tb = coordinates[b * 2 + 1]! - coordinates[c * 2 + 1]!
      const share = ((sa * tb - sb * ta) * STEPS * STEPS) / area
      this.#level = levelFor(texture, Math.abs(share))
    }
  }
}

function faceNormal(positions: Float32Array, a: number, b: number, c: number): Vector {
  const ux = positions[b]! - positions[a]!
  const uy = positions[b + 1]! - positions[a + 1]!
  const uz = positions[b + 2]! - positions[a + 2]!
  const vx = positions[c]! - positions[a]!
  const vy = positions[c + 1]! - positions[a + 1]!
  const vz = positions[c + 2]! - positions[a + 2]!
  return unit([uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx])
}

function unit([x, y, z]: Vector): Vector {
  const length = Math.sqrt(x * x + y * y + z * z)
  return length > 0 ? [x / length, y / length, z / length] : [0, 0, 0]
}

function power32(x: number): number {
  const x4 = x * x * x * x
  const x16 = x4 * x4 * x4 * x4
  return x16 * x16
}
