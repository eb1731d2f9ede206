/** How firmly each crown of a history sits, seen at the commit that declared it. */
import { isError } from '../errors.ts'
import { files } from '../state/files.ts'
import { type RoundRobustness, roundRobustness } from './robustness.ts'
import type { Step } from './step.ts'

/** What a commit says of the crown of a round. */
export interface Crown {
  readonly round: number
  /** Undefined where nothing can be told of it, any more. */
  readonly found: RoundRobustness | undefined
}

export async function crownsIn({ changed, after, config }: Step): Promise<Crown[]> {
  const crowns: Crown[] = []
  for (const { located, after: now } of changed) {
    if (located?.file !== files.winner) continue
    const round = located.args[0] as number
    const isThere = now !== undefined && config !== undefined
    crowns.push({ round, found: isThere ? await readable(() => roundRobustness(after, config, round)) : undefined })
  }
  return crowns
}

/** The last word on every crown. */
export class Crowns {
  readonly #found = new Map<number, RoundRobustness>()

  constructor(earlier: Iterable<RoundRobustness> = []) {
    for (const each of earlier) this.#found.set(each.round, each)
  }

  add(crowns: readonly Crown[]): void {
    for (const { round, found } of crowns) {
      if (found === undefined) this.#found.delete(round)
      else this.#found.set(round, found)
    }
  }

  all(): RoundRobustness[] {
    return [...this.#found.values()].sort((a, b) => a.round - b.round)
  }
}

/** That a file cannot be read is said by the check of files. */
async function readable<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act()
  } catch (error) {
    if (isError(error) && error.code !== 'state-file') throw error
    return undefined
  }
}
