import type { Severity } from '../finding.ts'
import { type Report, type ReportedFinding, severities } from './schema.ts'
import { ranges } from './text.ts'

export interface FindingGroup {
  readonly code: string
  readonly severity: Severity
  readonly members: readonly ReportedFinding[]
}

/** By severity and code; the gravest first, then the most frequent. */
export function groupsOf(findings: readonly ReportedFinding[]): FindingGroup[] {
  const groups = [...Map.groupBy(findings, ({ severity, code }) => `${severity} ${code}`).values()]
  return groups
    .map((members) => ({ ...(members[0] as ReportedFinding), members }))
    .sort((a, b) => rank(a.severity) - rank(b.severity) || b.members.length - a.members.length)
}

const rank = (severity: Severity) => severities.indexOf(severity)

export interface BelievedGroup {
  readonly kind: string
  readonly why: string
  readonly count: number
  /** `0–3, 5` */
  readonly rounds: string
}

/** What decisions rest on besides evidence, the most frequent first; those that are broken are findings. */
export function believedOf(unproved: Report['unproved']): BelievedGroup[] {
  const believed = unproved.filter(({ level }) => level === 'consistent')
  return [...Map.groupBy(believed, ({ kind, why }) => `${kind} ${reasonOf(why)}`).values()]
    .map((members) => {
      const [{ kind, why }] = members as [(typeof members)[number]]
      return {
        kind,
        why: members.every((each) => each.why === why) ? why : reasonOf(why),
        count: members.length,
        rounds: ranges(members.map(({ round }) => round)),
      }
    })
    .sort((a, b) => b.count - a.count)
}

/** Without the numbers of the one decision: `…: 126 of 128 duels`. */
const reasonOf = (why: string) => why.replace(/: \d[^;]*$/, '')
