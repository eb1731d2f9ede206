import type { TextureMap } from './texture-map.ts'

/** Triangles in world space, ready to be drawn. All numbers are finite. */
export interface Mesh {
  /** x y z for each vertex. */
  readonly positions: Float32Array
  /** Unit normals for each vertex; zero where the face's own normal counts. */
  readonly normals: Float32Array
  /** Unit x y z along growing u, and 1 or -1 for v, for each vertex; zero where they follow from the coordinates. */
  readonly tangents: Float32Array | undefined
  /** Two sets of u v for each vertex; v runs down. */
  readonly coordinates: readonly [Float32Array, Float32Array | undefined]
  /** Linear red green blue and opacity for each vertex, 0..1; all 1 where there are none. */
  readonly colours: Float32Array | undefined
  /** Three vertices for each triangle, counter-clockwise from the front. */
  readonly triangles: Uint32Array
  /** Index into `materials` for each triangle. */
  readonly materialOf: Uint16Array
  readonly materials: readonly Material[]
}

export type Colour = readonly [red: number, green: number, blue: number]

/** A glTF material: metal and roughness. Colours are linear; factors are multiplied with their maps. */
export interface Material {
  readonly colour: Colour
  readonly opacity: number
  /** 0 for a dielectric, 1 for a metal. */
  readonly metalness: number
  readonly roughness: number
  readonly emission: Colour
  /** How much of the normal map's slope, and of the occlusion map's shadow, is applied. */
  readonly normalScale: number
  readonly occlusionStrength: number
  readonly maps: Maps
  /** `mask`: there or not, by `cutoff`; `blend`: seen through. */
  readonly alpha: 'opaque' | 'mask' | 'blend'
  readonly cutoff: number
  readonly doubleSided: boolean
  /** Shown in its base colour, whatever the light. */
  readonly unlit: boolean
}

export interface Maps {
  /** Red green blue (sRGB) and opacity. */
  readonly colour: TextureMap | undefined
  /** Roughness in green, metalness in blue. */
  readonly metalRough: TextureMap | undefined
  readonly normal: TextureMap | undefined
  /** In red. */
  readonly occlusion: TextureMap | undefined
  /** Red green blue (sRGB). */
  readonly emission: TextureMap | undefined
}
