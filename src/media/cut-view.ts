import { RoundkeeperError } from '../errors.ts'
import { opaquePixels } from './pixels-of.ts'
import { encodePng, viewsOf } from './preview.ts'

/**
 * One view of a 2×2 preview, as a picture of its own.
 * @param view 0 top left, 1 top right, 2 bottom left, 3 bottom right
 * @throws `refused` for what is no preview
 */
export async function cutView(preview: Uint8Array, view: number): Promise<Uint8Array> {
  const views = viewsOf(await opaquePixels(preview))
  const cut = views.length === 1 ? undefined : views[view]
  if (cut !== undefined) return encodePng(cut)
  throw new RoundkeeperError('refused', `there is no view ${view} in the picture`, {
    hint: 'Give a preview that the renderer drew: 2×2 views.',
  })
}
