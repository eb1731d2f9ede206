import { isError } from '../errors.ts'
import type { Check, Reporter } from './step.ts'

/** A shape that nobody thought of is a finding, never a crash. @returns a promise only where there is something to wait for */
export function attempt(
  { name }: Pick<Check, 'name'>,
  report: Pick<Reporter, 'finding'>,
  act: () => Promise<void> | void,
): Promise<void> | undefined {
  const fail = (error: unknown) => {
    if (isError(error) && error.code !== 'state-file') throw error
    const message = error instanceof Error ? error.message : String(error)
    const path = isError(error) ? (error.where ?? null) : null
    report.finding('verify/unreadable', path, `The check of ${name} could not be made here: ${message}.`)
  }
  try {
    return act()?.catch(fail)
  } catch (error) {
    fail(error)
    return undefined
  }
}
