// The light of a preview: grey from everywhere, and one white lamp that goes along with the camera.
// Reflection as in glTF 2.0, appendix B: Lambert below, GGX above (Trowbridge-Reitz, height-correlated Smith, Schlick).
import type { Camera, Vector } from './camera.ts'

/** As bright as in the original; what is lit from straight ahead leaves the range of a display early. */
const AMBIENT = 0.3
const LAMP = 6
/** From the camera to the lamp, which shines on the origin from far away. */
const LAMP_OFFSET: Vector = [1, 1, 0]
const PI = Math.PI
/** Share of light that a dielectric reflects straight ahead. */
const DIELECTRIC = 0.04
/** Smoother surfaces would have highlights smaller than a sample. */
const LEAST_ROUGHNESS = 0.05

/** What a surface does with light, at one place. */
export interface Surface {
  /** Linear base colour. */
  red: number
  green: number
  blue: number
  metalness: number
  roughness: number
  /** Share of the light from everywhere that gets there. */
  open: number
}

export class Light {
  readonly #eye: Vector
  readonly #lamp: Vector

  constructor({ eye }: Camera) {
    this.#eye = eye
    const [x, y, z] = [eye[0] + LAMP_OFFSET[0], eye[1] + LAMP_OFFSET[1], eye[2] + LAMP_OFFSET[2]]
    const length = Math.sqrt(x * x + y * y + z * z)
    this.#lamp = [x / length, y / length, z / length]
  }

  /** @param normal unit, towards the viewer's side @param out linear light from there to the eye, red green blue */
  reflect(surface: Surface, x: number, y: number, z: number, normal: Float64Array, out: Float64Array): void {
    const ambient = AMBIENT * surface.open
    out[0] = ambient * surface.red
    out[1] = ambient * surface.green
    out[2] = ambient * surface.blue
    const nx = normal[0]!
    const ny = normal[1]!
    const nz = normal[2]!
    const lx = this.#lamp[0]
    const ly = this.#lamp[1]
    const lz = this.#lamp[2]
    const facing = nx * lx + ny * ly + nz * lz
    if (!(facing > 0)) return
    let vx = this.#eye[0] - x
    let vy = this.#eye[1] - y
    let vz = this.#eye[2] - z
    const distance = Math.sqrt(vx * vx + vy * vy + vz * vz)
    vx /= distance
    vy /= distance
    vz /= distance
    let hx = vx + lx
    let hy = vy + ly
    let hz = vz + lz
    const half = Math.sqrt(hx * hx + hy * hy + hz * hz)
    hx /= half
    hy /= half
    hz /= half
    const nh = Math.max(0, nx * hx + ny * hy + nz * hz)
    const nv = Math.max(1e-4, nx * vx + ny * vy + nz * vz)
    const vh = Math.max(0, vx * hx + vy * hy + vz * hz)

    const roughness = Math.max(surface.roughness, LEAST_ROUGHNESS)
    const alpha = roughness * roughness
    const a2 = alpha * alpha
    const spread = nh * nh * (a2 - 1) + 1
    const distribution = a2 / (PI * spread * spread)
    const shadowed =
      0.5 / (facing * Math.sqrt(a2 + (1 - a2) * nv * nv) + nv * Math.sqrt(a2 + (1 - a2) * facing * facing))
    const grazing = 1 - vh
    const fresnel = grazing * grazing * grazing * grazing * grazing
    const gloss = distribution * shadowed
    const { metalness } = surface
    const matt = (1 - metalness) / PI
    const light = LAMP * facing
    const least = DIELECTRIC * (1 - metalness)
    const red = least + surface.red * metalness
    const green = least + surface.green * metalness
    const blue = least + surface.blue * metalness
    out[0]! += light * (surface.red * matt + gloss * (red + (1 - red) * fresnel))
    out[1]! += light * (surface.green * matt + gloss * (green + (1 - green) * fresnel))
    out[2]! += light * (surface.blue * matt + gloss * (blue + (1 - blue) * fresnel))
  }
}
