/** In which order the duels of a match are asked, where a match may be stopped before its end. */
import { sha256Hex } from './digest.ts'
import { HashRandom } from './random.ts'

export interface Shown {
  /** Of the prompt. */
  readonly stem: string
  /** SHA-256 of each side's model; undefined where it is not on record. */
  readonly left: string | undefined
  readonly right: string | undefined
}

/**
 * A random order, by chance that no side controls: whoever knew the first prompts of a match could put all its work into
 * them. So the round's seed, which is known while outputs are being made, is not enough: the models of both sides are mixed in.
 * (Not their previews: the same picture can be packed into other bytes by whoever draws it, as often as it takes.)
 *
 * HashRandom(`<seed>`, `duels:<left>:<right>:<SHA-256 of "stem left right" for each, one a line, sorted>`).shuffle of the
 * duels by their sorted stems; `-` stands for a digest that is not on record.
 */
export function promptOrder<T extends Shown>(seed: number, left: string, right: string, duels: readonly T[]): T[] {
  const sorted = [...duels].sort((a, b) => (a.stem < b.stem ? -1 : a.stem > b.stem ? 1 : 0))
  const lines = sorted.map((duel) => `${duel.stem} ${duel.left ?? '-'} ${duel.right ?? '-'}`)
  return new HashRandom(`${seed}`, `duels:${left}:${right}:${sha256Hex(lines.join('\n'))}`).shuffle(sorted)
}
