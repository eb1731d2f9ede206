import { mismatchedPrompts } from '../../rules/audit.ts'
import { confirmedMargin } from '../../rules/match.ts'
import type { TimelineInput } from '../../rules/timeline.ts'
import { files, type GenerationAudits, type Matrix, type MatrixRow } from '../../state/index.ts'
import type { RoundFiles } from './record.ts'
import { settingsOf } from './settings.ts'

const NONE: ReadonlySet<string> = new Set()

/**
 * The margins that the succession goes by: those of the matrix, and under `v1` without the wins of audited hotkeys on
 * prompts that their image did not reproduce. Until its audit a hotkey's margins are provisional.
 */
export async function marginsOf(
  round: RoundFiles,
  matrix: Matrix,
  order: readonly string[],
  audits: GenerationAudits,
): Promise<Pick<TimelineInput, 'margin' | 'provisional'>> {
  const v1 = round.config.rules === 'v1'
  const mismatched = await mismatchesOf(round, audits)
  const margins = new Map<string, number>()
  for (const row of matrix) margins.set(`${row.left} ${row.right}`, await confirmed(round, row, mismatched))
  return {
    margin: (left, right) => margins.get(`${left} ${right}`),
    provisional: v1 ? new Set(order.filter((hotkey) => (audits[hotkey]?.outcome ?? 'pending') === 'pending')) : NONE,
  }
}

/** By hotkey the prompts on which its wins do not count: under `v1` those that its image did not reproduce. */
export async function mismatchesOf(
  { snapshot, number, config }: RoundFiles,
  audits: GenerationAudits,
): Promise<Map<string, ReadonlySet<string>>> {
  if (config.rules !== 'v1') return new Map()
  const settings = settingsOf(config)
  const limits = {
    generationSeconds: settings.max_generation_seconds,
    acceptableDistance: settings.acceptable_distance,
  }
  const mismatched = new Map<string, ReadonlySet<string>>()
  for (const hotkey of Object.keys(audits)) {
    if (audits[hotkey]?.outcome !== 'passed') continue
    const submitted = (await snapshot.find(files.submitted, number, hotkey)) ?? {}
    const generated = (await snapshot.find(files.generated, number, hotkey)) ?? {}
    const stems = mismatchedPrompts(submitted, generated, limits)
    if (stems.size > 0) mismatched.set(hotkey, stems)
  }
  return mismatched
}

async function confirmed(
  { snapshot, number }: RoundFiles,
  { left, right, margin }: MatrixRow,
  mismatched: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<number> {
  if (!mismatched.has(left) && !mismatched.has(right)) return margin
  const report = await snapshot.find(files.duels, number, left, right)
  if (report?.left !== left || report.right !== right) return margin
  return confirmedMargin(report.duels, { left: mismatched.get(left) ?? NONE, right: mismatched.get(right) ?? NONE })
}
