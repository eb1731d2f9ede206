import type { CanaryPictures, PictureChange } from './canary-pictures.ts'
import { lettered } from './lettering.ts'
import { opaquePixels } from './pixels-of.ts'
import { composePreview, encodePng, type Preview, viewsOf } from './preview.ts'
import { blurred, emptied, noisy } from './worse-copies.ts'

/** @param index of the view, the first being that from the front */
type Change = (view: Preview, index: number) => Preview

const CHANGES: Readonly<Record<PictureChange, Change>> = {
  blurred,
  noisy,
  cut: (view, index) => (index === 0 ? emptied(view) : view),
  lettered,
}

/** Changes the pixels themselves, view by view; the gap between them stays. What is no preview is one view. */
export class PixelCanaryPictures implements CanaryPictures {
  readonly id = 'canary-pictures/1'

  async change(png: Uint8Array, change: PictureChange): Promise<Uint8Array> {
    const views = viewsOf(await opaquePixels(png)).map(CHANGES[change])
    const [first] = views as [Preview]
    return encodePng(
      views.length === 1
        ? first
        : composePreview(
            views.map(({ rgb }) => rgb),
            first.width,
          ),
    )
  }
}
