/** Where the files of an attempt at a round lie once another one has begun: byte for byte, below the round’s folder. */
import { fileAt, type Located } from './locate.ts'

const LIVE = /^(rounds\/(?:0|[1-9]\d{0,14}))\/(.+)$/
const ARCHIVED = /^(rounds\/(?:0|[1-9]\d{0,14}))\/attempts\/([1-9]\d{0,8})\/(.+)$/

/** `rounds/3/matches_matrix.csv` of attempt 1 → `rounds/3/attempts/1/matches_matrix.csv` */
export function archivePath(path: string, attempt: number): string {
  const [, round, rest] = LIVE.exec(path) ?? []
  if (round === undefined) throw new RangeError(`${path} is not a file of a round`)
  return `${round}/attempts/${attempt}/${rest}`
}

export interface Archived extends Located {
  readonly attempt: number
  /** Where it lay while its attempt was going on. */
  readonly path: string
}

/** Which file of which attempt lies at a path in an archive; undefined for anything else. Readable as it was when live. */
export function archivedAt(path: string): Archived | undefined {
  const [, round, attempt, rest] = ARCHIVED.exec(path) ?? []
  if (round === undefined) return undefined
  const live = `${round}/${rest}`
  const located = fileAt(live)
  return located && { ...located, attempt: Number(attempt), path: live }
}

/** Whether a path lies in the archive of a round, whatever it is. */
export const isArchived = (path: string) => ARCHIVED.test(path)
