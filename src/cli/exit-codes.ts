import type { AdvanceStatus } from '../engine/advance.ts'
import { isError } from '../errors.ts'

export const EXIT_OK = 0
export const EXIT_ERROR = 1
export const EXIT_USAGE = 2
export const EXIT_HELD = 3
export const EXIT_LATE = 4
/** A replay that decides otherwise than the record. */
export const EXIT_DIFFERS = 5
/** Of `verify`, which has only these and 0: rules were broken; or nothing was found out. */
export const EXIT_BROKEN = 1
export const EXIT_NOT_RUN = 2

/** 0 advanced or idle, 1 error, 3 paused or finished, 4 late. */
export function exitCodeOf(status: AdvanceStatus): number {
  if (status === 'paused' || status === 'finished') return EXIT_HELD
  if (status === 'late') return EXIT_LATE
  return status === 'failed' ? EXIT_ERROR : EXIT_OK
}

/** Of `miner`, `weights` and `devchain`: what an option says and cannot be is wrong usage, whoever finds it out. */
export const exitCodeOfFailure = (error: unknown): number => (isError(error, 'usage') ? EXIT_USAGE : EXIT_ERROR)
