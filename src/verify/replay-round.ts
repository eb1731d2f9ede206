import type { Records } from '../engine/records.ts'
import { actsOf } from '../engine/scene.ts'
import { standingsOf } from '../formats/generation-3d/margins.ts'
import { standing } from '../rules/audit.ts'
import { beats } from '../rules/throne.ts'
import { auditsRequired, type TimelineInput, timeline } from '../rules/timeline.ts'
import { voidedBy } from '../rules/void.ts'
import { type Config, files, LEADER, type Matrix, type Submissions } from '../state/index.ts'
import { type Compared, type Counted, compare, demanded } from './compare.ts'
import type { History } from './history.ts'
import { replayCrown } from './replay-crown.ts'
import { pair, replayMatches, reportsOf, rescored } from './replay-matches.ts'
import { replaySeed, replaySubmissions } from './replay-opening.ts'
import { replayPrompts } from './replay-prompts.ts'
import type { Schedules } from './replay-schedule.ts'
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

/** Everything that was decided in one round, decided again. @param closed the round is over: our own record of it has to be complete */
export async function replayRound(
  snapshot: Records,
  history: History,
  config: Config,
  round: number,
  closed: boolean,
): Promise<RoundReplay> {
  const whole = closed && config.rules === 'v1'
  // A round that came to nothing may have had no entries yet.
  const voided = voidedBy(await actsOf(snapshot), round) !== undefined
  const entered = voided ? await snapshot.find(files.submissions, round) : await snapshot.read(files.submissions, round)
  const submissions = entered ?? {}
  const matrix = (await snapshot.find(files.matrix, round)) ?? []
  const reports = await reportsOf(snapshot, round, matrix)
  const inputFrom = (from: Matrix) => timelineInput(snapshot, config, round, submissions, from)
  const recordedLine = await inputFrom(matrix)
  const recomputedLine = await inputFrom(rescored(matrix, reports))
  const recomputed = timeline(recomputedLine)
  const recorded = timeline(recordedLine)
  const { winner, leader, schedule } = await replayCrown(snapshot, config, round, recomputed.winner)
  const played = whole && Object.keys(submissions).length > 0
  const { carryover, prompts } = await replayPrompts(snapshot, history, config, round)
  return {
    round,
    submissions:
      entered === undefined
        ? compare<string[]>(undefined, undefined, 'it came to nothing before anybody was taken in')
        : demanded(await replaySubmissions(snapshot, config, round, entered), whole),
    seed: demanded(await replaySeed(snapshot, config, round), played),
    carryover: demanded(carryover, played),
    prompts: demanded(prompts, played),
    matches: await replayMatches(snapshot, round, matrix, reports, closed || winner.recorded !== null),
    qualified: compare(recorded.qualified, recomputed.qualified),
    timeline: compare(recorded.chain, recomputed.chain),
    audits: compareAudits(
      await requestedAudits(snapshot, round),
      auditsRequired(recomputedLine).sort(),
      neededOnce({ ...recomputedLine, margin: rawMargins(rescored(matrix, reports)) }),
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

export async function timelineInput(
  snapshot: Records,
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
    ...(await standingsOf({ snapshot, config, number: round }, matrix, order, generation)),
    ...standing({
      generation,
      source: (await snapshot.find(files.sourceAudit, round)) ?? [],
      sourceAudit: config.source_audit ?? 'required',
    }),
  }
}

/** Whose audits may have been needed when they were asked for, whatever came to light later. */
function neededOnce(line: TimelineInput): string[] {
  return line.sparing ? line.order.filter((hotkey) => beats(line, LEADER, hotkey)) : auditsRequired(line)
}

async function requestedAudits(snapshot: Records, round: number): Promise<string[]> {
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
  return asked ? { recorded, recomputed: required, equal: true, ...note } : { ...compare(recorded, required), ...note }
}
