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
  readonly #mesh: Omit<Mesh, 'materials'>
  #vertex = 0
  #triangle = 0

  /** @param primitives those that will be added, with that many vertices and triangles in all */
  constructor(primitives: readonly Primitive[], vertices: number, triangles: number) {
    const where = (name: 'tangent' | 'second' | 'colour', width: number) =>
      primitives.some((primitive) => primitive[name] !== undefined) ? new Float32Array(vertices * width) : undefined
    this.#mesh = {
      positions: new Float32Array(vertices * 3),
      normals: new Float32Array(vertices * 3),
      tangents: where('tangent', 4),
      coordinates: [new Float32Array(vertices * 2), where('second', 2)],
      colours: where('colour', 4)?.fill(1),
      triangles: new Uint32Array(triangles * 3),
      materialOf: new Uint16Array(triangles),
    }
  }

  /** @param material index into the materials of the mesh @throws FileFault `not_finite`, `out_of_bounds`, `reference` */
  add(primitive: Primitive, material: number): void {
    const { vertices, where, position, normal, tangent, coordinate, second, colour, transform } = primitive
    const { positions, normals, tangents, coordinates, colours, materialOf } = this.#mesh
    const { cofactors, mirrors } = normalTransform(transform)
    const at = this.#vertex
    copyPositions(position, transform, positions, at * 3, where)
    if (normal !== undefined) copyDirections(normal, cofactors, normals, 3, at, where)
    if (tangent !== undefined && tangents !== undefined) {
      copyDirections(tangent, transform, tangents, 4, at, where)
      for (let i = 0; i < vertices; i++) tangents[(at + i) * 4 + 3] = tangent.read(i, 3) < 0 !== mirrors ? -1 : 1
    }
    if (coordinate !== undefined) copy(coordinate, coordinates[0], 2, at, where)
    if (second !== undefined && coordinates[1] !== undefined) copy(second, coordinates[1], 2, at, where)
    if (colour !== undefined && colours !== undefined) {
      copy(colour, colours, 4, at, where)
      for (let i = at * 4; i < (at + vertices) * 4; i++) colours[i] = Math.min(Math.max(colours[i]!, 0), 1)
    }
    this.#addTriangles(primitive, mirrors)
    materialOf.fill(material, this.#triangle, this.#triangle + primitive.triangles)
    this.#vertex += vertices
    this.#triangle += primitive.triangles
  }

  mesh(materials: readonly Material[]): Mesh {
    return { ...this.#mesh, materials }
  }

  /** A mirroring transform turns triangles inside out: their corners are taken the other way round. */
  #addTriangles({ index, vertices, triangles, where }: Primitive, mirrors: boolean): void {
    for (let corner = 0; corner < triangles * 3; corner++) {
      const from = mirrors ? corner - (corner % 3) + ((3 - (corner % 3)) % 3) : corner
      const vertex = index === undefined ? from : index.read(from, 0)
      if (vertex >= vertices) throw new FileFault('reference', `${where} has no vertex ${vertex}`)
      this.#mesh.triangles[this.#triangle * 3 + corner] = this.#vertex + vertex
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

/** Unit vectors; zero where there is none. @param vertex the first one of `to` that is written */
function copyDirections(
  from: Accessor,
  m: Transform,
  to: Float32Array,
  width: number,
  vertex: number,
  where: string,
): void {
  for (let i = 0; i < from.count; i++) {
    const x = from.read(i, 0)
    const y = from.read(i, 1)
    const z = from.read(i, 2)
    if (!Number.isFinite(x + y + z)) throw new FileFault('not_finite', `${where} has a direction that is no number`)
    const nx = m[0]! * x + m[3]! * y + m[6]! * z
    const ny = m[1]! * x + m[4]! * y + m[7]! * z
    const nz = m[2]! * x + m[5]! * y + m[8]! * z
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
    if (!(length > 0 && length < Infinity)) continue
    const at = (vertex + i) * width
    to[at] = nx / length
    to[at + 1] = ny / length
    to[at + 2] = nz / length
  }
}

/** What an accessor has too few numbers for stays as it is. */
function copy(from: Accessor, to: Float32Array, width: number, vertex: number, where: string): void {
  for (let i = 0; i < from.count; i++) {
    for (let k = 0; k < from.width; k++) {
      const value = from.read(i, k)
      if (!Number.isFinite(value)) throw new FileFault('not_finite', `${where} has an attribute that is no number`)
      to[(vertex + i) * width + k] = value
    }
  }
}
