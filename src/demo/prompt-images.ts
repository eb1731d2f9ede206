// The pictures that the miners have to turn into models: one view of each object of the pool, on white.
import { RoundkeeperError } from '../errors.ts'
import { decodeImage } from '../media/decode-image.ts'
import type { Renderer } from '../media/renderer.ts'
import { writeGlb } from './glb-writer.ts'
import { latheOf } from './lathe.ts'
import type { DemoObject } from './objects.ts'
import { writePng } from './png-writer.ts'

/** Edge of a prompt image in pixels; it is the middle of a larger view, so that the object fills it. */
export const PROMPT_SIZE = 192
const VIEW_SIZE = 256
const SAMPLES = 4
const SEGMENTS = 48

/** One task of the demo. */
export interface DemoPrompt {
  readonly stem: string
  /** PNG. */
  readonly image: Uint8Array
}

/** In the order of the objects. @throws RoundkeeperError `internal` when one cannot be drawn, `aborted` */
export async function drawPrompts(
  objects: readonly DemoObject[],
  renderer: Renderer,
  signal: AbortSignal,
): Promise<DemoPrompt[]> {
  return Promise.all(
    objects.map(async (object) => ({ stem: object.stem, image: await draw(object, renderer, signal) })),
  )
}

async function draw({ stem, parts }: DemoObject, renderer: Renderer, signal: AbortSignal): Promise<Uint8Array> {
  const model = writeGlb(latheOf(parts, SAMPLES), SEGMENTS)
  const rendering = await renderer.render('glb', model, VIEW_SIZE, signal)
  if (!rendering.ok) {
    throw new RoundkeeperError('internal', `an object of the demo cannot be drawn: ${rendering.detail}`, {
      where: stem,
    })
  }
  const grid = await decodeImage(rendering.png, rendering.width * rendering.height)
  return writePng(middleOfFirstView(grid), PROMPT_SIZE, PROMPT_SIZE)
}

function middleOfFirstView({ width, rgba }: { width: number; rgba: Uint8Array }): Uint8Array {
  const rgb = new Uint8Array(PROMPT_SIZE * PROMPT_SIZE * 3)
  const margin = (VIEW_SIZE - PROMPT_SIZE) / 2
  for (let y = 0, to = 0; y < PROMPT_SIZE; y++) {
    for (let x = 0; x < PROMPT_SIZE; x++) {
      const from = ((y + margin) * width + x + margin) * 4
      for (let k = 0; k < 3; k++) rgb[to++] = rgba[from + k]!
    }
  }
  return rgb
}
