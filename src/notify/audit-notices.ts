/** Audits that were asked for or came to an end, and source code that waits for a person. Pure. */
import type { GenerationAudits, SourceAudits } from '../state/audits.ts'
import { counted, plain } from '../verify/report/text.ts'
import type { Notice } from './notifier.ts'
import type { Places } from './places.ts'
import type { Step, View } from './step.ts'

const MAX_NAMED = 10

export function auditNotices(step: Step, places: Places): Notice[] {
  const { before, after, at, commit, submissions, config } = step
  const round = before.state.current_round
  const known = new Set(before.requests.map(({ hotkey }) => hotkey))
  const asked = after.requests.filter(({ hotkey }) => !known.has(hotkey)).map(({ hotkey }) => hotkey)
  const fresh = { at, links: places.commit(commit), facts: [] } as const
  const notices: Notice[] = []
  if (asked.length > 0) {
    notices.push({
      ...{ ...fresh, event: 'audit', tone: 'plain', text: list(asked) },
      title: `Round ${round}: ${counted(asked.length, 'audit')} needed`,
    })
  }
  const unread = config.source_audit === 'waived' ? [] : unreadOf(after).filter((hotkey) => asked.includes(hotkey))
  if (unread.length > 0) {
    notices.push({
      ...{ ...fresh, event: 'review', tone: 'warning' },
      title: `Round ${round}: source code waits for a person`,
      text: reviewText(unread, submissions),
    })
  }
  const ended = [...verdicts(before.generation, after.generation), ...reviews(before.source, after.source)]
  for (const { hotkey, passed, what, why } of ended) {
    notices.push({
      ...{ ...fresh, event: 'audit', tone: passed ? 'good' : 'warning' },
      title: `Round ${round}: ${what} ${passed ? 'passed' : 'failed'}${why}`,
      text: plain(hotkey, 60),
    })
  }
  return notices
}

/** Challengers whose code nobody has read yet, of those that have to be audited. */
export function unreadOf({ requests, source, generation }: Omit<View, 'state' | 'leaders'>): string[] {
  const read = new Set(source.map(({ hotkey }) => hotkey))
  const isOver = (hotkey: string) => read.has(hotkey) || generation[hotkey]?.outcome === 'rejected'
  return requests.map(({ hotkey }) => hotkey).filter((hotkey) => !isOver(hotkey))
}

/** Whose code is where, and how to say what one found. */
export function reviewText(hotkeys: readonly string[], submissions: Step['submissions']): string {
  const place = (hotkey: string) => {
    const { repo, commit } = submissions[hotkey] ?? {}
    return repo && commit ? `${hotkey}: ${repo} at ${commit}` : hotkey
  }
  return `${list(hotkeys.map(place))}\nRead it, then: roundkeeper audit source approve|reject HOTKEY --reason "…"`
}

interface Ended {
  readonly hotkey: string
  readonly passed: boolean
  readonly what: string
  /** In parentheses, or empty. */
  readonly why: string
}

function verdicts(before: GenerationAudits, after: GenerationAudits): Ended[] {
  return Object.entries(after).flatMap(([hotkey, { outcome, code }]) => {
    if (outcome === 'pending' || outcome === before[hotkey]?.outcome) return []
    const why = outcome === 'rejected' && code ? ` (${plain(code, 60)})` : ''
    return [{ hotkey, passed: outcome === 'passed', what: 'generation audit', why }]
  })
}

const reviews = (before: SourceAudits, after: SourceAudits): Ended[] =>
  after
    .filter(({ hotkey }) => before.every((each) => each.hotkey !== hotkey))
    .map(({ hotkey, verdict }) => ({ hotkey, passed: verdict === 'passed', what: 'source audit', why: '' }))

function list(lines: readonly string[]): string {
  const shown = lines.slice(0, MAX_NAMED).map((line) => `• ${plain(line, 200)}`)
  return [...shown, ...(lines.length > MAX_NAMED ? [`… and ${lines.length - MAX_NAMED} more`] : [])].join('\n')
}
