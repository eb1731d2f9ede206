/** Models for many prompts from one generator: as many pictures at a time as the original, one generation at a time. */
import pLimit from 'p-limit'
import type { Generation } from '../compute/pods.ts'
import type { Clock } from '../engine/clock.ts'
import { RoundkeeperError } from '../errors.ts'
import type { Downloader } from '../media/download.ts'
import type { LocalPrompt } from './judge-prompts.ts'

export interface GenerateJob {
  readonly prompts: readonly LocalPrompt[]
  readonly seed: number
  /** One request to the generator; one at a time is its own affair. */
  readonly generate: (image: Uint8Array, seed: number, signal: AbortSignal) => Promise<Generation>
  readonly models: Models
  /** Also of `file:` addresses. */
  readonly downloader: Pick<Downloader, 'fetch'>
  readonly clock: Clock
  readonly progress: (outcome: Made, done: number) => void
}

/** Where models are kept, by the names of their prompts. */
export interface Models {
  find(stem: string): Promise<Kept | undefined>
  save(stem: string, bytes: Uint8Array): Promise<Kept>
}

export interface Kept {
  readonly file: string
  readonly size: number
}

export type Made = { readonly stem: string } & (
  | ({ readonly state: 'generated'; readonly seconds: number; readonly attempts: number } & Kept)
  /** It was there. */
  | ({ readonly state: 'unchanged' } & Kept)
  | { readonly state: 'failed'; readonly detail: string; readonly attempts: number }
)

const AT_ONCE = 8
const ATTEMPTS = 3
const FIRST_PAUSE_MS = 1_500
const LONGEST_PAUSE_MS = 10_000
const PICTURE = { maxBytes: 20 * 2 ** 20, timeoutMs: 60_000, plainHttp: true }

/** @returns in the order of the prompts; a prompt that fails stops no other @throws `aborted`, `usage` where nothing can be written */
export async function generateAll(job: GenerateJob, signal: AbortSignal): Promise<Made[]> {
  const limit = pLimit(AT_ONCE)
  let done = 0
  return Promise.all(
    job.prompts.map((prompt) =>
      limit(async () => {
        if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped while generating', { cause: signal.reason })
        const made = await generateOne(job, prompt, signal)
        job.progress(made, ++done)
        return made
      }),
    ),
  )
}

async function generateOne(job: GenerateJob, { stem, url }: LocalPrompt, signal: AbortSignal): Promise<Made> {
  const { models, downloader, clock, seed } = job
  const kept = await models.find(stem)
  if (kept !== undefined) return { stem, state: 'unchanged', ...kept }
  const picture = await downloader.fetch(url, PICTURE, signal)
  if (!picture.ok) return { stem, state: 'failed', attempts: 0, detail: `its picture: ${picture.detail}` }
  for (let attempts = 1; ; attempts++) {
    const answer = await job.generate(picture.bytes, seed, signal)
    if (answer.ok) {
      const saved = await models.save(stem, answer.bytes)
      return { stem, state: 'generated', seconds: answer.seconds, attempts, ...saved }
    }
    if (attempts === ATTEMPTS) return { stem, state: 'failed', attempts, detail: answer.detail }
    await clock.sleep(Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS), signal)
  }
}
