/** Every match: its report and its row in the matrix, each followed from the outputs of both sides. */

import { MATCH_NAME_LENGTH, type MatchReport } from '../../../state/duels.ts'
import { files } from '../../../state/files.ts'
import type { Matrix } from '../../../state/matrix.ts'
import { compare, refuted } from '../../compare.ts'
import { replayMatch } from '../../replay-match.ts'
import type { Check, Reporter, Step } from '../../step.ts'
import { made } from '../made.ts'
import { readably } from '../touched.ts'

/** One match, named as the files name it. */
interface Match {
  readonly round: number
  /** Ten characters of the defender. */
  readonly left: string
  readonly right: string
}

export const match = (): Check => ({
  name: 'matches',
  async step(step, report) {
    for (const each of await touchedIn(step, report)) {
      await readably(pathOf(each), report, () => decide(step, each, report))
    }
  },
})

const keyOf = ({ round, left, right }: Match) => `${round} ${left} ${right}`
const pathOf = ({ round, left, right }: Match) => files.duels.path(round, left, right)
const of = ({ round, left, right }: Match) => ({
  kind: 'match' as const,
  round,
  subject: `${left} vs ${right.slice(0, MATCH_NAME_LENGTH)}`,
})

/** Matches of which a commit changed the report, or the margin in the matrix. */
async function touchedIn({ changed, before, after }: Step, report: Reporter): Promise<Match[]> {
  const touched = new Map<string, Match>()
  const touch = (match: Match) => touched.set(keyOf(match), match)
  for (const { path, located } of changed) {
    if (located?.file === files.duels) {
      const [round, left, right] = located.args as [number, string, string]
      touch({ round, left, right })
    } else if (located?.file === files.matrix) {
      const round = located.args[0] as number
      await readably(path, report, async () => {
        const [old, now] = [await before.find(files.matrix, round), await after.find(files.matrix, round)]
        for (const { left, right } of changedRows(old ?? [], now ?? []))
          touch({ round, left: left.slice(0, MATCH_NAME_LENGTH), right })
      })
    }
  }
  return [...touched.values()]
}

function changedRows(before: Matrix, after: Matrix): Matrix {
  let same = 0 // no match is in a matrix twice, and most commits add a row at its end
  while (same < before.length && isSameRow(before[same], after[same])) same += 1
  const marks = (rows: Matrix) => new Set(rows.map(({ left, right, margin }) => `${left} ${right} ${margin}`))
  const [gone, come] = [before.slice(same), after.slice(same)]
  const [old, now] = [marks(gone), marks(come)]
  const isIn = (set: Set<string>) => (row: Matrix[number]) => !set.has(`${row.left} ${row.right} ${row.margin}`)
  return [...gone.filter(isIn(now)), ...come.filter(isIn(old))]
}

const isSameRow = (a: Matrix[number] | undefined, b: Matrix[number] | undefined) =>
  a?.left === b?.left && a?.right === b?.right && a?.margin === b?.margin

async function decide(step: Step, each: Match, report: Reporter): Promise<void> {
  const { after, config, strict, commit } = step
  const { round } = each
  if (config === undefined) return
  const found = await after.find(files.duels, round, each.left, each.right)
  const rows = rowsOf((await after.find(files.matrix, round)) ?? [], each)
  report.open(keyOf(each))
  if (found === undefined && rows.length === 0) return // put away, both of them
  const path = found === undefined ? files.matrix.path(round) : pathOf(each)
  const row = rows.find(({ left }) => left === found?.left)
  const problem = problemOf(each, found, rows, row?.margin)
  if (problem !== undefined) {
    const refutedFor = (margin: number | null) =>
      made({ ...of(each), path }, refuted(compare(margin, undefined), problem))
    // Older engines recorded a report first and its row with the next ones, so that both may still come to agree.
    if (!strict) report.open(keyOf(each), { ...refutedFor(null), commit: commit.oid })
    else report.decision(refutedFor(found?.margin ?? null))
    return
  }
  const compared = await replayMatch({ snapshot: after, config, number: round }, found as MatchReport, row?.margin ?? 0)
  report.decision(made({ ...of(each), path }, compared))
}

const indexes = new WeakMap<Matrix, Map<string, Matrix>>()
const rowKey = (left: string, right: string) => `${left.slice(0, MATCH_NAME_LENGTH)} ${right}`

/** Looked up: a commit may touch every row of a long matrix. */
function rowsOf(matrix: Matrix, { left, right }: Match): Matrix {
  const index = indexes.get(matrix) ?? Map.groupBy(matrix, (row) => rowKey(row.left, row.right))
  indexes.set(matrix, index)
  return index.get(rowKey(left, right)) ?? []
}

/** Why report and row are not about one match. */
function problemOf(
  { left, right }: Match,
  report: MatchReport | undefined,
  rows: Matrix,
  margin: number | undefined,
): string | undefined {
  if (report === undefined) return 'it has a row in the matrix, but no match report'
  if (report.right !== right || report.left.slice(0, MATCH_NAME_LENGTH) !== left)
    return `the report in this place is of ${report.left} vs ${report.right}`
  if (margin === undefined) return 'its report has no row in the matrix'
  if (rows.length > 1) return 'the matrix has rows of several defenders whose names begin alike'
  return margin === report.margin ? undefined : `the matrix has ${margin}, its report ${report.margin}`
}
