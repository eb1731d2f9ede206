/** All checks side by side, each bounded in time, told in their own order. One that goes wrong takes nothing from the others. */
import { RoundkeeperError } from '../errors.ts'
import { type Check, type Finding, findingOf, Late, skipped } from './check.ts'

export interface Examined extends Finding {
  readonly id: string
  readonly title: string
  readonly seconds: number
  /** It was given up: what it asked may hang still. */
  readonly hung: boolean
}

export interface ExamineOptions {
  readonly boundMs: number
  readonly signal: AbortSignal
  readonly now: () => Date
  /** Whether anybody may be paid. */
  readonly paid: boolean
  readonly onDone?: (done: Examined) => void
}

/** @throws RoundkeeperError `aborted` */
export async function examine<S>(checks: readonly Check<S>[], setup: S, options: ExamineOptions): Promise<Examined[]> {
  return Promise.all(
    checks.map(async (check) => {
      const { id, title } = check
      const begun = options.now().getTime()
      const { hung, ...finding } = await one(check, setup, options)
      const seconds = Math.max(0, options.now().getTime() - begun) / 1000
      const done = { id, title, ...finding, seconds, hung }
      options.onDone?.(done)
      return done
    }),
  )
}

async function one<S>(
  check: Check<S>,
  setup: S,
  { boundMs, signal, paid }: ExamineOptions,
): Promise<Finding & { hung: boolean }> {
  if (check.paid && !paid) return { ...skipped('it would have cost something'), hung: false }
  const bound = new AbortController()
  const { promise: over, reject } = Promise.withResolvers<never>()
  const giveUp = () => {
    bound.abort()
    reject(new Late(boundMs))
  }
  const timer = setTimeout(giveUp, boundMs)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    // A check may throw before it has waited for anything.
    const running = (async () => check.run(setup, bound.signal))()
    running.catch(() => undefined)
    if (signal.aborted) giveUp()
    return { ...(await Promise.race([running, over])), hung: false }
  } catch (error) {
    if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped')
    const hung = bound.signal.aborted || error instanceof Late
    return { ...findingOf(hung ? new Late(boundMs) : error), hung }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
    bound.abort()
  }
}
