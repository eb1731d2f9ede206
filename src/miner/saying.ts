import { RoundkeeperError } from '../errors.ts'

/** Puts what was being done in front of what went wrong: `Failed to fetch state: …`. Our own bugs stay as they are. */
export async function saying<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof RoundkeeperError)) throw error
    const { code, message, where, hint, retryable } = error
    const details = { ...(where && { where }), ...(hint && { hint }), retryable, cause: error.cause }
    throw new RoundkeeperError(code, `${what}: ${message}`, details)
  }
}
