import { mismatchedPrompts } from '../../rules/audit.ts'
import { confirmedMargin } from '../../rules/match.ts'
import { tallyOf, type Unearned } from '../../rules/tally.ts'
import { type Standing, type Standings, type Throne, throneOf } from '../../rules/throne.ts'
import type { TimelineInput } from '../../rules/timeline.ts'
import {
  files,
  type GenerationAudits,
  LEADER,
  type MatchReport,
  type Matrix,
  type MatrixRow,
} from '../../state/index.ts'
import type { RoundFiles } from './record.ts'
import { settingsOf } from './settings.ts'
import { stoppingOf } from './stopping.ts'

const NONE: ReadonlySet<string> = new Set()

/**
 * What the succession goes by. Margins are those of the matrix, and under `v1` without the wins of audited hotkeys on
 * prompts that their image did not reproduce; until its audit a hotkey's margins are provisional. Where the throne asks
 * for more than a margin, duels are counted likewise, and so are those before the second judge.
 */
export async function standingsOf(
  round: RoundFiles,
  matrix: Matrix,
  order: readonly string[],
  audits: GenerationAudits,
): Promise<Standings & Pick<TimelineInput, 'provisional' | 'sparing'>> {
  const { config } = round
  const throne = throneOf(config.win_margin, config.judging, order.length)
  const mismatched = await mismatchesOf(round, audits)
  const standings = new Map<string, Standing>()
  for (const row of matrix) standings.set(`${row.left} ${row.right}`, await standingOf(round, row, throne, mismatched))
  const opinions = throne.confirmation ? await secondOpinions(round, matrix, throne, mismatched) : undefined
  const isPending = (hotkey: string) => (audits[hotkey]?.outcome ?? 'pending') === 'pending'
  return {
    ...throne,
    margin: (left, right) => standings.get(`${left} ${right}`)?.margin,
    tally: (left, right) => standings.get(`${left} ${right}`)?.tally,
    secondOpinion: (hotkey) => opinions?.get(hotkey),
    provisional: config.rules === 'v1' ? new Set(order.filter(isPending)) : NONE,
    ...(stoppingOf(config) && { sparing: true }),
  }
}

type Mismatches = ReadonlyMap<string, ReadonlySet<string>>

/** By hotkey the prompts on which its wins do not count: under `v1` those that its image did not reproduce. */
export async function mismatchesOf(
  { snapshot, number, config }: RoundFiles,
  audits: GenerationAudits,
): Promise<Mismatches> {
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

/** The report is read only where it can make a difference. */
async function standingOf(
  { snapshot, number }: RoundFiles,
  { left, right, margin }: MatrixRow,
  { winMargin, significance }: Throne,
  mismatched: Mismatches,
): Promise<Standing> {
  const isTested = significance !== undefined && margin >= winMargin
  if (!mismatched.has(left) && !mismatched.has(right) && !isTested) return { margin }
  const report = await snapshot.find(files.duels, number, left, right)
  if (report?.left !== left || report.right !== right) return { margin }
  return countedBy(report, mismatched)
}

/** Of whoever may be asked about; only the judge that was named in advance is heard. */
async function secondOpinions(
  { snapshot, number, config }: RoundFiles,
  matrix: Matrix,
  { winMargin }: Throne,
  mismatched: Mismatches,
): Promise<Map<string, Standing>> {
  const opinions = new Map<string, Standing>()
  for (const { left, right, margin } of matrix) {
    if (left !== LEADER || margin < winMargin) continue
    const report = await snapshot.find(files.confirmation, number, right)
    if (report?.left !== LEADER || report.right !== right || report.judge !== config.judging?.throne_judge) continue
    opinions.set(right, countedBy(report, mismatched))
  }
  return opinions
}

function countedBy({ left, right, duels }: MatchReport, mismatched: Mismatches): Standing {
  const unearned: Unearned = { left: mismatched.get(left) ?? NONE, right: mismatched.get(right) ?? NONE }
  return { margin: confirmedMargin(duels, unearned), tally: tallyOf(duels, unearned) }
}
