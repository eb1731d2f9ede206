import type { TimelineInput } from '../../src/rules/timeline.ts'

export const QUALIFIED = [...'ABCDEFGHIJKL']

/** Margins of a real round in 128ths: twelve challengers who beat the leader, in order of reveal. */
const AGAINST_LEADER = [14, 7, 14, 13, 14, 29, 26, 13, 29, 28, 7, 14]
/** Row: defender A to K; column: the challengers after it. */
const AMONG_THEMSELVES = [
  [-5, 0, 0, 0, 10, 9, -3, 9, 9, -18, -2],
  [6, 5, 4, 12, 12, 5, 13, 10, -16, 5],
  [0, 0, 9, 10, -2, 8, 10, -19, -2],
  [0, 9, 9, -2, 7, 9, -20, -2],
  [8, 10, -2, 8, 8, -18, -2],
  [3, -9, 0, 2, -26, -9],
  [-7, -2, 0, -24, -9],
  [8, 9, -18, 0],
  [3, -25, -7],
  [-24, -9],
  [20],
]

export const MARGINS: ReadonlyMap<string, number> = new Map([
  ...QUALIFIED.map((right, i): [string, number] => [`leader ${right}`, AGAINST_LEADER[i]! / 128]),
  ...AMONG_THEMSELVES.flatMap((row, i) =>
    row.map((score, j): [string, number] => [`${QUALIFIED[i]} ${QUALIFIED[i + j + 1]}`, score / 128]),
  ),
])

export function exampleOf(approved: string[], rejected: string[], margins = MARGINS): TimelineInput {
  return {
    order: QUALIFIED,
    winMargin: 0.05,
    margin: (left, right) => margins.get(`${left} ${right}`),
    approved: new Set(approved),
    rejected: new Set(rejected),
  }
}
