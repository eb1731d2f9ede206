/** Which of a commit's files concern a decision; each round once, and none hides another. */
import { isError } from '../../errors.ts'
import type { Config } from '../../state/config.ts'
import type { AnyStateFile } from '../../state/state-file.ts'
import type { Reporter, Step } from '../step.ts'

export interface Touched {
  readonly round: number
  /** Of the first file that concerns it. */
  readonly path: string
  readonly config: Config
}

/** Calls `decide` for every round of which the commit leaves one of these files new or changed. */
export async function eachChanged(
  { changed, config }: Step,
  of: readonly AnyStateFile[],
  report: Reporter,
  decide: (touched: Touched) => Promise<void>,
): Promise<void> {
  if (config === undefined) return // without rules nothing follows; that they are missing is for others to say
  const rounds = new Map<number, string>()
  for (const { path, located, after } of changed) {
    if (located === undefined || after === undefined || !of.includes(located.file)) continue
    const round = located.args[0] as number
    if (!rounds.has(round)) rounds.set(round, path)
  }
  for (const [round, path] of rounds) await readably(path, report, () => decide({ round, path, config }))
}

/** A file that cannot be read is a finding, and the other decisions of the commit are looked at all the same. */
export async function readably(path: string, report: Reporter, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!isError(error, 'state-file')) throw error
    report.finding('verify/unreadable', error.where ?? path, `What was decided here cannot be told: ${error.message}.`)
  }
}
