/** How late a competition is, in blocks: from when what comes next was due, by what is on record. */
import { type Config, DEFAULT_AUDIT_DEADLINE_HOURS } from '../state/config.ts'
import type { Schedule } from '../state/schedule.ts'
import type { Seed } from '../state/seed.ts'
import type { State } from '../state/state.ts'
import { isOnlyAudits, type Missing, outstanding, type RoundOnRecord } from './outstanding.ts'
import { blockSeconds, deadlineOf } from './schedule.ts'

export interface Standstill {
  readonly state: State
  readonly config: Config
  /** When the engine, or a person by command, last decided anything. */
  readonly lastStepAt: Date
  readonly schedule?: Schedule | undefined
  readonly seed?: Seed | undefined
  readonly round: RoundOnRecord
  /** When somebody edited the engine's files: it builds on nothing since. */
  readonly editedAt?: Date | undefined
}

export interface Lateness {
  /** When what is missing was due; nothing is where the competition is over. */
  readonly due: Date | undefined
  /** Whole blocks since then, 0 before. Counted by the clock: it works when no chain answers. */
  readonly lateBlocks: number
  readonly missing: readonly Missing[]
}

/** @throws RoundkeeperError `state-file` when the configuration names no usable block time */
export function lateness(standstill: Standstill, now: Date): Lateness {
  const { state, config, round, editedAt } = standstill
  const missing: Missing[] = editedAt === undefined ? outstanding(state.stage, round, config) : [{ kind: 'adoption' }]
  const due = missing.length === 0 ? undefined : dueOf(standstill, missing)
  const late = due === undefined ? 0 : now.getTime() - due.getTime()
  return { due, lateBlocks: Math.max(0, Math.floor(late / (blockSeconds(config) * 1000))), missing }
}

function dueOf({ state, lastStepAt, editedAt, ...record }: Standstill, missing: readonly Missing[]): Date {
  if (editedAt !== undefined) return editedAt
  if (state.stage === 'paused') return lastStepAt
  if (state.next_stage_eta !== null) return new Date(state.next_stage_eta)
  return state.stage === 'duels' && isOnlyAudits(missing) ? auditsDue(record, lastStepAt) : lastStepAt
}

/** So long after the start of the duels, which comes with the deadline for outputs. */
function auditsDue(
  { config, schedule, seed }: Pick<Standstill, 'config' | 'schedule' | 'seed'>,
  otherwise: Date,
): Date {
  const hours = config.audit_deadline_hours ?? DEFAULT_AUDIT_DEADLINE_HOURS
  const after = (start: number) => new Date(start + hours * 3_600_000)
  if (schedule?.starts_at === undefined) return after(otherwise.getTime())
  const blocks = deadlineOf(schedule, config, seed) - schedule.latest_reveal_block
  return after(Date.parse(schedule.starts_at) + blocks * blockSeconds(config) * 1000)
}
