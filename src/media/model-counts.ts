// What a sound model consists of, for people to compare with the limits.
import { readGlb } from './glb.ts'
import { readPly } from './ply.ts'
import type { ModelKind } from './renderer.ts'

export type ModelCounts =
  | { readonly splats: number /** Not finite, without orientation, or immense. */; readonly left_out: number }
  | { readonly triangles: number; readonly vertices: number }

/** @returns undefined for a file that cannot be read */
export async function countsOf(kind: ModelKind, bytes: Uint8Array): Promise<ModelCounts | undefined> {
  if (kind === 'ply') {
    const reading = readPly(bytes)
    return reading.ok ? { splats: reading.value.count, left_out: reading.value.dropped } : undefined
  }
  const reading = await readGlb(bytes)
  if (!reading.ok) return undefined
  const { triangles, positions } = reading.value
  return { triangles: triangles.length / 3, vertices: positions.length / 3 }
}
