/** Models for many prompts in one request: what the archive has is saved first, whatever else is wrong with it. */
import type { Batch, BatchGeneration } from '../compute/pods.ts'
import { RoundkeeperError } from '../errors.ts'
import type { BatchPrompts } from './batch-prompts.ts'
import type { Kept, Made } from './generate.ts'

export interface BatchJob extends Pick<BatchPrompts, 'prompts'> {
  readonly seed: number
  readonly models: {
    find(stem: string): Promise<Kept | undefined>
    save(stem: string, bytes: Uint8Array, kind: string): Promise<Kept>
  }
  readonly generate: (batch: Batch, signal: AbortSignal) => Promise<BatchGeneration>
  readonly limits: Pick<Batch, 'maxModelBytes' | 'maxSeconds'>
  /** While it works: how many of those that it was asked for are made. */
  readonly progress: (made: number, of: number) => void
  readonly told: (outcome: Made) => void
}

/** What is said of a prompt that the results say nothing of. */
export const MISSING = 'nothing of it is in the results'
/** Also modules, which later competitions ask for and nothing here draws. */
const EXTENSIONS = ['js', 'glb', 'ply']

/**
 * What is there is not asked for again.
 * @returns in the order of the prompts
 * @throws `unavailable` when nothing came of the batch; `aborted`, `usage`
 */
export async function generateBatch(job: BatchJob, signal: AbortSignal): Promise<Made[]> {
  const { prompts, seed, models, limits, progress } = job
  const made = new Map<string, Made>()
  const tell = (outcome: Made) => {
    made.set(outcome.stem, outcome)
    job.told(outcome)
  }
  for (const { stem } of prompts) {
    const kept = await models.find(stem)
    if (kept !== undefined) tell({ stem, state: 'unchanged', ...kept })
  }
  const asked = prompts.filter(({ stem }) => !made.has(stem))
  if (asked.length > 0) {
    const batch = { ...limits, prompts: asked, seed, extensions: EXTENSIONS, folders: true }
    const answered = await job.generate({ ...batch, progress: (done) => progress(done, asked.length) }, signal)
    if (!answered.ok) throw nothing(answered.detail)
    await using results = answered.results
    const seconds = answered.seconds / asked.length
    for (const { stem } of asked) {
      const kind = results.delivered.get(stem)
      const failed = (detail: string) => tell({ stem, state: 'failed', detail, attempts: 1 })
      if (kind !== undefined) {
        const model = await results.take(stem, async (chunks) => Buffer.concat(await Array.fromAsync(chunks)))
        if (model.ok)
          tell({ stem, state: 'generated', seconds, attempts: 1, ...(await models.save(stem, model.value, kind)) })
        else failed(model.detail)
      } else failed(results.failed.get(stem) ?? MISSING)
    }
  }
  return prompts.flatMap(({ stem }) => made.get(stem) ?? [])
}

const nothing = (detail: string) =>
  new RoundkeeperError('unavailable', `nothing came of the batch: ${detail}`, {
    where: '--endpoint',
    hint: 'See what the generator says of itself, and run again: what is in the folder is not asked for again.',
  })
