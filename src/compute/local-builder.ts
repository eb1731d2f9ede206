import { isError, RoundkeeperError } from '../errors.ts'
import type { Builder, BuildResult } from './builder.ts'
import { findLocalMiner, localImage } from './local-image.ts'

/** Builds nothing: finds the miner's code in a folder of this machine, to be run as it is. */
export class LocalBuilder implements Builder {
  readonly #root: string

  /** @param root holds `<owner>/<repo>/<commit>/miner.json` */
  constructor(root: string) {
    this.#root = root
  }

  /** @throws `aborted`, `unavailable` when the folder cannot be read */
  async build(source: { repo: string; commit: string }, signal: AbortSignal): Promise<BuildResult> {
    if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped before the build', { cause: signal.reason })
    try {
      const miner = await findLocalMiner(this.#root, source.repo, source.commit)
      if (miner === undefined) return { status: 'not_found', image: null }
      return { status: 'success', image: localImage(source.repo, source.commit) }
    } catch (cause) {
      if (isError(cause, 'refused')) return { status: 'failure', image: null }
      throw new RoundkeeperError('unavailable', `the folder of miners refused: ${(cause as Error).message}`, {
        where: this.#root,
        hint: 'See that it can be read.',
        cause,
      })
    }
  }
}
