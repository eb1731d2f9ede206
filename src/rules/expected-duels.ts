/** How many duels of a match a judge is asked about, on average, before one was played. */
import { PythonRandom } from './random.ts'
import { type Course, type Heard, type Stopping, stoppedBy } from './stopping.ts'
import type { Strength } from './win-chance.ts'

/** Enough for the mean of a match of 128 duels to be right to about two. */
const SIMULATED = 300
const SEED = 404

export interface ExpectedDuels extends Strength {
  readonly prompts: number
  readonly winMargin: number
  /** Undefined where every duel is asked about. */
  readonly stopping: Stopping | undefined
}

/**
 * Per match in which every duel needs a judge, none is void, and verdicts are independent. `none` is all of them. `lossless` is
 * exact: after k duels with score s it is over when not even winning all others reaches the win margin, and the mean number
 * of duels is the sum over k of the chance that the match was not over after k. The tests depend on the whole course of a
 * match; theirs is the mean of 300 simulated ones, the same ones every time.
 */
export function expectedDuels(match: ExpectedDuels): number {
  const { prompts, stopping } = match
  if (stopping === undefined || prompts === 0) return prompts
  return stopping.rule === 'lossless' ? curtailed(match, stopping) : simulated(match, stopping)
}

const courseOf = ({ winMargin, prompts }: ExpectedDuels): Course => ({
  ...{ winMargin, settled: [], open: prompts, pardonable: 0 },
})

function chancesOf({ decisiveRate, strength }: Strength) {
  const rate = Math.max(decisiveRate, Math.abs(strength))
  return { right: (rate + strength) / 2, left: (rate - strength) / 2, draw: 1 - rate }
}

/** One convolution a duel; whatever is over stays out of it. */
function curtailed(match: ExpectedDuels, stopping: Stopping): number {
  const { prompts } = match
  const { right, left, draw } = chancesOf(match)
  const course = courseOf(match)
  // Of equal length and score all matches are over or none is: it does not matter which duels were won.
  const isOver = (played: number, score: number) => {
    const won: Heard[] = Array.from({ length: Math.abs(score) }, () => ({ winner: score > 0 ? 'right' : 'left' }))
    const drawn: Heard[] = Array.from({ length: played - won.length }, () => ({ winner: 'draw' }))
    return stoppedBy(course, stopping, [...won, ...drawn]) !== undefined
  }
  let going = new Map([[0, isOver(0, 0) ? 0 : 1]])
  let mean = 0
  for (let played = 0; played < prompts; played++) {
    const next = new Map<number, number>()
    for (const [score, chance] of going) {
      mean += chance
      for (const [step, share] of [
        [1, right],
        [-1, left],
        [0, draw],
      ] as const)
        next.set(score + step, (next.get(score + step) ?? 0) + chance * share)
    }
    // What falls short does so with any lower score: the border is looked for from below.
    for (const score of [...next.keys()].sort((a, b) => a - b)) {
      if (!isOver(played + 1, score)) break
      next.delete(score)
    }
    going = next
  }
  return mean
}

function simulated(match: ExpectedDuels, stopping: Stopping): number {
  const { right, left } = chancesOf(match)
  const course = courseOf(match)
  const random = new PythonRandom(SEED)
  const draw = (): Heard => {
    const at = random.bits(32) / 2 ** 32
    return { winner: at < right ? 'right' : at < right + left ? 'left' : 'draw' }
  }
  let played = 0
  for (let each = 0; each < SIMULATED; each++) {
    const heard: Heard[] = []
    while (heard.length < match.prompts) {
      for (let asked = 0; asked < stopping.batch && heard.length < match.prompts; asked++) heard.push(draw())
      if (stoppedBy(course, stopping, heard) !== undefined) break
    }
    played += heard.length
  }
  return played / SIMULATED
}
