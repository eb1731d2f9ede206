import type { Records } from '../../engine/records.ts'
import { type Duel, files, LEADER, type Output } from '../../state/index.ts'
import { fileAt } from '../../state/locate.ts'
import { readable } from '../readable.ts'

/** A duel that a judge was asked about; small enough to list all of them. */
export interface JudgedDuel {
  readonly round: number
  readonly path: string
  readonly name: string
  /** Whether it gave no verdict, says the record. */
  readonly isVoid: boolean
}

export interface RecordedDuel extends JudgedDuel {
  readonly duel: Duel
  readonly judge: string | undefined
  readonly seed: number
  readonly left: Output
  readonly right: Output
}

/** All of a competition as it is now, by the paths of their reports, then as they are listed there. */
export async function judgedDuels(records: Records): Promise<JudgedDuel[]> {
  const all: JudgedDuel[] = []
  for (const path of await records.list('rounds')) {
    const report = await reportAt(records, path)
    for (const { name, transcript, void: cause } of report?.report.duels ?? [])
      if (transcript !== undefined) all.push({ round: report?.round ?? 0, path, name, isVoid: cause !== undefined })
  }
  return all
}

/** Undefined where the pictures are not on record by digest, so that nobody can be asked again. */
export async function recordedDuel(
  records: Records,
  { path, name, isVoid }: JudgedDuel,
): Promise<RecordedDuel | undefined> {
  const found = await reportAt(records, path)
  const duel = found?.report.duels.find((each) => each.name === name)
  if (found === undefined || duel?.prompt_sha256 === undefined) return undefined
  const { round, report } = found
  const output = async (who: string) => {
    const file = who === LEADER ? files.generated : files.submitted
    return (await readable(records, file, round, who))?.[name]
  }
  const [left, right] = [await output(report.left), await output(report.right)]
  if (left?.png_sha256 === undefined || right?.png_sha256 === undefined) return undefined
  const { seed = 0 } = (await readable(records, files.seed, round)) ?? {}
  return { round, path, name, isVoid, duel, judge: report.judge, seed, left, right }
}

/** Seeds of all rounds, in their order. */
export async function seedsOf(records: Records): Promise<{ round: number; seed: number }[]> {
  const seeds: { round: number; seed: number }[] = []
  for (const path of await records.list('rounds')) {
    const located = fileAt(path)
    if (located?.file !== files.seed) continue
    const round = located.args[0] as number
    const found = await readable(records, files.seed, round)
    if (found !== undefined) seeds.push({ round, seed: found.seed })
  }
  return seeds.sort((a, b) => a.round - b.round)
}

async function reportAt(records: Records, path: string) {
  const located = fileAt(path)
  if (located?.file !== files.duels) return undefined
  const args = located.args as [number, string, string]
  const report = await readable(records, files.duels, ...args)
  return report === undefined ? undefined : { round: args[0], report }
}
