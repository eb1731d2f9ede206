// What is seen through (alpha mode BLEND) in front of the opaque parts of a view: its triangles from the nearest on,
// by the distance of their centres, equal ones as in the file. Blended as displayed (sRGB), as browsers do.
import { orderByDepth } from './depth-sort.ts'
import type { Mesh } from './mesh.ts'
import { cover, type Visibility } from './mesh-raster.ts'
import type { MeshShader } from './mesh-shader.ts'
import { srgbOfLinear } from './srgb.ts'
import type { WorkBudget } from './work-budget.ts'

/** Light that is let through so little is let through no further. */
const OPAQUE = 1e-3
/** Work of shading one sample, in samples covered. */
const SHADING_WORK = 48

/** @returns red green blue 0..255 and the light let through for each sample; undefined when nothing is seen through */
export function blendLayers(
  mesh: Mesh,
  view: Visibility,
  shader: MeshShader,
  budget: WorkBudget,
): Float32Array | undefined {
  const order = transparentTriangles(mesh, view)
  if (order.length === 0) return undefined
  const layers = new Float32Array(view.size * view.size * 4)
  for (let i = 3; i < layers.length; i += 4) layers[i] = 1
  const blend = (triangle: number, x: number, y: number): boolean => {
    const at = (y * view.size + x) * 4
    const through = layers[at + 3]!
    if (through <= OPAQUE) return false
    budget.spend(SHADING_WORK)
    shader.shade(triangle, x, y)
    const weight = through * shader.opacity
    for (let k = 0; k < 3; k++) layers[at + k]! += weight * srgbOfLinear(shader.light[k]!)
    layers[at + 3] = through - weight
    return false
  }
  cover(mesh, view, order, blend, budget)
  return layers
}

function transparentTriangles({ triangles, materialOf, materials }: Mesh, { inverse }: Visibility): Uint32Array {
  const blended = materials.map(({ alpha }) => alpha === 'blend')
  if (!blended.includes(true)) return new Uint32Array()
  const found: number[] = []
  for (let triangle = 0; triangle < materialOf.length; triangle++) {
    if (blended[materialOf[triangle]!]) found.push(triangle)
  }
  const distance = (corner: number) => 1 / inverse[triangles[corner]!]!
  const depths = found.map((id) => (distance(id * 3) + distance(id * 3 + 1) + distance(id * 3 + 2)) / 3)
  return orderByDepth(Float32Array.from(depths)).map((index) => found[index]!)
}
