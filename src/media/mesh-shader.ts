// The colour of a place on a mesh: its material, with maps and vertex colours, in the light of the view.
import type { Camera } from './camera.ts'
import { Fragment } from './fragment.ts'
import { Light, type Surface } from './lighting.ts'
import type { Material, Mesh } from './mesh.ts'
import type { Projection } from './mesh-raster.ts'
import { bend, meshNormal } from './surface-normal.ts'
import { lookUp, type TextureMap } from './texture-map.ts'

export class MeshShader {
  /** Linear light of the last place; not negative, may exceed 1. */
  readonly light = new Float64Array(3)
  /** 0..1 of the last place, before the material's alpha mode. */
  opacity = 1
  readonly #mesh: Mesh
  readonly #at: Fragment
  readonly #lights: Light
  readonly #surface: Surface = { red: 0, green: 0, blue: 0, metalness: 0, roughness: 0, open: 1 }
  readonly #normal = new Float64Array(3)
  readonly #texel = new Float64Array(4)
  readonly #footprints = [new Float64Array(4), new Float64Array(4)] as const
  readonly #fresh = [false, false]

  /** @param pixel samples across a pixel, by which the detail of textures is chosen */
  constructor(mesh: Mesh, camera: Camera, view: Projection, pixel: number) {
    this.#mesh = mesh
    this.#at = new Fragment(mesh, view, pixel)
    this.#lights = new Light(camera)
  }

  /** Whether a material that is there or not (`mask`) is there. */
  isThere(triangle: number, sampleX: number, sampleY: number): boolean {
    const material = this.#move(triangle, sampleX, sampleY)
    this.#baseColour(material)
    return this.opacity >= material.cutoff
  }

  /** Sets `light` and `opacity`. @param sampleX, sampleY may lie between samples */
  shade(triangle: number, sampleX: number, sampleY: number): void {
    const material = this.#move(triangle, sampleX, sampleY)
    const { maps, emission } = material
    const { light } = this
    const surface = this.#surface
    const texel = this.#texel
    const at = this.#at
    this.#baseColour(material)
    if (material.unlit) {
      light[0] = surface.red
      light[1] = surface.green
      light[2] = surface.blue
      return
    }
    surface.metalness = material.metalness
    surface.roughness = material.roughness
    if (maps.metalRough !== undefined) {
      this.#lookUp(maps.metalRough)
      surface.roughness *= texel[1]!
      surface.metalness *= texel[2]!
    }
    surface.open = 1
    if (maps.occlusion !== undefined) {
      this.#lookUp(maps.occlusion)
      surface.open = 1 + material.occlusionStrength * (texel[0]! - 1)
    }
    meshNormal(this.#mesh, at, this.#normal)
    if (maps.normal !== undefined) {
      this.#lookUp(maps.normal)
      bend(this.#mesh, at, this.#coordinates(maps.normal), material.normalScale, texel, this.#normal)
    }
    const { positions } = this.#mesh
    const x = at.value(positions, 3, 0)
    const y = at.value(positions, 3, 1)
    const z = at.value(positions, 3, 2)
    this.#lights.reflect(surface, x, y, z, this.#normal, light)
    if (emission[0] + emission[1] + emission[2] === 0) return
    texel.fill(1)
    if (maps.emission !== undefined) this.#lookUp(maps.emission)
    for (let k = 0; k < 3; k++) light[k]! += emission[k]! * texel[k]!
  }

  #move(triangle: number, sampleX: number, sampleY: number): Material {
    this.#at.move(triangle, sampleX, sampleY)
    this.#fresh[0] = false
    this.#fresh[1] = false
    return this.#mesh.materials[this.#mesh.materialOf[triangle]!]!
  }

  #baseColour({ colour, opacity, maps }: Material): void {
    const surface = this.#surface
    const { colours } = this.#mesh
    surface.red = colour[0]
    surface.green = colour[1]
    surface.blue = colour[2]
    this.opacity = opacity
    if (colours !== undefined) {
      surface.red *= this.#at.value(colours, 4, 0)
      surface.green *= this.#at.value(colours, 4, 1)
      surface.blue *= this.#at.value(colours, 4, 2)
      this.opacity *= this.#at.value(colours, 4, 3)
    }
    if (maps.colour === undefined) return
    this.#lookUp(maps.colour)
    surface.red *= this.#texel[0]!
    surface.green *= this.#texel[1]!
    surface.blue *= this.#texel[2]!
    this.opacity *= this.#texel[3]!
  }

  #lookUp(map: TextureMap): void {
    const coordinates = this.#coordinates(map)
    const footprint = this.#footprints[map.set]
    if (!this.#fresh[map.set]) {
      this.#at.footprint(coordinates, footprint)
      this.#fresh[map.set] = true
    }
    lookUp(map, this.#at.value(coordinates, 2, 0), this.#at.value(coordinates, 2, 1), footprint, this.#texel)
  }

  #coordinates({ set }: TextureMap): Float32Array {
    return this.#mesh.coordinates[set] ?? this.#mesh.coordinates[0]
  }
}
