import type { Records } from '../../engine/records.ts'
import { RoundkeeperError } from '../../errors.ts'
import { standing } from '../../rules/audit.ts'
import { leaderIn } from '../../rules/leader.ts'
import {
  type AuditRequests,
  type Builds,
  type Config,
  files,
  type GenerationAudits,
  LEADER,
  type LeaderEntry,
  type MatchReport,
  type Matrix,
  type Outputs,
  type Submissions,
} from '../../state/index.ts'

/** A round as it stands on record, for whoever decides and for whoever decides again. */
export interface RoundFiles {
  readonly number: number
  readonly config: Config
  readonly snapshot: Records
}

/** Everything on record about a round that judging it depends on. */
export interface RoundRecord {
  readonly submissions: Submissions
  /** Hotkeys by reveal block; equal blocks keep the order of `submissions.json`. */
  readonly order: readonly string[]
  readonly leader: LeaderEntry | undefined
  readonly builds: Builds
  readonly matrix: Matrix
  readonly requests: AuditRequests
  readonly generationAudits: GenerationAudits
  readonly approved: ReadonlySet<string>
  readonly rejected: ReadonlySet<string>
}

export async function recordOf({ snapshot, config, number }: RoundFiles): Promise<RoundRecord> {
  const submissions = await snapshot.read(files.submissions, number)
  const generationAudits = (await snapshot.find(files.generationAudits, number)) ?? {}
  const source = (await snapshot.find(files.sourceAudit, number)) ?? []
  return {
    submissions,
    order: Object.keys(submissions).sort(
      (a, b) => (submissions[a]?.revealed_at_block ?? 0) - (submissions[b]?.revealed_at_block ?? 0),
    ),
    leader: leaderIn((await snapshot.find(files.leader)) ?? [], number),
    builds: (await snapshot.find(files.builds, number)) ?? {},
    matrix: (await snapshot.find(files.matrix, number)) ?? [],
    requests: (await snapshot.find(files.requireAudit, number)) ?? [],
    generationAudits,
    ...standing({ generation: generationAudits, source, sourceAudit: config.source_audit ?? 'required' }),
  }
}

/** In duels the leader plays with regenerated outputs, everybody else with what was uploaded. */
export async function outputsOf({ snapshot, number }: Omit<RoundFiles, 'config'>, subject: string): Promise<Outputs> {
  const file = subject === LEADER ? files.generated : files.submitted
  return (await snapshot.find(file, number, subject)) ?? {}
}

export async function reportOf(
  { snapshot, number }: Omit<RoundFiles, 'config'>,
  left: string,
  right: string,
): Promise<MatchReport> {
  const report = await snapshot.read(files.duels, number, left, right)
  if (report.left === left && report.right === right) return report
  throw new RoundkeeperError(
    'state-file',
    `the match report is of ${report.left} vs ${report.right}, not of ${left} vs ${right}`,
    {
      where: files.duels.path(number, left, right),
      hint: 'Restore the report from the history, or judge anew: roundkeeper intervene redo-stage duels --reason "…".',
    },
  )
}
