/** Going back to an earlier stage of a round: a new attempt begins, and what the old one made is put away as it was. */
import { archivePath } from '../state/archive.ts'
import { files } from '../state/files.ts'
import type { Intervention, RedoStage } from '../state/intervention.ts'
import { fileAt, type Located } from '../state/locate.ts'
import type { Stage } from '../state/state.ts'
import type { AnyStateFile } from '../state/state-file.ts'
import { LEADER } from '../state/winner.ts'
import { placed, refusal, standing } from './hold.ts'
import type { Effect, Scene } from './intervention.ts'
import { isCrownedAfter } from './leader.ts'

/** In the order in which a round goes through them. */
const COMES_TO: readonly Stage[] = ['downloading', 'duels', 'finalizing', 'finished']

const OF_RUNS: readonly AnyStateFile[] = [files.generated, files.podStats, files.unseen]
const FROM_DUELS_ON: readonly AnyStateFile[] = [
  files.matrix,
  files.duels,
  files.confirmation,
  files.judgeChecks,
  files.judgeCard,
  files.requireAudit,
  files.generationAudits,
  files.winner,
  ...OF_RUNS,
]
const MADE: Readonly<Record<RedoStage, readonly AnyStateFile[]>> = {
  downloading: [files.submitted, ...FROM_DUELS_ON],
  duels: FROM_DUELS_ON,
}

/**
 * Seed, prompts, entries, builds and audits of source code stay; the leader's own outputs too, unless `baseline` is set.
 * @throws RoundkeeperError `usage` outside the stages that the round has come to, and where it cannot be undone
 */
export function redone({ stage, baseline }: { stage: RedoStage; baseline: boolean }, scene: Scene): Effect {
  const { state, paths, prompts } = scene
  const from = standing(state)
  const round = state.current_round
  if (!COMES_TO.includes(from) || COMES_TO.indexOf(stage) > COMES_TO.indexOf(from)) {
    const closed = from === 'open' && round > 0 ? ` Round ${round - 1} is closed: its result stands.` : ''
    throw refusal(`round ${round} is in ${from}: it has not come to ${stage} yet.${closed}`)
  }
  if (prompts.length === 0) throw refusal(`round ${round} has no entries: there is nothing to do again`)
  checkNotHandedOn(scene)
  const strangers = paths.filter((path) => fileAt(path) === undefined)
  if (strangers.length > 0) {
    throw refusal(
      `which stage made ${strangers.slice(0, 3).join(', ')} cannot be told: no attempt can be put away without it`,
      'Move files that are not the engine’s out of the round’s folder, and adopt the commit that does.',
    )
  }
  return {
    state: { ...placed(state, stage), attempt: attemptOf(state) + 1 },
    moves: putAway(paths, attemptOf(state), (located) => isMadeFrom(stage, baseline, located)),
  }
}

/** The first is 1. */
export const attemptOf = ({ attempt }: { attempt?: number | undefined }): number => attempt ?? 1

/** Which attempt at a round is on record, or was its last. */
export function lastAttempt(acts: readonly Intervention[], round: number): number {
  const opened = acts.flatMap((act) =>
    act.round === round && (act.kind === 'redo-stage' || act.kind === 'void') ? (act.attempt ?? 1) : 1,
  )
  return Math.max(1, ...opened)
}

/**
 * Entries of the leader list name their round under our own rules, so that a later one can take their place. Older ones
 * do not: a crown that was handed on stays.
 * @throws RoundkeeperError `usage`
 */
export function checkNotHandedOn({ config, leaders, schedule, state }: Scene): void {
  if (config.rules === 'v1' || schedule === undefined || !isCrownedAfter(leaders, schedule)) return
  throw refusal(
    `the crown of round ${state.current_round} has been handed on, and under the old rules that cannot be taken back`,
    'Say what is wrong with it in a note: roundkeeper intervene note --reason "…".',
  )
}

/** Where the files that `which` picks go. */
export function putAway(
  paths: readonly string[],
  attempt: number,
  which: (located: Located) => boolean,
): Map<string, string> {
  const picked = paths.filter((path) => {
    const located = fileAt(path)
    return located !== undefined && which(located)
  })
  return new Map([...picked].sort().map((path) => [path, archivePath(path, attempt)]))
}

function isMadeFrom(stage: RedoStage, baseline: boolean, { file, args }: Located): boolean {
  if (OF_RUNS.includes(file) && args[1] === LEADER) return baseline
  return MADE[stage].includes(file)
}
