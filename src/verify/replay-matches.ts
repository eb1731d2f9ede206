import type { Records } from '../engine/records.ts'
import { isUndecided, scoreOf } from '../rules/match.ts'
import { stemOf } from '../rules/prompts.ts'
import { files, type MatchReport, type Matrix } from '../state/index.ts'
import type { Counted } from './compare.ts'
import { differencesOf } from './differences.ts'

/** Match reports by `left right`. */
export type Reports = ReadonlyMap<string, MatchReport>
export const pair = (left: string, right: string) => `${left} ${right}`

export async function reportsOf(snapshot: Records, round: number, matrix: Matrix): Promise<Reports> {
  const reports = new Map<string, MatchReport>()
  for (const { left, right } of matrix) {
    const report = await snapshot.find(files.duels, round, left, right)
    if (report?.left === left && report.right === right) reports.set(pair(left, right), report)
  }
  return reports
}

/** The matrix as it follows from the single duels; a row without a report stays as recorded. */
export function rescored(matrix: Matrix, reports: Reports): Matrix {
  return matrix.map((row) => {
    const report = reports.get(pair(row.left, row.right))
    return report === undefined ? row : { ...row, margin: scoreOf(report.duels).margin }
  })
}

/** Every row against its report, and every report against the rows. @param decided no row may be outstanding */
export async function replayMatches(
  snapshot: Records,
  round: number,
  matrix: Matrix,
  reports: Reports,
  decided: boolean,
): Promise<Counted> {
  const stems = ((await snapshot.find(files.prompts, round)) ?? []).map(stemOf).sort()
  const rows = matrix.flatMap((row) => {
    const problem = problemOf(row, reports.get(pair(row.left, row.right)), stems)
    return problem === undefined ? [] : [`${row.left.slice(0, 10)} vs ${row.right.slice(0, 10)}: ${problem}`]
  })
  const wrong = [
    ...(await idleLines(snapshot, round, matrix)).map((line) => `twice in the matrix, or no match: ${line}`),
    ...(decided ? await strayReports(snapshot, round, matrix) : []).map((path) => `not in the matrix: ${path}`),
  ]
  const checked = matrix.length + wrong.length
  return { checked, equal: matrix.length - rows.length, differences: [...rows, ...wrong] }
}

/** Lines that readers pass over: of those about the same match the last one counts. */
async function idleLines(snapshot: Records, round: number, matrix: Matrix): Promise<string[]> {
  const counted = new Set(matrix.map(({ left, right }) => pair(left, right)))
  const lines = ((await snapshot.text(files.matrix.path(round))) ?? '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim())
  return lines
    .slice(1)
    .reverse()
    .filter((line) => {
      const [left = '', right = ''] = line.split(',').map((cell) => cell.trim())
      return !counted.delete(pair(left, right))
    })
}

/** @param stems of the round's prompts, sorted: each has its duel in every match that was not stopped */
function problemOf({ margin }: Matrix[number], report: MatchReport | undefined, stems: string[]): string | undefined {
  if (report === undefined) return 'no match report'
  const names = report.duels.map((duel) => duel.name).sort()
  const due = report.stopped === undefined ? stems : stems.filter((stem) => names.includes(stem))
  if (names.join('\n') !== due.join('\n')) return 'its duels are not about the prompts of the round'
  if (isUndecided(report.duels)) return 'too many of its duels are void for the others to decide it'
  const again = scoreOf(report.duels)
  const recorded = { 'matrix margin': margin, 'report margin': report.margin, 'report score': report.score }
  const expected = { 'matrix margin': again.margin, 'report margin': again.margin, 'report score': again.score }
  const differences = differencesOf(recorded, expected)
  return differences.length === 0 ? undefined : differences.join(', ')
}

async function strayReports(snapshot: Records, round: number, matrix: Matrix): Promise<string[]> {
  const expected = new Set(matrix.map(({ left, right }) => files.duels.path(round, left, right)))
  const isReport = /^rounds\/\d+\/[^/]+\/duels_[^/]*\.json$/
  const paths = await snapshot.list(`rounds/${round}`)
  return paths.filter((path) => isReport.test(path) && !expected.has(path))
}
