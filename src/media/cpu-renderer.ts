// Draws previews on the CPU: equal bytes give equal pixels on every machine, with any number of threads.
import { setImmediate as breathe } from 'node:timers/promises'
import { RoundkeeperError } from '../errors.ts'
import { type Camera, cameras } from './camera.ts'
import { problemOf, type Reading } from './file-fault.ts'
import { readGlb } from './glb.ts'
import { MAX_RENDER_WORK, MAX_VIEW_SIZE } from './limits.ts'
import { drawMesh } from './mesh-picture.ts'
import { normaliseAsOriginal, normaliseSplats } from './normalise-splats.ts'
import { readPly } from './ply.ts'
import { composePreview, encodePng, pixelsSha256 } from './preview.ts'
import type { ModelKind, Renderer, Rendering } from './renderer.ts'
import { drawSplats } from './splat-raster.ts'
import { WorkBudget } from './work-budget.ts'

/** To be raised whenever a pixel of any preview changes. */
const VERSION = 2

export interface CpuRendererOptions {
  /** Splats as the original draws them, with what we take for mistakes of its: docs/decisions/rendering.md. */
  readonly compat?: boolean
}

export const cpuRendererId = ({ compat = false }: CpuRendererOptions): string =>
  `cpu-preview/${VERSION}${compat ? '-compat' : ''}`

/** Distance of the camera from the origin. */
const RADIUS = { ply: 2.5, glb: 2 } as const
/** Samples across a pixel of a mesh. */
const SUPERSAMPLING = 2

type DrawView = (camera: Camera, budget: WorkBudget) => Uint8Array

export class CpuRenderer implements Renderer {
  readonly id: string
  readonly deterministic = true
  readonly #compat: boolean

  constructor(options: CpuRendererOptions = {}) {
    this.id = cpuRendererId(options)
    this.#compat = options.compat ?? false
  }

  asOriginal(): Renderer {
    return new CpuRenderer({ compat: true })
  }

  /** @throws `usage` for a size that is no size, `aborted` */
  async render(kind: ModelKind, bytes: Uint8Array, size: number, signal: AbortSignal): Promise<Rendering> {
    requireSize(size)
    const model = await (kind === 'ply' ? openPly(bytes, this.#compat) : openGlb(bytes))
    if (!model.ok) return model
    const budget = new WorkBudget(MAX_RENDER_WORK)
    const views: Uint8Array[] = []
    try {
      for (const camera of cameras(RADIUS[kind], size)) {
        await breathe()
        if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped while drawing', { cause: signal.reason })
        views.push(model.value(camera, budget))
      }
    } catch (error) {
      return problemOf(error)
    }
    const preview = composePreview(views, size)
    const { width, height } = preview
    return { ok: true, png: await encodePng(preview), width, height, pixelsSha256: pixelsSha256(preview) }
  }
}

/** @throws `usage` */
export function requireSize(size: number): void {
  if (Number.isInteger(size) && size > 0 && size <= MAX_VIEW_SIZE) return
  throw new RoundkeeperError('usage', `a view cannot be ${size} pixels wide, only 1 to ${MAX_VIEW_SIZE}`, {
    hint: `Give a whole number from 1 to ${MAX_VIEW_SIZE}.`,
  })
}

async function openPly(bytes: Uint8Array, compat: boolean): Promise<Reading<DrawView>> {
  const reading = readPly(bytes)
  if (!reading.ok) return reading
  const splats = compat ? normaliseAsOriginal(reading.value) : normaliseSplats(reading.value)
  return { ok: true, value: (camera, budget) => drawSplats(splats, camera, budget) }
}

async function openGlb(bytes: Uint8Array): Promise<Reading<DrawView>> {
  const reading = await readGlb(bytes)
  if (!reading.ok) return reading
  const mesh = reading.value
  return { ok: true, value: (camera, budget) => drawMesh(mesh, camera, SUPERSAMPLING, budget) }
}
