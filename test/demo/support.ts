import { latheOf } from '../../src/demo/lathe.ts'
import { drawObjects } from '../../src/demo/objects.ts'
import { type DemoPrompt, drawPrompts } from '../../src/demo/prompt-images.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'

export const renderer = new CpuRenderer()
export const never: AbortSignal = new AbortController().signal

/** The first objects of a world, one of each family. */
export const promptsOf = (seed: string, count: number): Promise<DemoPrompt[]> =>
  drawPrompts(drawObjects(seed, count), renderer, never)

/** The first object of a world, coarse. */
export const coarseLathe = () => latheOf(drawObjects('test', 1)[0]!.parts, 2)
