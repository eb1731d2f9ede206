import type { Snapshot } from '../engine/snapshot.ts'
import { marginsOf } from '../formats/generation-3d/margins.ts'
import { previousPrompts } from '../formats/generation-3d/prompts.ts'
import { standing } from '../rules/audit.ts'
import { scoreOf } from '../rules/match.ts'
import { drawPrompts, stemOf } from '../rules/prompts.ts'
import { auditsRequired, type TimelineInput, timeline } from '../rules/timeline.ts'
import { type Config, files, type MatchReport, type Matrix, type Submissions } from '../state/index.ts'
import { type Compared, type Counted, compare, demanded } from './compare.ts'
import { replayCrown, type Schedules } from './replay-crown.ts'
import { replaySeed, replaySubmissions } from './replay-opening.ts'
import { replayVerdicts } from './replay-verdicts.ts'

export interface RoundReplay {
  readonly round: number
  /** The commit whose config.json the round went by, where that is not the newest one. */
  readonly config_of?: string
  readonly submissions: Compared<string[]>
  readonly seed: Compared<number>
  /** The prompts carried over from the last round. */
  readonly carryover: Compared<string[]>
  /** All prompts, where the pool on record still gives them. */
  readonly prompts: Compared<string[]>
  readonly matches: Counted
  readonly qualified: Compared<string[]>
  /** The succession of defenders, the last of whom wins. */
  readonly timeline: Compared<string[]>
  readonly audits: Compared<string[]>
  /** Outcomes of the generation audits, `hotkey outcome`. */
  readonly verdicts: Compared<string[]>
  readonly winner: Compared<string>
  readonly leader: Compared<unknown>
  readonly schedule: Compared<Schedules>
}

/** Everything that was decided in one round, decided again. @param whole the record has to be complete */
export async function replayRound(
  snapshot: Snapshot,
  config: Config,
  round: number,
  whole: boolean,
): Promise<RoundReplay> {
  const submissions = await snapshot.read(files.submissions, round)
  const matrix = (await snapshot.find(files.matrix, round)) ?? []
  const reports = await reportsOf(snapshot, round, matrix)
  const inputFrom = (from: Matrix) => timelineInput(snapshot, config, round, submissions, from)
  const recordedLine = await inputFrom(matrix)
  const recomputedLine = await inputFrom(rescored(matrix, reports))
  const recomputed = timeline(recomputedLine)
  const recorded = timeline(recordedLine)
  const { winner, leader, schedule } = await replayCrown(snapshot, config, round, recomputed.winner)
  const played = whole && Object.keys(submissions).length > 0
  const { carryover, prompts } = await replayPrompts(snapshot, config, round)
  return {
    round,
    submissions: demanded(await replaySubmissions(snapshot, config, round, submissions), whole),
    seed: demanded(await replaySeed(snapshot, config, round), played),
    carryover: demanded(carryover, played),
    prompts: demanded(prompts, played),
    matches: compareMatches(matrix, reports, await stemsOf(snapshot, round)),
    qualified: compare(recorded.qualified, recomputed.qualified),
    timeline: compare(recorded.chain, recomputed.chain),
    audits: compareAudits(
      await requestedAudits(snapshot, round),
      auditsRequired(recomputedLine).sort(),
      auditsRequired({ ...recomputedLine, margin: rawMargins(rescored(matrix, reports)) }),
      winner.recorded !== null,
    ),
    verdicts: await replayVerdicts(snapshot, config, round),
    winner: demanded(winner, whole),
    leader: demanded(leader, whole),
    schedule,
  }
}

function rawMargins(matrix: Matrix): TimelineInput['margin'] {
  const margins = new Map(matrix.map((row) => [pair(row.left, row.right), row.margin]))
  return (left, right) => margins.get(pair(left, right))
}

type Reports = ReadonlyMap<string, MatchReport>
const pair = (left: string, right: string) => `${left} ${right}`

async function reportsOf(snapshot: Snapshot, round: number, matrix: Matrix): Promise<Reports> {
  const reports = new Map<string, MatchReport>()
  for (const { left, right } of matrix) {
    const report = await snapshot.find(files.duels, round, left, right)
    if (report?.left === left && report.right === right) reports.set(pair(left, right), report)
  }
  return reports
}

/** The matrix as it follows from the single duels; a row without a report stays as recorded. */
function rescored(matrix: Matrix, reports: Reports): Matrix {
  return matrix.map((row) => {
    const report = reports.get(pair(row.left, row.right))
    return report === undefined ? row : { ...row, margin: scoreOf(report.duels).margin }
  })
}

export async function timelineInput(
  snapshot: Snapshot,
  config: Config,
  round: number,
  submissions: Submissions,
  matrix: Matrix,
): Promise<TimelineInput> {
  const generation = (await snapshot.find(files.generationAudits, round)) ?? {}
  const entries = Object.entries(submissions).sort(([, a], [, b]) => a.revealed_at_block - b.revealed_at_block)
  const order = entries.map(([hotkey]) => hotkey)
  return {
    order,
    winMargin: config.win_margin,
    ...(await marginsOf({ snapshot, config, number: round }, matrix, order, generation)),
    ...standing({
      generation,
      source: (await snapshot.find(files.sourceAudit, round)) ?? [],
      sourceAudit: config.source_audit ?? 'required',
    }),
  }
}

async function stemsOf(snapshot: Snapshot, round: number): Promise<string> {
  return ((await snapshot.find(files.prompts, round)) ?? []).map(stemOf).sort().join('\n')
}

/** @param stems of the round's prompts, sorted: each has its duel in every match */
function compareMatches(matrix: Matrix, reports: Reports, stems: string): Counted {
  const differences = matrix.flatMap(({ left, right, margin }) => {
    const name = `${left.slice(0, 10)} vs ${right.slice(0, 10)}`
    const report = reports.get(pair(left, right))
    if (report === undefined) return [`${name}: no match report`]
    const duels = report.duels.map((duel) => duel.name)
    if (duels.sort().join('\n') !== stems) return [`${name}: its duels are not about the prompts of the round`]
    const rescored = scoreOf(report.duels)
    if (rescored.margin === margin && report.margin === margin && report.score === rescored.score) return []
    return [`${name}: matrix ${margin}, report ${report.margin}, recomputed ${rescored.margin}`]
  })
  return { checked: matrix.length, equal: matrix.length - differences.length, differences }
}

async function requestedAudits(snapshot: Snapshot, round: number): Promise<string[]> {
  return ((await snapshot.find(files.requireAudit, round)) ?? []).map(({ hotkey }) => hotkey).sort()
}

/**
 * Every audit that the rules require has to be on record; one more than that breaks nothing, and is noted unless it was
 * required `before` the audits themselves took wins away.
 */
function compareAudits(recorded: string[], required: string[], before: string[], decided: boolean): Compared<string[]> {
  const asked = required.every((hotkey) => recorded.includes(hotkey))
  if (!asked && !decided) return { recorded, recomputed: required, equal: null, note: 'the round is still going on' }
  const extra = recorded.filter((hotkey) => !required.includes(hotkey) && !before.includes(hotkey))
  const note =
    extra.length > 0 ? { note: `asked for without need: ${extra.map((hotkey) => hotkey.slice(0, 10)).join(', ')}` } : {}
  return { recorded, recomputed: required, equal: asked, ...note }
}

async function replayPrompts(snapshot: Snapshot, config: Config, round: number) {
  const seed = await snapshot.find(files.seed, round)
  const recorded = await snapshot.find(files.prompts, round)
  if (seed === undefined || recorded === undefined)
    return { carryover: compare<string[]>(undefined, undefined), prompts: compare<string[]>(undefined, undefined) }
  const previous = await previousPrompts({ snapshot, number: round })
  const drawn = drawPrompts({
    rules: config.rules ?? 'legacy',
    seed: seed.seed,
    pool: (await snapshot.find(files.pool)) ?? [],
    previous,
    count: config.prompts_per_round,
    carryover: config.carryover_prompts,
  })
  const carried = previous.length === 0 ? 0 : Math.min(config.carryover_prompts, previous.length)
  const whole = compare(recorded, drawn)
  return {
    carryover: compare(recorded.slice(0, carried), drawn.slice(0, carried)),
    // A pool that has been cut or edited since cannot give the same draw: that proves nothing either way.
    prompts:
      whole.equal === true || config.rules === 'v1'
        ? whole
        : { ...whole, recomputed: null, equal: null, note: 'the pool of that day is not on record' },
  }
}
