/** What commands about media have in common. */
import { availableParallelism } from 'node:os'
import { InvalidArgumentError, Option } from 'commander'
import { MAX_VIEW_SIZE } from '../media/limits.ts'
import type { Renderer } from '../media/renderer.ts'
import { WorkerRenderer } from '../media/worker-renderer.ts'

/** Edge of a view in the original, and where a competition's settings name no other. */
export const VIEW_SIZE = 518

export const sizeOption = () =>
  new Option('--size <pixels>', 'edge of each of the four views; a competition’s `preview_size`')
    .default(VIEW_SIZE)
    .argParser(wholeNumber(1, MAX_VIEW_SIZE))

export const compatOption = () =>
  new Option('--compat', 'splats as the original draws them; where a competition’s `preview_compat` is true')

export const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`)
}

export type LocalRenderer = Renderer & AsyncDisposable

/** @param files how many will be drawn: more threads than that are of no use */
export function localRenderer(files = Number.POSITIVE_INFINITY, compat = false): LocalRenderer {
  const renderer = new WorkerRenderer({ workers: Math.max(1, Math.min(files, availableParallelism())), compat })
  return Object.assign(renderer, { [Symbol.asyncDispose]: () => renderer.close() })
}
