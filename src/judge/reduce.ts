/** What follows from a judge's recorded answers: pure, so that anybody can say what the verdict had to be. */
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'
import type { Outcome, Pair } from './judge.ts'
import { closerSide, OFFLINE_JUDGE, TOLERANCE } from './similarity.ts'
import { type Identity, idOf } from './vlm/identity.ts'
import { methodOf } from './vlm/methods.ts'
import { readTranscript } from './vlm/transcript.ts'

export interface Reduction {
  /** `skipped` where it gave no verdict. */
  readonly winner: Outcome | 'skipped'
  /** Why it gave none. */
  readonly void?: string
  /** What it said in either order. */
  readonly pair?: Pair
  /** The seed that it was asked with, where it matters. */
  readonly seed?: number
  /** SHA-256 of the pictures that were judged, in hex. */
  readonly pictures: { readonly prompt: string; readonly left: string; readonly right: string }
  /** What was measured on the way: what a deterministic judge has to measure again. */
  readonly measured: Readonly<Record<string, number>>
}

/** @throws `refused` for what that judge does not write */
export type Reducer = (transcript: unknown) => Reduction

const distance = z.number().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const offlineTranscript = z.object({
  judge: z.literal(OFFLINE_JUDGE),
  distances: z.object({ left: distance, right: distance }),
  // Of the operator's choice it could make a draw of anything.
  tolerance: z.literal(TOLERANCE),
  sha256: z.object({ prompt: sha256, left: sha256, right: sha256 }),
})

function reduceOffline(transcript: unknown): Reduction {
  const { distances, tolerance, sha256: pictures } = parsed(offlineTranscript, transcript)
  return { winner: closerSide(distances, tolerance), pictures, measured: distances }
}

/** Whether that is what the id of a judge is a digest of. */
export const isIdentityOf = (judge: string | undefined, identity: Readonly<Record<string, unknown>>): boolean =>
  typeof identity.kind === 'string' && judge === idOf(identity as unknown as Identity)

/** @returns undefined for judges whose verdicts must be believed */
export function reducerOf(judge: string): Reducer | undefined {
  if (judge === OFFLINE_JUDGE) return reduceOffline
  const model = methodOf(judge)
  if (model === undefined) return undefined
  return (transcript) => {
    const { decision, asked } = readTranscript(judge, transcript, model.make, model.method)
    const about = { pictures: asked.pictures, measured: asked.measured, seed: asked.seed }
    if (decision.kind === 'void') return { winner: 'skipped', void: decision.cause, ...about }
    return { winner: decision.winner, pair: decision.pair, ...about }
  }
}

function parsed<T>(schema: z.ZodType<T>, transcript: unknown): T {
  const result = schema.safeParse(transcript)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new RoundkeeperError('refused', `${issue?.path.join('.') || 'it'}: ${issue?.message}`, {
    hint: 'It was damaged, or never written by this judge.',
    cause: result.error,
  })
}
