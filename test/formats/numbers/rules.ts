/** Everything that a guessing competition decides: pure functions over what is on record. */
import { HashRandom } from '../../../src/rules/random.ts'
import type { Answers, King, Scores, Target } from './files.ts'

/** Hidden numbers and guesses are integers from 0 to this. */
export const MAX_NUMBER = 100
/** Points for a number that is met exactly; each unit that it is missed by costs one. */
const POINTS_PER_ITEM = MAX_NUMBER

export const poolOf = (size: number): string[] => Array.from({ length: size }, (_, i) => `n${i + 1}`)

/** The round's items: `count` of the pool, or all of a smaller one, in the order of the pool. */
export function drawItems(seed: number, poolSize: number, count: number): string[] {
  const pool = poolOf(poolSize)
  const drawn = new Set(new HashRandom(String(seed), 'numbers/items').sample(pool, Math.min(count, poolSize)))
  return pool.filter((item) => drawn.has(item))
}

/** A guess is one number for each item of the pool, separated by spaces; only those of the round's items count. */
export function readGuess(guess: string, poolSize: number, items: readonly string[]): Answers {
  const words = guess.trim().split(/\s+/)
  if (words.length !== poolSize) return unreadable(`expected ${poolSize} numbers, found ${words.length} words`)
  const wrong = words.find((word) => !/^\d{1,3}$/.test(word) || Number(word) > MAX_NUMBER)
  if (wrong !== undefined) {
    return unreadable(`expected integers from 0 to ${MAX_NUMBER}, found ${JSON.stringify(wrong.slice(0, 40))}`)
  }
  const numbers = new Map(poolOf(poolSize).map((item, i) => [item, Number(words[i])]))
  return { answers: Object.fromEntries(items.map((item) => [item, numbers.get(item) ?? 0])), reason: '' }
}

const unreadable = (reason: string): Answers => ({ answers: null, reason })

/** One entry against the truth. */
export function scoreOf({ answers }: Answers, { numbers }: Target, items: readonly string[]): Scores[string] {
  const points = items.map((item) => {
    const [answer, number] = [answers?.[item], numbers[item]]
    return answer === undefined || number === undefined ? 0 : Math.max(0, POINTS_PER_ITEM - Math.abs(answer - number))
  })
  return { points: points.reduce((sum, value) => sum + value, 0), of: items.length * POINTS_PER_ITEM }
}

export const fractionOf = ({ points, of }: Scores[string]): number => (of === 0 ? 0 : points / of)

/** Who takes the crown: the best entry, of equals the first to reveal, if it is better than the first king was. */
export function winnerOf(order: readonly string[], scores: Scores, firstKing: King | undefined): string | undefined {
  let best: string | undefined
  let bar = firstKing?.score ?? 0
  for (const hotkey of order) {
    const score = scores[hotkey] === undefined ? 0 : fractionOf(scores[hotkey])
    if (score <= bar) continue
    best = hotkey
    bar = score
  }
  return best
}

/** The chain in effect at a block, first king first: all entries of the newest coronation. */
export function activeKings(kings: readonly King[], block: number): King[] {
  const since = Math.max(...kings.map((king) => king.effective_block).filter((from) => from <= block))
  return kings.filter((king) => king.effective_block === since).sort((a, b) => a.slot - b.slot)
}

export const newestKings = (kings: readonly King[]): King[] => activeKings(kings, Number.POSITIVE_INFINITY)

export type Newcomer = Pick<King, 'hotkey' | 'effective_block' | 'score'> & {
  readonly round: number
}

/**
 * The entries of a coronation: the newcomer in slot 1, the others one slot on, as many as there are weights. Nobody
 * holds two slots. First king last, so that readers who know of one leader only, the newest entry, find it.
 */
export function coronation(kings: readonly King[], newcomer: Newcomer, weights: readonly number[]): King[] {
  const current = newestKings(kings)
  const effective_block = Math.max(newcomer.effective_block, (current[0]?.effective_block ?? -1) + 1)
  const others = current.filter(({ hotkey }) => hotkey !== newcomer.hotkey)
  return [newcomer, ...others]
    .slice(0, weights.length)
    .map((king, i): King => ({ ...king, slot: i + 1, weight: weights[i] ?? 0, effective_block, round: newcomer.round }))
    .reverse()
}
