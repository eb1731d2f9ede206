/** Which kinds of work a competition may need now, so that nobody starts machines, or hands out keys, for nothing. */
import { isBuildSettled } from './build.ts'
import type { Standstill } from './lateness.ts'

export interface WorkDue {
  /** Whether the engine may have anything to decide. */
  readonly commit: boolean
  /** Uploads of miners: asked for, fetched, drawn. */
  readonly uploads: boolean
  /** Duels. */
  readonly judging: boolean
  /** Images of miners, run on machines. */
  readonly running: boolean
}

/** Rather once too often: whoever is started looks for himself, and what is not due does nothing. */
export function workDue({ state, round, editedAt }: Standstill, now: Date): WorkDue {
  const { stage, next_stage_eta: eta } = state
  if (editedAt !== undefined || stage === 'paused' || stage === 'finished') return NOTHING
  const isDeadline = stage === 'miner_generation' && (eta === null || now >= new Date(eta))
  const isRunning = stage === 'miner_generation' || stage === 'downloading' || stage === 'duels'
  return {
    commit: true,
    uploads: stage === 'downloading' || isDeadline,
    judging: stage === 'duels' && round.baselineMissing === 0,
    running: isRunning && (round.baselineMissing > 0 || hasOpenAudits(round)),
  }
}

const NOTHING: WorkDue = { commit: false, uploads: false, judging: false, running: false }

const hasOpenAudits = ({ requests, generationAudits, builds }: Standstill['round']): boolean =>
  requests.some(
    ({ hotkey }) =>
      (generationAudits[hotkey]?.outcome ?? 'pending') === 'pending' && isBuildSettled(builds[hotkey], false),
  )
