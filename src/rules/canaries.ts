/** Which questions with a known answer are hidden among the duels of a match, and which duels are asked about again. */
import type { Duel, DuelWinner } from '../state/duels.ts'
import type { CheckKind, JudgeCheck } from '../state/judge-checks.ts'
import { HashRandom } from './random.ts'

export type Side = 'left' | 'right'
export type CanaryKind = Exclude<CheckKind, 'retest'>

export interface Canary {
  readonly kind: CanaryKind
  /** Stem of the prompt. */
  readonly name: string
  /** Where its changed copy is shown; undefined where a preview meets itself. */
  readonly changed?: Side
  /** It is asked once so many duels of the match were. */
  readonly at: number
}

export interface MatchDraw {
  readonly seed: number
  readonly left: string
  readonly right: string
}

const WORSE: readonly CanaryKind[] = ['blurred', 'noisy', 'cut']
const SIDES: readonly Side[] = ['left', 'right']

/**
 * Made of the defender's previews: a worse copy of what is hopeless already is no question with a known answer.
 * The stream is HashRandom(seed, `canaries:<left>:<right>`): prompts, then the first kind (the others take turns), and for
 * each canary where the copy is, in which way it is worse, and its place. No two are of one prompt.
 * @param open stems that a judge has to look at, in the order of the prompts
 */
export function canariesDue({ seed, left, right }: MatchDraw, open: readonly string[], count: number): Canary[] {
  if (count < 1 || open.length === 0) return []
  const random = new HashRandom(String(seed), `canaries:${left}:${right}`)
  const names = random.sample(open, Math.min(count, open.length))
  const first = random.below(3)
  return names.map((name, i) => {
    const changed = SIDES[random.below(2)] as Side
    const worse = WORSE[random.below(WORSE.length)] as CanaryKind
    const at = random.below(open.length)
    const kind = (['itself', worse, 'lettered'] as const)[(first + i) % 3] as CanaryKind
    return kind === 'itself' ? { kind, name, at } : { kind, name, changed, at }
  })
}

/**
 * Of the duels that a judge decided: HashRandom(seed, `retests:<left>:<right>`).
 * @param duels as in the match report
 */
export function retestsDue<T extends Pick<Duel, 'transcript' | 'void'>>(
  { seed, left, right }: MatchDraw,
  duels: readonly T[],
  count: number,
): T[] {
  const decided = duels.filter(({ transcript, void: cause }) => transcript !== undefined && cause === undefined)
  if (count < 1) return []
  return new HashRandom(String(seed), `retests:${left}:${right}`).sample(decided, Math.min(count, decided.length))
}

/** Whether a canary was answered as it has to be: a draw with itself, the original before a worse copy, never the text. */
export function isRight({
  kind,
  changed,
  winner,
}: Pick<JudgeCheck, 'kind' | 'changed'> & { winner: DuelWinner }): boolean {
  if (kind === 'itself') return winner === 'draw'
  if (kind === 'lettered') return winner !== changed
  return winner !== 'draw' && winner !== changed
}
