import type { Context } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import type { Output } from '../../state/outputs.ts'
import { contentKey, putContent } from '../../store/content.ts'
import { recall, remember } from '../../store/evidence.ts'
import type { again } from './again.ts'
import type { Ports } from './ports.ts'
import { rendererOf } from './renderer-of.ts'
import type { Settings } from './settings.ts'

export const CONTENT_TYPES = { glb: 'model/gltf-binary', ply: 'application/octet-stream' }

type Again = ReturnType<typeof again>

/** Nothing was delivered for a prompt. */
export const emptyOutput = (failure: string): Output => ({
  glb: null,
  png: null,
  generation_time: 0,
  size: 0,
  attempts: 0,
  distance: 0,
  failure,
})

/** A model that the store holds. */
export interface KeptModel {
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** Whose it is, where it was downloaded: who has the file can draw it. */
  readonly of?: string
  /** Called only when it has to be drawn. */
  load(): Promise<Uint8Array>
}

/** What is kept of a drawing: a picture, or why there is none. */
export interface Preview {
  readonly png_sha256?: string
  readonly pixels_sha256?: string
  readonly failure?: string
}

/**
 * Draws a model, keeps its preview by content, and describes both.
 * @throws RoundkeeperError `unavailable` when our renderer failed, which is never the miner's loss
 */
export async function recordModel(
  ports: Ports,
  settings: Pick<Settings, 'artifact' | 'preview_size' | 'preview_compat'>,
  model: KeptModel,
  { again }: Again,
  { pool, signal }: Pick<Context, 'pool' | 'signal'>,
): Promise<Output> {
  const { store } = ports
  const renderer = rendererOf(ports.renderer, settings)
  const kind = settings.artifact
  const url = store.url(contentKey(model.sha256, kind))
  const inputs = {
    ...{ model: model.sha256, kind, renderer: renderer.id, size: settings.preview_size },
    ...(again && { again }),
  }
  const draw = async (): Promise<Preview> => {
    const rendering = await renderer.render(kind, await model.load(), settings.preview_size, signal)
    if (rendering.ok) {
      const png = await putContent(store, rendering.png, 'png', 'image/png')
      return { png_sha256: png.sha256, pixels_sha256: rendering.pixelsSha256 }
    }
    if (rendering.fault === 'file') return { failure: `${rendering.code}: ${rendering.detail}` }
    throw new RoundkeeperError('unavailable', `a preview could not be rendered: ${rendering.detail}`, {
      where: url,
      hint: 'This is our own failure: run again; nothing is lost.',
    })
  }
  const preview = await pool.gather<Preview>(
    { kind: 'preview', input: { ...inputs, as_original: settings.preview_compat }, of: model.of },
    { find: () => recall(store, 'preview', inputs), make: () => remember(store, 'preview', inputs, draw) },
    signal,
  )
  return {
    glb: url,
    // Addresses depend on where the store is published; evidence does not.
    png: preview.png_sha256 === undefined ? null : store.url(contentKey(preview.png_sha256, 'png')),
    ...preview,
    generation_time: 0,
    size: model.size,
    attempts: 0,
    distance: 0,
    glb_sha256: model.sha256,
    renderer: renderer.id,
  }
}
