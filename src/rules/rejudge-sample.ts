import { HashRandom } from './random.ts'

/**
 * Which duels an auditor asks a judge about again: n of all that a judge decided, in an order of their own. Everybody with
 * the same history draws the same; and nobody could know it when a duel was judged, for the seeds of later rounds are mixed
 * in. (Of the newest round that does not hold: its operator knows the draw that an audit made right now would give.)
 *
 * The stream is HashRandom(`<round>:<seed>,<round>:<seed>,…`, `rejudge`), of all rounds with a seed, in their order.
 * @param duels in the order of the paths of their reports, then as they are listed there
 */
export function rejudgeSample<T>(
  seeds: readonly { readonly round: number; readonly seed: number }[],
  duels: readonly T[],
  n: number,
): T[] {
  const root = seeds.map(({ round, seed }) => `${round}:${seed}`).join(',')
  return new HashRandom(root, 'rejudge').sample(duels, Math.min(n, duels.length))
}
