// Strict reader of GLB 2.0 triangles: everything is inside the file, bounded, counted and finite, or it is refused.
// glTF 2.0, https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html
import { FileFault, problemOf, type Reading } from './file-fault.ts'
import { openGlb } from './glb/document.ts'
import { Materials } from './glb/material.ts'
import { MeshBuilder } from './glb/mesh-builder.ts'
import { openPrimitive } from './glb/primitive.ts'
import { instancesOf } from './glb/scene.ts'
import { MAX_MODEL_BYTES, MAX_TRIANGLES, MAX_VERTICES } from './limits.ts'
import type { Mesh } from './mesh.ts'

export async function readGlb(bytes: Uint8Array): Promise<Reading<Mesh>> {
  try {
    return { ok: true, value: await parse(bytes) }
  } catch (error) {
    return problemOf(error)
  }
}

async function parse(bytes: Uint8Array): Promise<Mesh> {
  if (bytes.length > MAX_MODEL_BYTES) throw new FileFault('limit', `${bytes.length} bytes, at most ${MAX_MODEL_BYTES}`)
  const document = openGlb(bytes)
  const primitives = instancesOf(document).map((instance) => openPrimitive(document, instance))
  const vertices = primitives.reduce((sum, primitive) => sum + primitive.vertices, 0)
  const triangles = primitives.reduce((sum, primitive) => sum + primitive.triangles, 0)
  if (vertices > MAX_VERTICES) throw new FileFault('limit', `${vertices} vertices, at most ${MAX_VERTICES} are drawn`)
  if (triangles > MAX_TRIANGLES) {
    throw new FileFault('limit', `${triangles} triangles, at most ${MAX_TRIANGLES} are drawn`)
  }
  if (triangles === 0) throw new FileFault('empty', 'there is no triangle to draw')

  const materials = new Materials(document)
  const builder = new MeshBuilder(primitives, vertices, triangles)
  for (const primitive of primitives) {
    builder.add(primitive, await materials.use(primitive.primitive.material))
  }
  return builder.mesh(materials.used)
}
