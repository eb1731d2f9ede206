// Copies primitives into the arrays that are drawn: transformed, checked, and counted before they are allocated.
import { FileFault } from '../file-fault.ts'
import { MAX_GLB_COORDINATE } from '../limits.ts'
import type { Material, Mesh } from '../mesh.ts'
import type { Accessor } from './accessor.ts'
import type { Primitive } from './primitive.ts'
import { normalTransform, type Transform } from './transform.ts'

/** As the file's own 32-bit numbers have it, so that a vertex exactly on the edge is inside. */
const EDGE = Math.fround(MAX_GLB_COORDINATE)

export class MeshBuilder {
  readonly #positions: Float32Array
  readonly #normals: Float32Array
  readonly #coordinates: Float32Array
  readonly #colours: Float32Array
  readonly #triangles: Uint32Array
  readonly #materialOf: Uint16Array
  #vertex = 0
  #triangle = 0

  constructor(vertices: number, triangles: number) {
    this.#positions = new Float32Array(vertices * 3)
    this.#normals = new Float32Array(vertices * 3)
    this.#coordinates = new Float32Array(vertices * 2)
    this.#colours = new Float32Array(vertices * 3)
    this.#triangles = new Uint32Array(triangles * 3)
    this.#materialOf = new Uint16Array(triangles)
  }

  /** @param material index into the materials of the mesh @throws FileFault `not_finite`, `out_of_bounds`, `reference` */
  add(primitive: Primitive, material: number): void {
    const { vertices, where, position, normal, coordinate, colour } = primitive
    const { cofactors, mirrors } = normalTransform(primitive.transform)
    const at = this.#vertex
    copyPositions(position, primitive.transform, this.#positions, at * 3, where)
    if (normal !== undefined) copyNormals(normal, cofactors, this.#normals, at * 3, where)
    if (coordinate !== undefined) copy(coordinate, 2, this.#coordinates, at * 2, where)
    if (colour !== undefined) copy(colour, 3, this.#colours, at * 3, where)
    else this.#colours.fill(1, at * 3, (at + vertices) * 3)
    this.#addTriangles(primitive, mirrors)
    this.#materialOf.fill(material, this.#triangle, this.#triangle + primitive.triangles)
    this.#vertex += vertices
    this.#triangle += primitive.triangles
  }

  mesh(materials: readonly Material[]): Mesh {
    return {
      positions: this.#positions,
      normals: this.#normals,
      coordinates: this.#coordinates,
      colours: this.#colours,
      triangles: this.#triangles,
      materialOf: this.#materialOf,
      materials,
    }
  }

  /** A mirroring transform turns triangles inside out: their corners are taken the other way round. */
  #addTriangles({ index, vertices, triangles, where }: Primitive, mirrors: boolean): void {
    for (let corner = 0; corner < triangles * 3; corner++) {
      const from = mirrors ? corner - (corner % 3) + ((3 - (corner % 3)) % 3) : corner
      const vertex = index === undefined ? from : index.read(from, 0)
      if (vertex >= vertices) throw new FileFault('reference', `${where} has no vertex ${vertex}`)
      this.#triangles[this.#triangle * 3 + corner] = this.#vertex + vertex
    }
  }
}

function copyPositions(from: Accessor, m: Transform, to: Float32Array, at: number, where: string): void {
  for (let i = 0; i < from.count; i++) {
    const x = from.read(i, 0)
    const y = from.read(i, 1)
    const z = from.read(i, 2)
    for (let k = 0; k < 3; k++) {
      const value = m[k]! * x + m[k + 3]! * y + m[k + 6]! * z + m[k + 9]!
      if (!Number.isFinite(value)) throw new FileFault('not_finite', `${where} has a position that is no number`)
      if (value > EDGE || value < -EDGE) {
        throw new FileFault('out_of_bounds', `${where} reaches beyond ±${MAX_GLB_COORDINATE} around the origin`)
      }
      to[at + i * 3 + k] = value
    }
  }
}

function copyNormals(from: Accessor, m: Transform, to: Float32Array, at: number, where: string): void {
  for (let i = 0; i < from.count; i++) {
    const x = from.read(i, 0)
    const y = from.read(i, 1)
    const z = from.read(i, 2)
    if (!Number.isFinite(x + y + z)) throw new FileFault('not_finite', `${where} has a normal that is no number`)
    const nx = m[0]! * x + m[3]! * y + m[6]! * z
    const ny = m[1]! * x + m[4]! * y + m[7]! * z
    const nz = m[2]! * x + m[5]! * y + m[8]! * z
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
    if (!(length > 0 && length < Infinity)) continue
    to[at + i * 3] = nx / length
    to[at + i * 3 + 1] = ny / length
    to[at + i * 3 + 2] = nz / length
  }
}

function copy(from: Accessor, width: number, to: Float32Array, at: number, where: string): void {
  for (let i = 0; i < from.count; i++) {
    for (let k = 0; k < width; k++) {
      const value = from.read(i, k)
      if (!Number.isFinite(value)) throw new FileFault('not_finite', `${where} has an attribute that is no number`)
      to[at + i * width + k] = value
    }
  }
}
