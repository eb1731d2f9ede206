import { createHash } from 'node:crypto'
import { isError, RoundkeeperError } from '../errors.ts'
import type { Judge, Question, Verdict } from './judge.ts'
import { closerSide, OFFLINE_JUDGE, TOLERANCE } from './similarity.ts'

export interface OfflineJudgeOptions {
  /** How unlike a preview is to the prompt image: 0 for equal pictures, about 1 for unrelated ones. */
  distance(preview: Uint8Array, prompt: Uint8Array): Promise<number>
  /** Differences up to this one are draws. */
  readonly tolerance?: number
}

/** Judges without a network or a model: the preview that looks more like the prompt image wins. */
export class OfflineJudge implements Judge {
  readonly id = OFFLINE_JUDGE
  readonly deterministic = true
  readonly #distance: OfflineJudgeOptions['distance']
  readonly #tolerance: number

  constructor(options: OfflineJudgeOptions) {
    this.#distance = (preview, prompt) => options.distance(preview, prompt)
    this.#tolerance = options.tolerance ?? TOLERANCE
  }

  /** @throws `aborted` */
  async judge(question: Question, signal: AbortSignal): Promise<Verdict> {
    const { prompt, left, right } = question
    try {
      const distances = {
        left: await this.#measure(left.png, prompt.image, signal),
        right: await this.#measure(right.png, prompt.image, signal),
      }
      return {
        kind: 'decided',
        winner: closerSide(distances, this.#tolerance),
        issues:
          'Compared by image similarity to the prompt, not by a vision-language model: ' +
          `distance ${distances.left.toFixed(4)} left, ${distances.right.toFixed(4)} right.`,
        transcript: {
          judge: this.id,
          distances,
          tolerance: this.#tolerance,
          sha256: { prompt: sha256(prompt.image), left: sha256(left.png), right: sha256(right.png) },
        },
      }
    } catch (error) {
      if (isError(error, 'aborted')) throw error
      return { kind: 'void', cause: `the pictures of ${prompt.name} cannot be compared: ${(error as Error).message}` }
    }
  }

  async #measure(preview: Uint8Array, prompt: Uint8Array, signal: AbortSignal): Promise<number> {
    if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped while judging', { cause: signal.reason })
    const distance = await this.#distance(preview, prompt)
    if (Number.isFinite(distance) && distance >= 0) return distance
    throw new RoundkeeperError('internal', `${distance} is not a distance`)
  }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
