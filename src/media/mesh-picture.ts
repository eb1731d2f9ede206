// One view of a mesh, over white. Every pixel has several samples; what shows the same triangle within a pixel is
// shaded once, in the middle of its samples. Samples are averaged as displayed (sRGB).
import type { Camera } from './camera.ts'
import type { Mesh } from './mesh.ts'
import { blendLayers } from './mesh-layers.ts'
import { cover, startView, type Visibility } from './mesh-raster.ts'
import { MeshShader } from './mesh-shader.ts'
import { PixelSamples } from './pixel-samples.ts'
import type { WorkBudget } from './work-budget.ts'

const WHITE = 255
/** Work of looking whether a masked sample is there, in samples covered. */
const MASK_WORK = 12

/** @param edge samples across a pixel @returns RGB pixels, row by row @throws FileFault `work_budget` */
export function drawMesh(mesh: Mesh, camera: Camera, edge: number, budget: WorkBudget): Uint8Array {
  const view = startView(mesh, { ...camera, size: camera.size * edge, focal: camera.focal * edge })
  const shader = new MeshShader(mesh, camera, view, edge)
  coverSolid(mesh, view, shader, budget)
  const layers = blendLayers(mesh, view, shader, budget)
  return resolve(view, shader, layers, edge)
}

/** Everything but what is seen through. */
export function coverSolid(mesh: Mesh, view: Visibility, shader: MeshShader, budget: WorkBudget): void {
  const { materialOf, materials } = mesh
  const isThere = (triangle: number, x: number, y: number): boolean => {
    budget.spend(MASK_WORK)
    return shader.isThere(triangle, x, y)
  }
  const solid = materials.map(({ alpha }) => alpha !== 'blend')
  const order = new Uint32Array(materialOf.length)
  let count = 0
  for (let triangle = 0; triangle < order.length; triangle++) {
    if (solid[materialOf[triangle]!]) order[count++] = triangle
  }
  cover(mesh, view, order.subarray(0, count), isThere, budget)
}

function resolve(view: Visibility, shader: MeshShader, layers: Float32Array | undefined, edge: number): Uint8Array {
  const size = view.size / edge
  const pixels = new Uint8Array(size * size * 3).fill(WHITE)
  const pixel = new PixelSamples(view, shader, edge)
  for (let py = 0, to = 0; py < size; py++) {
    for (let px = 0; px < size; px++, to += 3) {
      if (pixel.look(px, py) && layers === undefined) continue
      pixel.sum(layers)
      pixels[to] = Math.floor(pixel.red / pixel.count + 0.5)
      pixels[to + 1] = Math.floor(pixel.green / pixel.count + 0.5)
      pixels[to + 2] = Math.floor(pixel.blue / pixel.count + 0.5)
    }
  }
  return pixels
}
