import type { Judge } from '../../judge/judge.ts'
import { files, type MatchReport, type Matrix } from '../../state/index.ts'
import type { RoundFiles } from './record.ts'

/** What a judge's id is a digest of, for the first of its reports in a row: so that everybody can say who judged. */
export async function identityToPublish(
  { snapshot, number }: Omit<RoundFiles, 'config'>,
  matrix: Matrix,
  { id, identity }: Judge,
): Promise<Pick<MatchReport, 'judge_identity'>> {
  if (identity === undefined) return {}
  const last = matrix.at(-1)
  const before = last && (await snapshot.find(files.duels, number, last.left, last.right))
  return before?.judge === id ? {} : { judge_identity: identity as Record<string, unknown> }
}
