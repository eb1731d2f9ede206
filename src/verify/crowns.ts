/** How firmly each crown of a history sits, seen at the commit that declared it. */
import { isError } from '../errors.ts'
import { files } from '../state/files.ts'
import { type RoundRobustness, roundRobustness } from './robustness.ts'
import type { Step } from './step.ts'

export class Crowns {
  readonly #found = new Map<number, RoundRobustness>()

  constructor(earlier: Iterable<RoundRobustness> = []) {
    for (const each of earlier) this.#found.set(each.round, each)
  }

  async look({ changed, after, config }: Step): Promise<void> {
    for (const { located, after: now } of changed) {
      if (located?.file !== files.winner) continue
      const round = located.args[0] as number
      this.#found.delete(round)
      if (now === undefined || config === undefined) continue
      const found = await readable(() => roundRobustness(after, config, round))
      if (found !== undefined) this.#found.set(round, found)
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
