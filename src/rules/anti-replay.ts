/**
 * Whether an image makes models or only returns known ones: before it is shown any prompt of the round it is shown
 * pictures, with seeds, that nobody could expect. Which ones, and what the answers mean.
 */
import type { AuditReason } from '../state/audits.ts'
import type { Output, Outputs } from '../state/outputs.ts'
import { sha256Hex } from './digest.ts'
import { stemOf } from './prompts.ts'
import { HashRandom } from './random.ts'

const SEEDS = 2 ** 32

export interface Unseen {
  readonly stem: string
  readonly url: string
  readonly seed: number
}

export interface UnseenDraw {
  /** Of the round. */
  readonly seed: number
  readonly hotkey: string
  /** Of everybody in the round: nobody knows all of it before the deadline. */
  readonly submitted: Readonly<Record<string, Outputs>>
  /** All prompts there are, by URL. */
  readonly pool: readonly string[]
  /** The round's own. */
  readonly handedOut: readonly string[]
  readonly count: number
}

/**
 * Pictures of the pool that the round did not hand out; where there are too few, its own prompts with another seed. The
 * stream is HashRandom(`<seed>:<sha256 of the submitted models>`, `unseen:<hotkey>`): pictures first, then their seeds.
 * The models are those of all hotkeys in alphabetical order, each prompt a line `<hotkey> <stem> <sha256 or ->`, prompts
 * in the order of `submitted.json`.
 */
export function drawUnseen({ seed, hotkey, submitted, pool, handedOut, count }: UnseenDraw): Unseen[] {
  if (count < 1) return []
  const lines = Object.keys(submitted)
    .sort()
    .flatMap((who) =>
      Object.entries(submitted[who] ?? {}).map(([stem, { glb_sha256 }]) => `${who} ${stem} ${glb_sha256 ?? '-'}`),
    )
  const random = new HashRandom(`${seed}:${sha256Hex(lines.join('\n'))}`, `unseen:${hotkey}`)
  const known = new Map(handedOut.map((url) => [stemOf(url), url]))
  const fresh = [...new Map(pool.map((url) => [stemOf(url), url]))].filter(([stem]) => !known.has(stem))
  const drawn = random.sample(fresh, Math.min(count, fresh.length))
  drawn.push(...random.sample([...known], Math.min(count - drawn.length, known.size)))
  return drawn.map(([stem, url]) => {
    const other = random.below(SEEDS)
    return { stem, url, seed: other === seed ? (other + 1) % SEEDS : other }
  })
}

export interface Refusal {
  readonly code: AuditReason
  readonly reason: string
}

/**
 * An image is refused where more than half of the answers are no models of their own: nothing that can be drawn, or, byte
 * for byte or to the last pixel of its preview, what was submitted for another prompt or answered to another picture. A
 * single one may be bad luck.
 */
export function unseenRefusal(answers: Outputs, submitted: Outputs): Refusal | undefined {
  const stems = Object.keys(answers)
  const missing = stems.filter((stem) => !isModel(answers[stem]))
  const repeated = stems.filter((stem) => !missing.includes(stem) && isKnown(stem, answers, submitted))
  if (2 * (missing.length + repeated.length) <= stems.length) return undefined
  const told = [
    repeated.length > 0 && `${repeated.length} with models that are known from other prompts`,
    missing.length > 0 && `${missing.length} with no model (${why(answers[missing[0] ?? ''])})`,
  ].filter((each) => each !== false)
  return {
    code: repeated.length > 0 ? 'repeats-known-models' : 'fails-on-unseen-prompts',
    reason: `Of ${stems.length} unseen prompts it answered ${told.join(' and ')}`,
  }
}

const MAX_WHY = 160

const why = (output: Output | undefined) =>
  (output?.failure ?? 'nobody knows why').replace(/\s+/g, ' ').slice(0, MAX_WHY)

const isModel = (output: Output | undefined) => Boolean(output?.glb && output.png)

/** The same model for the same picture is none: an image may do without a seed. */
function isKnown(stem: string, answers: Outputs, submitted: Outputs): boolean {
  const answer = answers[stem]
  return [answers, submitted].some((outputs) =>
    Object.entries(outputs).some(([other, output]) => other !== stem && isSameModel(answer, output, submitted)),
  )
}

/** A model with a byte more is the same one as long as it looks the same. */
function isSameModel(a: Output | undefined, b: Output, submitted: Outputs): boolean {
  if (a?.glb_sha256 !== undefined && a.glb_sha256 === b.glb_sha256) return true
  return a?.pixels_sha256 !== undefined && a.pixels_sha256 === b.pixels_sha256 && tells(a.pixels_sha256, submitted)
}

/** A picture of several submitted models tells none apart: all look alike to a renderer that draws nothing. */
function tells(picture: string, submitted: Outputs): boolean {
  const alike = Object.values(submitted).filter(({ pixels_sha256 }) => pixels_sha256 === picture)
  return new Set(alike.map(({ glb_sha256 }) => glb_sha256)).size < 2
}
