/** What it takes to ask a pod for models, and whose fault it is when none come. */
import type { BatchFailure, Generation, Pod } from '../../compute/pods.ts'
import type { Context } from '../../engine/owner.ts'
import type { Subject, Task, Told } from './attempts.ts'
import type { Ports } from './ports.ts'
import type { BoardEntry } from './prompt-board.ts'

/** `picture`: the digest of what is at the address of the prompt. */
export type Entry = BoardEntry<Task & { readonly picture: string }, Told>

export interface Asking {
  readonly ports: Ports
  readonly subject: Subject
  readonly pool: Context['pool']
  /** How many pods may still be started. */
  startsLeft(): number
  /** What a pod says of prompts that it has not answered yet. */
  underWay(podId: string, made: number): void
}

/**
 * A prompt over which so many pods were lost, at more than one provider, is not given to another one. What a provider
 * itself took away is none of them.
 */
const MAX_BREAKS = 3

/** Under which an attempt at a prompt is kept. */
export function attemptKey({ settings, image, anew }: Subject, { task }: Entry, attempt: number) {
  const key = { image, seed: task.seed, prompt: task.picture, artifact: settings.artifact, ...anew }
  return attempt === 1 ? key : { ...key, attempt }
}

type Failure = Extract<Generation, { ok: false }> | BatchFailure

/** What is held against the image, of all that were asked for together. @throws Broken when nothing can be said of it */
export function blameFor(
  entries: readonly Entry[],
  { provider = '' }: Pod,
  { fault, detail, ...how }: Failure,
): (entry: Entry) => string {
  const ours = fault === 'infrastructure'
  if (how.unasked) throw new Broken(detail, ours)
  if (!ours) return () => detail
  if (!how.unclear) throw new Broken(detail, ours)
  for (const { breaks } of entries) breaks.push(provider)
  const isBlamed = ({ breaks }: Entry) => breaks.length >= MAX_BREAKS && new Set(breaks).size > 1
  // What is asked for together breaks together, but may have been asked for with others before.
  if (!entries.every(isBlamed)) throw new Broken(detail, ours)
  return ({ breaks }) => `${breaks.length} pods were lost over it: ${detail}`
}

export class Broken extends Error {
  readonly ours: boolean

  constructor(detail: string, ours: boolean) {
    super(detail)
    this.ours = ours
  }
}
