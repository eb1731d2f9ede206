import type { Report } from '../../../src/verify/report/schema.ts'

type Finding = Report['findings'][number]

export const COMMIT = 'c0ffee'.padEnd(40, '0')

export const finding = (changes: Partial<Finding> = {}): Finding => ({
  code: 'decision/match',
  severity: 'error',
  commit: COMMIT,
  path: 'rounds/0/matches_matrix.csv',
  round: 0,
  message: 'Round 0, match: does not follow from the record.',
  earlier: false,
  ...changes,
})

/** A report on one round with the given findings. */
export function report(findings: readonly Finding[] = [], changes: Partial<Report> = {}): Report {
  const severities = { error: 0, warning: 0, note: 0 }
  for (const { severity } of findings) severities[severity] += 1
  return {
    version: 1,
    engine: 'roundkeeper/1.2.3',
    competition: 'tiny',
    rules: 'v1',
    source: 'competition.bundle',
    root: '1'.repeat(40),
    head: '2'.repeat(40),
    since: null,
    earlier: null,
    again: null,
    backend: 'git',
    commits: 12,
    verdict: severities.error > 0 ? 'broken' : 'clean',
    severities,
    findings: [...findings],
    decisions: { proved: 3, consistent: 1, broken: 0 },
    rounds: [
      {
        round: 0,
        stage: 'decided',
        winner: { hotkey: '5Good'.padEnd(48, 'x'), repo: 'good/model', commit: null },
        proved: 3,
        consistent: 1,
        broken: 0,
        findings: severities,
        decisions: [],
        robustness: null,
      },
    ],
    unproved: [
      {
        round: 0,
        kind: 'match',
        subject: null,
        level: 'consistent',
        commit: COMMIT,
        path: 'rounds/0/matches_matrix.csv',
        why: 'the answers of the judge are not on record',
      },
    ],
    signatures: { trust: 'first-use', founded: COMMIT, demanded: 12, trusted: 12 },
    evidence: {
      store: null,
      found: false,
      published: null,
      named: 0,
      objects: null,
      previews: null,
      distances: null,
      verdicts: null,
      rejudged: null,
    },
    timing: { seconds: 1.25, commits_per_second: 9.6 },
    ...changes,
  }
}
