// Image distance without a model: previews are compared view by view, other pictures as a whole.
// It sees shape, layout and colour, not meaning: an honest floor for offline work, not a substitute for a network.
import { RoundkeeperError } from '../errors.ts'
import { type Area, areaAverage } from './area-average.ts'
import type { Picture } from './decode-image.ts'
import type { ImageDistance } from './image-distance.ts'
import { FEATURE_SIZE, type Features, featureDistance, featuresOf, type View } from './image-features.ts'
import { objectArea } from './object-area.ts'
import { openPicture } from './open-picture.ts'
import { GAP } from './preview.ts'
import { recordedDistance } from './recorded-distance.ts'

const WHITE = [1, 1, 1] as const

export class ClassicalDistance implements ImageDistance {
  /** To be raised whenever a distance changes. */
  readonly id = 'classical/1'
  readonly deterministic = true

  async distance(a: Uint8Array, b: Uint8Array): Promise<number> {
    const [left, right] = [await openPicture(a, 'the first image'), await openPicture(b, 'the second image')]
    const [viewsOfLeft, viewsOfRight] = [previewViews(left), previewViews(right)]
    const both = viewsOfLeft !== undefined && viewsOfRight !== undefined
    const features = (picture: Picture, views: readonly Area[] | undefined) =>
      featuresOf((both && views ? views : [whole(picture)]).map((area) => scaled(picture, area)))
    return recordedDistance(featureDistance(features(left, viewsOfLeft), features(right, viewsOfRight)))
  }
}

/**
 * How unlike a prompt's picture the four views of a preview are, on average; each is cut to the object that it shows.
 * @param preview a 2×2 preview @throws `refused` when either is no image, or the first no preview
 */
export async function promptDistance(preview: Uint8Array, prompt: Uint8Array): Promise<number> {
  const distances = await distancesOfViews(preview, prompt)
  let sum = 0
  for (const distance of distances) sum += distance
  return recordedDistance(sum / distances.length)
}

/** The same view by view. @throws as above */
export const viewDistances = async (preview: Uint8Array, prompt: Uint8Array): Promise<number[]> =>
  (await distancesOfViews(preview, prompt)).map(recordedDistance)

async function distancesOfViews(preview: Uint8Array, prompt: Uint8Array): Promise<number[]> {
  const grid = await openPicture(preview, 'the preview')
  const views = previewViews(grid)
  if (views === undefined) {
    throw new RoundkeeperError('refused', 'the preview does not consist of 2×2 views with a black gap', {
      hint: 'Give a preview that the renderer drew.',
    })
  }
  const picture = await openPicture(prompt, 'the prompt image')
  const wanted = cut(picture, whole(picture))
  return views.map((view) => featureDistance(wanted, cut(grid, view)))
}

const whole = ({ width, height }: Picture): Area => ({ left: 0, top: 0, width, height })

/** The corner of a view is its background. */
function scaled(picture: Picture, area: Area): View {
  const rgb = areaAverage(picture, area, area, FEATURE_SIZE, WHITE)
  return { rgb, background: [rgb[0]!, rgb[1]!, rgb[2]!] }
}

function cut(picture: Picture, view: Area): Features {
  const { area, background } = objectArea(picture, view)
  return featuresOf([{ rgb: areaAverage(picture, area, view, FEATURE_SIZE, background), background }])
}

/** The four views, or undefined when the picture is not a preview. */
function previewViews(picture: Picture): Area[] | undefined {
  const { width, height, rgba } = picture
  const size = (width - GAP) / 2
  if (width !== height || !Number.isInteger(size) || size < 1) return undefined
  const black = (x: number, y: number) => {
    const at = (y * width + x) * 4
    return rgba[at]! + rgba[at + 1]! + rgba[at + 2]! === 0
  }
  for (let along = 0; along < width; along++) {
    for (let across = size; across < size + GAP; across++) {
      if (!black(across, along) || !black(along, across)) return undefined
    }
  }
  const start = size + GAP
  return [0, start].flatMap((top) => [0, start].map((left) => ({ left, top, width: size, height: size })))
}
