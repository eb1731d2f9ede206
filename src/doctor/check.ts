/** One thing that has to be so before a competition can run: looked at without changing anything, and told in a line. */
import { isError, RoundkeeperError } from '../errors.ts'

export type Outcome = 'ok' | 'warn' | 'fail' | 'skipped'

/** As sentences for people, without a final dot; no secret is ever in them. */
export interface Finding {
  readonly outcome: Outcome
  readonly detail: string
  /** What to do about it; there for `warn` and `fail`. */
  readonly howToFix?: string
}

export interface Check<S> {
  /** For `--only` and `--skip`; it never changes its meaning. */
  readonly id: string
  readonly title: string
  /** Whether somebody is paid for the answer. */
  readonly paid?: true
  /** @throws RoundkeeperError where that is the answer: what it says is what is wrong */
  run(setup: S, signal: AbortSignal): Promise<Finding>
}

export const ok = (detail: string): Finding => ({ outcome: 'ok', detail })
export const skipped = (detail: string): Finding => ({ outcome: 'skipped', detail })
export const warn = (detail: string, howToFix: string): Finding => ({ outcome: 'warn', detail, howToFix })
export const fail = (detail: string, howToFix: string): Finding => ({ outcome: 'fail', detail, howToFix })

const ORDER: readonly Outcome[] = ['skipped', 'ok', 'warn', 'fail']

/** Several findings as one: as bad as the worst of them, which says what to do. */
export function together(findings: readonly Finding[]): Finding {
  const outcome = findings.reduce<Outcome>(
    (worst, each) => (rank(each.outcome) > rank(worst) ? each.outcome : worst),
    'skipped',
  )
  const advice = [...new Set(findings.flatMap((each) => (each.outcome === outcome ? (each.howToFix ?? []) : [])))]
  // What is wrong comes first.
  const told = [...findings].sort((a, b) => rank(b.outcome) - rank(a.outcome)).map(({ detail }) => detail)
  return { outcome, detail: told.join('; '), ...(advice.length > 0 && { howToFix: advice.join(' ') }) }
}

const rank = (outcome: Outcome) => ORDER.indexOf(outcome)

/** What a check needs is another check's business, and that one fails: there is nothing to be said here. */
export class Waits extends Error {}

/** Nobody answered in time, and may not do so ever. */
export class Late extends RoundkeeperError {
  constructor(boundMs: number) {
    super('unavailable', `no answer within ${boundMs / 1000} s`, {
      hint: 'See that it is up and can be reached from here; if it is only slow, give --timeout more seconds.',
    })
  }
}

const REACH = 'See that it is up, and that it can be reached from here.'
const UNEXPECTED = 'This is unexpected: run it with --debug, and report what it prints.'

/** What an error says, with where and what to do. */
export function findingOf(error: unknown): Finding {
  if (error instanceof Waits) return skipped(error.message)
  if (!isError(error)) return fail(error instanceof Error ? error.message : String(error), UNEXPECTED)
  const { code, message, where, hint } = error
  const place = where === undefined || message.includes(where) ? '' : ` (${where})`
  const advice = code === 'unavailable' && !hint?.startsWith('See ') ? [REACH, hint] : [hint ?? UNEXPECTED]
  return fail(`${message}${place}`, advice.join(' ').trim())
}
