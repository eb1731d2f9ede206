/** What `generate` is told, and how patiently it asks: as the original does. */
import { resolve } from 'node:path'
import { MAX_MODEL_BYTES } from '../media/limits.ts'
import { batchPrompts } from '../miner/batch-prompts.ts'
import { promptLines } from '../miner/judge-prompts.ts'
import { usage } from './miner-judge-options.ts'
import type { Face } from './miner-options.ts'

export interface GenerateOptions {
  readonly promptsFile?: string
  readonly promptsJson?: string
  readonly endpoint: string
  readonly seed?: number
  readonly outputFolder: string
  readonly size: number
  readonly check: boolean
  readonly json?: boolean
}

/** Those of the original: about so long until it is ready, and then for all of a batch. */
const READY_MS = 330_000
export const BATCH = { maxModelBytes: MAX_MODEL_BYTES, maxSeconds: 2_280 }
const PAUSES = {
  tries: 3,
  retryMs: (tries: number) => Math.min(1_500 * 2 ** (tries - 1), 10_000),
  lookEveryMs: (elapsedMs: number) => (elapsedMs < 120_000 ? 1_000 : 2_000),
  unreachableMs: 10_000,
  questionMs: 120_000,
  idleMs: 300_000,
}
export const LIMITS = {
  ...{ maxBytes: MAX_MODEL_BYTES, generateMs: 300_000, healthMs: 5_000, startMs: READY_MS, healthEveryMs: 1_000 },
  batch: PAUSES,
}

/** The option that is needed besides, if any. */
export function missingOption({ promptsFile, promptsJson, seed }: GenerateOptions): string | undefined {
  if (promptsJson !== undefined) return undefined
  return promptsFile === undefined ? '--prompts-file' : seed === undefined ? '--seed' : undefined
}

/** @throws `usage`, `not-found` */
export async function promptsOf(face: Face, { promptsFile, promptsJson, seed }: GenerateOptions) {
  const asked =
    promptsJson === undefined
      ? await promptLines(resolve(promptsFile ?? ''))
      : await batchPrompts(resolve(promptsJson), face === 'original' ? 'original' : 'any')
  const given = seed ?? asked.seed
  if (given !== undefined) return { prompts: asked.prompts, seed: given }
  throw usage('which seed?', '--seed', 'Give the round’s seed: `roundkeeper miner seed`.')
}
