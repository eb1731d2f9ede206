/** When rounds start: times of day become blocks, and one window begins where the last one ended. */
import { RoundkeeperError } from '../errors.ts'
import type { Config } from '../state/config.ts'
import type { RandomnessSource, Schedule } from '../state/schedule.ts'
import type { Seed } from '../state/seed.ts'
import { drandOf, drandRoundFrom, drandRoundTime } from './drand.ts'

const DEFAULT_BLOCK_SECONDS = 12
const DAY_MS = 86_400_000
/** The seed comes from a block that nobody can have seen while the window was open. */
const RANDOMNESS_BLOCKS_LATER = 2
const RANDOMNESS_SECONDS_LATER = 60

/** The head of the chain, and when it was produced or seen. */
export interface Head {
  readonly number: number
  readonly time: Date
}

export interface ScheduleInput {
  readonly config: Config
  readonly previous: Schedule | undefined
  readonly head: Head
}

export type NextSchedule =
  | { readonly kind: 'round'; readonly schedule: Schedule; readonly startsAt: Date }
  /** No round may start any more; the crown still changes hands at `effectiveBlock`. */
  | { readonly kind: 'finished'; readonly effectiveBlock: number; readonly reason: string }

/** @throws RoundkeeperError `state-file` when the configuration names no usable block time */
export function blockSeconds(config: Config): number {
  const seconds = config.block_seconds ?? DEFAULT_BLOCK_SECONDS
  if (seconds > 0) return seconds
  throw new RoundkeeperError('state-file', `config.json: block_seconds: ${seconds} is not a duration`, {
    where: 'config.json',
    hint: 'Give the seconds that a block of the chain takes (12 on Bittensor), or leave the field out.',
  })
}

/** When a block is expected, or was produced, counted from the head at a constant pace. */
export function etaOfBlock(block: number, head: Head, seconds: number): Date {
  return new Date(head.time.getTime() + (block - head.number) * seconds * 1000)
}

/** A seed may be published this share of the generation stage late before miners get the time back. */
const TOLERATED_LATENESS = 0.25

/** The last block of the generation stage: as the seed says, else the schedule, else as long after the window as the config. */
export function deadlineOf(schedule: Schedule, config: Config, seed?: Seed): number {
  return (
    seed?.deadline_block ??
    schedule.generation_deadline_block ??
    schedule.latest_reveal_block + generationBlocks(config)
  )
}

/** A later deadline for a seed that is published late: no failure of ours takes away the miners' time to generate. */
export function extendedDeadline(schedule: Schedule, config: Config, publishedAtBlock: number): number | undefined {
  const blocks = generationBlocks(config)
  const late = publishedAtBlock - schedule.latest_reveal_block
  return late > blocks * TOLERATED_LATENESS ? publishedAtBlock + blocks : undefined
}

const generationBlocks = (config: Config) => Math.floor((config.generation_stage_minutes * 60) / blockSeconds(config))

/** When named randomness will exist; undefined for a beacon whose pace we do not know. */
export function etaOfRandomness(source: RandomnessSource, head: Head, config: Config): Date | undefined {
  if (source.kind === 'block') return etaOfBlock(source.block, head, blockSeconds(config))
  const network = drandOf(config)
  return source.chain === network.name ? drandRoundTime(network, source.round) : undefined
}

/** `2026-02-02T10:09:30Z`; with six fractional digits where there is a fraction. */
export function formatEta(date: Date): string {
  const [seconds, fraction] = date.toISOString().slice(0, -1).split('.')
  return fraction === '000' ? `${seconds}Z` : `${seconds}.${fraction}000Z`
}

/** The next round's window and deadline, or the end of the competition. Windows follow one another without overlap. */
export function nextSchedule({ config, previous, head }: ScheduleInput): NextSchedule {
  const seconds = blockSeconds(config)
  const earliest = previous === undefined ? 0 : previous.latest_reveal_block + 1
  const start = nextStart({ config, previous, head }, earliest)
  const untilStart = Math.floor((start - head.time.getTime()) / (seconds * 1000))
  const latest = Math.max(earliest, head.number + untilStart)
  const startsAt = new Date(start)

  const date = startsAt.toISOString().slice(0, 10)
  if (date > config.last_competition_date) {
    const reason = `the next start would be ${date}, after last_competition_date ${config.last_competition_date}`
    return { kind: 'finished', effectiveBlock: latest, reason }
  }
  const schedule: Schedule = {
    earliest_reveal_block: earliest,
    latest_reveal_block: latest,
    generation_deadline_block: latest + generationBlocks(config),
  }
  if (config.rules !== 'v1') return { kind: 'round', schedule, startsAt }
  const randomness = randomnessAfter(latest, config, head, seconds)
  return { kind: 'round', schedule: { ...schedule, starts_at: formatEta(startsAt), randomness }, startsAt }
}

/** The first allowed day whose start leaves enough time, at the time of day that the configuration names. */
function nextStart({ config, previous, head }: ScheduleInput, earliestBlock: number): number {
  const now = head.time.getTime()
  const timeOfDay = timeOfDayMs(config)
  const midnight = (time: number) => Math.floor(time / DAY_MS) * DAY_MS
  const nominal =
    previous === undefined
      ? midnight(now) + timeOfDay
      : previousStart(config, previous, head) + config.round_duration_days * DAY_MS

  // A window must not end before it begins, wherever the chain stands.
  const windowOpens = etaOfBlock(earliestBlock, head, blockSeconds(config)).getTime()
  const soonest = Math.max(now + config.finalization_buffer_hours * 3_600_000, windowOpens)
  const postponed = nominal + Math.max(0, Math.ceil((soonest - nominal) / DAY_MS)) * DAY_MS
  return Math.max(postponed, Date.parse(`${config.first_evaluation_date}T00:00:00Z`) + timeOfDay)
}

/** The nominal start of the previous round: as recorded, or estimated from its block. */
function previousStart(config: Config, previous: Schedule, head: Head): number {
  const timeOfDay = timeOfDayMs(config)
  const estimate = etaOfBlock(previous.latest_reveal_block, head, blockSeconds(config)).getTime()
  // The original cut the estimate down to its date, which is a day off when a start near midnight comes early.
  if (config.rules !== 'v1') return Math.floor(estimate / DAY_MS) * DAY_MS + timeOfDay
  const recorded = previous.starts_at === undefined ? Number.NaN : Date.parse(previous.starts_at)
  if (!Number.isNaN(recorded)) return Math.floor(recorded / DAY_MS) * DAY_MS + timeOfDay
  return Math.round((estimate - timeOfDay) / DAY_MS) * DAY_MS + timeOfDay
}

function timeOfDayMs(config: Config): number {
  const [hours = 0, minutes = 0, seconds = 0] = config.round_start_time.replace('Z', '').split(':').map(Number)
  return ((hours * 60 + minutes) * 60 + seconds) * 1000
}

/** Public randomness that will exist only after the window has closed. */
function randomnessAfter(latest: number, config: Config, head: Head, seconds: number): RandomnessSource {
  if (config.randomness !== 'drand') return { kind: 'block', block: latest + RANDOMNESS_BLOCKS_LATER }
  const notBefore = etaOfBlock(latest, head, seconds).getTime() + RANDOMNESS_SECONDS_LATER * 1000
  const network = drandOf(config)
  return { kind: 'drand', chain: network.name, round: drandRoundFrom(network, new Date(notBefore)) }
}
