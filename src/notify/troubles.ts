/** What lasts after a tick, until somebody or something ends it: late, failing, held, code that nobody has read. Pure. */
import type { AdvanceReport } from '../engine/advance.ts'
import { isError } from '../errors.ts'
import { masked } from '../mask.ts'
import type { Config } from '../state/config.ts'
import type { Submissions } from '../state/submissions.ts'
import { plain } from '../verify/report/text.ts'
import { reviewText, unreadOf } from './audit-notices.ts'
import type { Link, Notice, Trouble } from './notifier.ts'
import type { View } from './step.ts'

/** What became of a tick: what it reports, or what it threw. */
export interface Outcome {
  readonly report?: AdvanceReport | undefined
  readonly error?: unknown
}

/** Where the competition stands after it. */
export interface Standing extends View {
  readonly config: Pick<Config, 'source_audit'>
  readonly submissions: Submissions
}

/**
 * @param standing undefined where the repository could not be read
 * @param links of the run, where it has a page
 * @returns none of those of which this tick says nothing
 */
export function troublesOf(
  outcome: Outcome,
  standing: Standing | undefined,
  now: Date,
  links: readonly Link[] = [],
): Trouble[] {
  const fresh = { at: now, links }
  const found = [late(outcome, fresh), failing(outcome, fresh)]
  if (standing !== undefined) found.push(held(standing, fresh), review(standing, fresh))
  return found.filter((trouble) => trouble !== undefined)
}

type Fresh = Pick<Notice, 'at' | 'links'>

/** A tick that was stopped, or could not find out, says nothing of it. */
function late({ report }: Outcome, fresh: Fresh): Trouble | undefined {
  if (report === undefined) return undefined
  const { status, waiting, round, stage } = report
  const over = `Round ${round} is on time again, in ${stage}.`
  const isKnown = waiting !== undefined || (status !== 'stopped' && status !== 'failed')
  if (waiting?.due === undefined || fresh.at <= waiting.due) return isKnown ? { event: 'late', over } : undefined
  const notice: Notice = {
    ...{ ...fresh, event: 'late', tone: 'bad' },
    title: `Round ${round} is late: ${stage.replaceAll('_', ' ')}`,
    text: `Waiting for ${plain(waiting.for)}. docs/operating.md says what to do when it is late.`,
    facts: [{ name: 'Due', value: '', at: waiting.due }],
  }
  return { event: 'late', notice, over }
}

function failing({ report, error }: Outcome, fresh: Fresh): Trouble | undefined {
  const errors = report === undefined ? [error] : report.errors
  const over = report === undefined ? '' : `Round ${report.round} goes on without errors, in ${report.stage}.`
  if (errors.length === 0) return report?.status === 'stopped' ? undefined : { event: 'failing', over }
  const where = report === undefined ? 'The engine' : `Round ${report.round}`
  const notice: Notice = {
    ...{ ...fresh, event: 'failing', tone: 'bad', facts: [] },
    title: `${where} fails again and again`,
    text: errors.slice(0, MAX_ERRORS).map(described).join('\n'),
  }
  return { event: 'failing', notice, over }
}

const MAX_ERRORS = 5

/** Messages may quote strangers; those of others may hold secrets, which nobody would know any more once they are escaped. */
function described(error: unknown): string {
  const message = `• ${plain(masked(error instanceof Error ? error.message : String(error)))}`
  if (!isError(error)) return message
  const { where, hint } = error
  return [message, where && `  where: ${plain(where, 200)}`, hint && `  do: ${plain(hint)}`].filter(Boolean).join('\n')
}

/** What makes two failures the same: messages may hold times and counts. */
export const kindOf = (error: unknown): string =>
  isError(error) ? `${error.code} ${error.where ?? ''}` : error instanceof Error ? error.name : 'unknown'

function held({ state }: Standing, fresh: Fresh): Trouble {
  const { current_round: round, stage } = state
  const over = `Round ${round} goes on, in ${stage}.`
  if (stage !== 'paused') return { event: 'hold', over }
  const notice: Notice = {
    ...{ ...fresh, event: 'hold', tone: 'warning', facts: [] },
    title: `Round ${round} is held`,
    text: '`roundkeeper status` says why; `roundkeeper resume --reason "…"` lets it go on.',
  }
  return { event: 'hold', notice, over }
}

function review(standing: Standing, fresh: Fresh): Trouble {
  const { state, config, submissions } = standing
  const isOn = state.stage === 'duels' && config.source_audit !== 'waived'
  const unread = isOn ? unreadOf(standing) : []
  const over = 'No source code waits for a person.'
  if (unread.length === 0) return { event: 'review', over }
  const notice: Notice = {
    ...{ ...fresh, event: 'review', tone: 'warning', facts: [] },
    title: `Round ${state.current_round}: source code waits for a person`,
    text: reviewText(unread, submissions),
  }
  return { event: 'review', notice, over }
}
