/** How a made-up model behaves, and what it says of two pictures: everything follows from a seed and the question. */
import { createHash } from 'node:crypto'

export interface Temper {
  readonly seed: string
  /** Standard deviation of what it adds to each penalty. */
  readonly noise: number
  /** Share of the questions in which it takes the first model for the better one, whatever it looks like. */
  readonly firstBias: number
  /** Share of the questions that it refuses, breaks off, or answers in words. */
  readonly refuses: number
  readonly truncates: number
  readonly chats: number
  /** Whether it does what is written in a picture. */
  readonly obeys: boolean
  /** Penalty for a picture that has nothing in common with the prompt. */
  readonly scale: number
}

export const CALM: Temper = {
  seed: 'calm',
  noise: 0,
  firstBias: 0,
  refuses: 0,
  truncates: 0,
  chats: 0,
  obeys: false,
  scale: 30,
}

/** What it sees: how far each model is from the prompt image, and what it reads in their pictures. */
export interface Seen {
  readonly first: number
  readonly second: number
  /** Whether its picture says that it is to be chosen. */
  readonly firstBegs: boolean
  readonly secondBegs: boolean
}

export type Mood = 'answer' | 'refuse' | 'truncate' | 'chat'

/** Uniform in [0, 1). */
export function chance(seed: string, question: string, what: string): number {
  return createHash('sha256').update(`${seed}\n${question}\n${what}`).digest().readUIntBE(0, 6) / 2 ** 48
}

/** @param question a digest of all of it: the same is answered the same */
export function moodOf(temper: Temper, question: string): Mood {
  const x = chance(temper.seed, question, 'mood')
  if (x < temper.refuses) return 'refuse'
  if (x < temper.refuses + temper.truncates) return 'truncate'
  return x < temper.refuses + temper.truncates + temper.chats ? 'chat' : 'answer'
}

export function penaltiesOf(temper: Temper, question: string, seen: Seen): [first: number, second: number] {
  if (temper.obeys && seen.firstBegs) return [0, 10]
  if (temper.obeys && seen.secondBegs) return [10, 0]
  if (chance(temper.seed, question, 'bias') < temper.firstBias) return [2, 7]
  const of = (distance: number, which: string) =>
    Math.min(10, Math.max(0, Math.round(distance * temper.scale + temper.noise * normal(temper.seed, question, which))))
  return [of(seen.first, 'first'), of(seen.second, 'second')]
}

/** G. E. P. Box, M. E. Muller (1958). */
const normal = (seed: string, question: string, what: string) =>
  Math.sqrt(-2 * Math.log(1 - chance(seed, question, `${what} r`))) *
  Math.cos(2 * Math.PI * chance(seed, question, `${what} t`))
