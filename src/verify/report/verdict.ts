import { type Report, severities } from './schema.ts'
import { counted } from './text.ts'

/** What everything comes to: `45 of 46 decisions proved, 1 consistent, 0 broken; 2 warnings`, and `clean` or `broken`. */
export function verdictLine(report: Pick<Report, 'decisions' | 'severities' | 'verdict'>): {
  readonly text: string
  readonly verdict: Report['verdict']
} {
  const { proved, consistent, broken } = report.decisions
  const total = proved + consistent + broken
  const found = severities.flatMap((each) => {
    const count = report.severities[each]
    return count === 0 ? [] : [counted(count, each)]
  })
  const decisions = `${proved} of ${counted(total, 'decision')} proved, ${consistent} consistent, ${broken} broken`
  return { text: `${decisions}; ${found.length === 0 ? 'no findings' : found.join(', ')}`, verdict: report.verdict }
}
