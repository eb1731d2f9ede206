import { EXIT_ERROR } from './exit-codes.ts'
import { note } from './output.ts'

/** For what is under way to come to an end after a run was told to stop. Everything decided is committed by then. */
const PATIENCE_MS = 60_000

export interface StopOptions {
  readonly patienceMs: number
  /** Called when the patience is over; it ends the process. */
  readonly giveUp: () => never
}

/**
 * Aborts after `maxMinutes`, or when the process is asked to end; a second request ends it at once, and so does a port
 * that still has not answered after a minute: a scheduled job must never hang.
 */
export function stopSignal(
  maxMinutes: number | undefined,
  { patienceMs, giveUp }: StopOptions = { patienceMs: PATIENCE_MS, giveUp: giveUpAfterAMinute },
): Disposable & { signal: AbortSignal } {
  const controller = new AbortController()
  let patience: NodeJS.Timeout | undefined
  const stop = () => {
    controller.abort()
    patience ??= setTimeout(giveUp, patienceMs).unref()
  }
  const timer = maxMinutes === undefined ? undefined : setTimeout(stop, maxMinutes * 60_000)
  process.once('SIGINT', stop).once('SIGTERM', stop)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer)
      clearTimeout(patience)
      process.off('SIGINT', stop).off('SIGTERM', stop)
    },
  }
}

function giveUpAfterAMinute(): never {
  note('error something did not answer for a minute after the run was told to stop; what was decided is committed')
  process.exit(EXIT_ERROR)
}
