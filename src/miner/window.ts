/** Which round a reveal counts for. Windows follow one another, so that whatever comes after this one belongs to the next. */
import type { Schedule } from '../state/schedule.ts'

/** Where a competition stands: the round of `state.json`, and that round's window. */
export interface Current {
  readonly round: number
  readonly schedule: Schedule
}

export interface BlockRange {
  readonly earliest: number
  /** Inclusive; infinite where the next round has no schedule yet. */
  readonly latest: number
}

/** @returns undefined before the current round's window */
export function roundAt(block: number, { round, schedule }: Current): number | undefined {
  if (block < schedule.earliest_reveal_block) return undefined
  return block <= schedule.latest_reveal_block ? round : round + 1
}

/** @param schedule of `round`, or of the current round where that is the one before */
export function windowOf(round: number, currentRound: number, schedule: Schedule): BlockRange {
  return round > currentRound
    ? { earliest: schedule.latest_reveal_block + 1, latest: Number.POSITIVE_INFINITY }
    : { earliest: schedule.earliest_reveal_block, latest: schedule.latest_reveal_block }
}
