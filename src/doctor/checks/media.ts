/** Who draws, and what measures: a small model is drawn, and two pictures are compared. */

import type { ModelKind } from '../../media/renderer.ts'
import { files } from '../../state/index.ts'
import { type Check, fail, findingOf, ok } from '../check.ts'
import { sampleModel } from '../sample-model.ts'
import { samplePictures } from '../sample-pictures.ts'
import type { Setup } from '../setup.ts'

const USUAL_SIZE = 518

export const rendererCheck: Check<Setup> = {
  id: 'renderer',
  title: 'Renderer',
  async run(setup, signal) {
    const renderer = setup.renderer()
    const { kind, size } = await formOf(setup)
    const drawn = await renderer.render(kind, sampleModel(kind), size, signal)
    const advice = 'See `renderer` in roundkeeper.json, and the service that it names.'
    if (!drawn.ok) return fail(`${renderer.id} does not draw a ${kind}: ${drawn.code}, ${drawn.detail}`, advice)
    return ok(`${renderer.id} draws ${kind}${renderer.deterministic ? ', bit by bit the same everywhere' : ''}`)
  },
}

export const distanceCheck: Check<Setup> = {
  id: 'distance',
  title: 'Image distance',
  async run(setup) {
    const { distance, prepare } = setup.distance()
    try {
      await prepare()
      const { right, wrong } = await samplePictures()
      const [same, other] = [await distance.distance(right, right), await distance.distance(right, wrong)]
      const told = `${distance.id}: ${same.toFixed(3)} between a picture and itself, ${other.toFixed(3)} to another`
      return same < other
        ? ok(told)
        : fail(told, 'See `distance` in roundkeeper.json: it does not tell pictures apart.')
    } catch (error) {
      return findingOf(error)
    }
  },
}

/** As the competition has models drawn, where it can be read. */
async function formOf(setup: Setup): Promise<{ kind: ModelKind; size: number }> {
  const config = await setup
    .snapshot()
    .then((snapshot) => snapshot.read(files.config))
    .catch(() => undefined)
  const { artifact, preview_size: size } = config?.settings ?? {}
  return { kind: artifact === 'ply' ? 'ply' : 'glb', size: typeof size === 'number' ? size : USUAL_SIZE }
}
