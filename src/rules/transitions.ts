/** The stage machine: which stage may follow which, and who acts in each. */
import type { Stage } from '../state/state.ts'
import type { Writer } from '../state/state-file.ts'

const running: readonly Stage[] = ['open', 'miner_generation', 'downloading', 'duels', 'finalizing']

/** For every stage those that may follow it. A pause is lifted to where it took effect. */
export const transitions: Readonly<Record<Stage, readonly Stage[]>> = {
  open: ['miner_generation', 'finalizing', 'paused'],
  miner_generation: ['downloading', 'paused'],
  downloading: ['duels', 'paused'],
  duels: ['finalizing', 'paused'],
  finalizing: ['open', 'finished', 'paused'],
  // Resumed after its last date was moved: the last round is finalized anew.
  finished: ['finalizing'],
  paused: running,
}

const owners: Readonly<Record<Stage, readonly Writer[]>> = {
  open: ['collector'],
  // While the miners work and upload, the auditor builds their images and runs the leader's.
  miner_generation: ['collector', 'auditor'],
  downloading: ['collector', 'auditor'],
  // The judge first, as far as it gets: what it decides must not depend on when a run was interrupted.
  duels: ['judge', 'auditor'],
  finalizing: ['round-manager'],
  finished: [],
  paused: [],
}

export function isLegal(from: Stage, to: Stage): boolean {
  return transitions[from].includes(to)
}

/** Who acts in a stage, in the order in which they act. */
export function ownersOf(stage: Stage): readonly Writer[] {
  return owners[stage]
}
