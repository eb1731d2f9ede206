/** How a miner's command speaks: in Roundkeeper's way, or in the original tool's, so that scripts notice no difference. */
import { type PythonValue, pythonJson } from '../chain/python-json.ts'
import { isError } from '../errors.ts'
import { debugging } from './debug.ts'
import { EXIT_ERROR, exitCodeOfFailure } from './exit-codes.ts'
import { errorAsJson, note, print, printError, printJson } from './output.ts'

export const EXIT_INTERRUPTED = 130

export interface Voice {
  progress(text: string): void
  warn(text: string): void
  /** What failed, and the exit code with it. @throws what somebody else is to print */
  fail(error: unknown): void
  /** What is said last when a person stops the command. */
  interrupted(): void
}

/** stdout is one JSON object, or a summary for people. */
export const minerVoice = (json: boolean): Voice => ({
  progress: note,
  warn: (text) => note(`warning  ${text}`),
  fail(error) {
    if (!json) throw error
    printJson(failure(error))
    printError(error, debugging())
    process.exitCode = exitCodeOfFailure(error)
  },
  interrupted() {
    if (json) printJson({ success: false, error: INTERRUPTED })
    else note(INTERRUPTED)
  },
})

/** @param verbosity how many `-v`: without one only warnings are told, and stdout is what the original prints there */
export const originalVoice = (verbosity: number): Voice => ({
  progress: (text) => verbosity > 0 && note(text),
  warn: (text) => note(`WARNING: ${text}`),
  fail(error) {
    printLine({ success: false, error: error instanceof Error ? error.message : String(error) })
    if (isError(error) && error.hint) note(error.hint)
    if (!isError(error) || verbosity > 1) printError(error, verbosity > 1)
    process.exitCode = EXIT_ERROR
  },
  interrupted: () => printLine({ success: false, error: INTERRUPTED }),
})

export const printLine = (fields: Readonly<Record<string, PythonValue>>): void => print(pythonJson(fields))

/**
 * Runs a command to its end, its failure, or Ctrl-C.
 * @param lastWords on stderr, to whoever stops it
 */
export async function speaking(voice: Voice, work: () => Promise<void>, lastWords?: string): Promise<void> {
  const stop = () => {
    voice.interrupted()
    if (lastWords !== undefined) note(lastWords)
    process.exit(EXIT_INTERRUPTED)
  }
  process.once('SIGINT', stop)
  try {
    await work()
  } catch (error) {
    voice.fail(error)
  } finally {
    process.off('SIGINT', stop)
  }
}

/**
 * The same for work that has to put away what it has begun: Ctrl-C aborts its signal, and it ends when it has done so; a
 * second one ends it at once.
 */
export async function speakingTidily(
  voice: Voice,
  work: (signal: AbortSignal) => Promise<void>,
  lastWords?: string,
): Promise<void> {
  const stopped = new AbortController()
  const interrupted = () => {
    voice.interrupted()
    if (lastWords !== undefined) note(lastWords)
    process.exitCode = EXIT_INTERRUPTED
  }
  const stop = () => {
    if (stopped.signal.aborted) process.exit(EXIT_INTERRUPTED)
    note('stopping; once more to end at once')
    stopped.abort()
  }
  process.on('SIGINT', stop)
  try {
    await work(stopped.signal)
  } catch (error) {
    if (stopped.signal.aborted) interrupted()
    else voice.fail(error)
  } finally {
    process.off('SIGINT', stop)
  }
}

const INTERRUPTED = 'Interrupted by user'

function failure(error: unknown): Record<string, unknown> {
  const { message, ...rest } = errorAsJson(error)
  return { success: false, error: message, ...rest }
}
