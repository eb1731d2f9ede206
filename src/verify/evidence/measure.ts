import { isError } from '../../errors.ts'
import type { Kit } from './kit.ts'
import type { Problem } from './problem.ts'

/**
 * How far apart two pictures of one model may be where the renderer does not repeat its pixels, and two measurements of one
 * pair where the measure does not repeat its digits: far below what tells one model from another (docs/image-distance.md).
 */
const SAME_LOOK = 0.02
const SAME_DISTANCE = 0.002

type Measured =
  /** Undefined where one of them is no picture. */
  { readonly distance: number | undefined } | { readonly problem: Problem }

/** @param what a part of a sentence: whose distance it is */
export async function measure({ ports }: Kit, a: Uint8Array, b: Uint8Array, what: string): Promise<Measured> {
  try {
    return { distance: await ports.distance.distance(a, b) }
  } catch (error) {
    if (isError(error, 'refused')) return { distance: undefined }
    if (!isError(error, 'unavailable')) throw error
    return { problem: { code: 'evidence/unfetched', text: `${what} could not be measured here: ${error.message}` } }
  }
}

/** Whether a distance comes out again; what is no number never does. */
export function comesOutAgain({ ports }: Kit, recorded: number, again: number | undefined): boolean {
  const tolerance = ports.distance.deterministic ? 0 : SAME_DISTANCE
  return again !== undefined && Math.abs(again - recorded) <= tolerance
}

export const looksTheSame = (distance: number): boolean => distance <= SAME_LOOK
