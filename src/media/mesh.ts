import type { Texture } from './texture.ts'

/** Triangles in world space, ready to be drawn. All numbers are finite. */
export interface Mesh {
  /** x y z for each vertex. */
  readonly positions: Float32Array
  /** Unit normals for each vertex; zero where the face's own normal counts. */
  readonly normals: Float32Array
  /** u v for each vertex; v runs down. */
  readonly coordinates: Float32Array
  /** Linear red green blue for each vertex. */
  readonly colours: Float32Array
  /** Three vertices for each triangle, counter-clockwise from the front. */
  readonly triangles: Uint32Array
  /** Index into `materials` for each triangle. */
  readonly materialOf: Uint16Array
  readonly materials: readonly Material[]
}

export interface Material {
  /** Linear red green blue, multiplied with texture and vertex colour. */
  readonly colour: readonly [red: number, green: number, blue: number]
  readonly texture: Texture | undefined
  readonly doubleSided: boolean
}
