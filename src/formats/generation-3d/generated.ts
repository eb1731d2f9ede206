/** What an image made, on record: its outputs, and the pods that made them. */
import { type ChangeBuilder, change } from '../../engine/change.ts'
import type { Round } from '../../engine/owner.ts'
import type { RetryLimits } from '../../rules/retries.ts'
import { files, type Outputs, type PodStats } from '../../state/index.ts'
import { again } from './again.ts'
import { podOwnerOf } from './pod-owner.ts'
import { type Prompt, promptsMissingIn } from './prompts.ts'
import type { RoundFiles } from './record.ts'
import type { Subject } from './regenerate.ts'
import { settingsOf } from './settings.ts'

/** Prompts of which nothing that was made is on record. */
export async function missingOf(round: Round, subject: string): Promise<Prompt[]> {
  return promptsMissingIn(round, (await round.snapshot.find(files.generated, round.number, subject)) ?? {})
}

export async function subjectOf(round: Round, image: string, subject: string): Promise<Subject> {
  const { config } = round
  const owner = await podOwnerOf(round)
  return { image, name: subject.slice(0, 10).toLowerCase(), owner, settings: settingsOf(config), anew: again(round) }
}

/** Where nothing is compared, and all has to be made. */
export function retryLimits({ config }: Pick<RoundFiles, 'config'>): RetryLimits {
  const settings = settingsOf(config)
  return {
    hardSeconds: settings.max_generation_seconds,
    softSeconds: settings.median_generation_seconds,
    trimCount: 0,
    attempts: settings.generation_attempts,
    acceptableDistance: settings.acceptable_distance,
  }
}

export async function recordGenerated(
  { snapshot, number }: Round,
  subject: string,
  outputs: Outputs,
  stats: PodStats,
): Promise<ChangeBuilder> {
  const before: Outputs = (await snapshot.find(files.generated, number, subject)) ?? {}
  const pods: PodStats = (await snapshot.find(files.podStats, number, subject)) ?? {}
  const miner = `round ${number}, miner ${subject.slice(0, 10)}`
  return change(`Update generated for ${miner}`, `Update pod stats for ${miner}`)
    .put(files.generated, [number, subject], { ...before, ...outputs })
    .put(files.podStats, [number, subject], { ...pods, ...stats })
}
