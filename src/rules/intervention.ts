/**
 * What a person may do to a competition by hand, when, and what it makes of the record. Pure: the engine applies it,
 * and whoever verifies applies it again to the record as it was and compares.
 */
import type { Config } from '../state/config.ts'
import type { Intervention, RedoStage } from '../state/intervention.ts'
import type { Leaders } from '../state/leader.ts'
import type { Schedule } from '../state/schedule.ts'
import type { State } from '../state/state.ts'
import type { Winner } from '../state/winner.ts'
import { paused, resumed } from './hold.ts'
import { redone } from './redo.ts'
import { voidedPrompt, voidedRound } from './void.ts'

/** A record of an act is one of these, and more. */
export type Act =
  | { readonly kind: 'pause' | 'resume' | 'note' }
  | { readonly kind: 'redo-stage'; readonly stage: RedoStage; readonly baseline: boolean }
  /** Without a prompt it is the whole round that comes to nothing. */
  | { readonly kind: 'void'; readonly prompt?: string | undefined }
  | { readonly kind: 'adopt'; readonly commit: string; readonly paths: readonly string[] }

/** The competition as an act meets it. */
export interface Scene {
  readonly state: State
  readonly config: Pick<Config, 'rules'>
  readonly leaders: Leaders
  /** Of the current round, as are all below. */
  readonly schedule: Schedule | undefined
  readonly winner: Winner | undefined
  /** Stems, as they were handed out; none before that. */
  readonly prompts: readonly string[]
  /** Those that do not count any more. */
  readonly voided: ReadonlyMap<string, string>
  /** Matches on record in this attempt. */
  readonly matches: number
  /** Files of the round, without those of earlier attempts. */
  readonly paths: readonly string[]
}

export interface Effect {
  readonly state: State
  /** Live paths to paths in the archive; contents stay as they are. */
  readonly moves: ReadonlyMap<string, string>
  /** Written where one is decided by the act itself. */
  readonly winner?: Winner
}

/**
 * @param record path of the act's own record, for what it decides to refer to
 * @throws RoundkeeperError `usage` when the act cannot be, or would come to nothing
 */
export function effectOf(act: Act, scene: Scene, record: string): Effect {
  switch (act.kind) {
    case 'pause':
      return { state: paused(scene.state), moves: NONE }
    case 'resume':
      return { state: resumed(scene.state), moves: NONE }
    case 'redo-stage':
      return redone(act, scene)
    case 'void':
      return act.prompt === undefined ? voidedRound(scene, record) : voidedPrompt(act.prompt, scene)
    default:
      return { state: scene.state, moves: NONE }
  }
}

/** What only the person knows. */
export type Told = Pick<Intervention, 'reason' | 'by' | 'at'>

/** The act as it goes on record. */
export function recordOf(act: Act, { reason, by, at }: Told, { state }: Scene, effect: Effect): Intervention {
  const told = { reason, by, round: state.current_round, from: state.stage, to: effect.state.stage, at }
  const attempt = effect.state.attempt ?? 1
  const archived = [...effect.moves.keys()]
  switch (act.kind) {
    case 'redo-stage':
      return { kind: act.kind, ...told, stage: act.stage, baseline: act.baseline, attempt, archived }
    case 'void': {
      const kept = archived.length === 0 ? {} : { attempt, archived }
      return { kind: act.kind, ...told, ...(act.prompt === undefined ? {} : { prompt: act.prompt }), ...kept }
    }
    case 'adopt':
      return { kind: act.kind, ...told, commit: act.commit, paths: [...act.paths] }
    default:
      return { kind: act.kind, ...told }
  }
}

/** For people, in a few words: `redo duels of round 3, attempt 2`. */
export function titleOf(record: Intervention): string {
  const round = `round ${record.round}`
  switch (record.kind) {
    case 'redo-stage':
      return `redo ${record.stage} of ${round}, attempt ${record.attempt}`
    case 'void':
      return record.prompt === undefined ? `void ${round}` : `void prompt ${record.prompt} of ${round}`
    case 'adopt':
      return `adopt ${record.commit.slice(0, 10)}`
    case 'note':
      return `note on ${round}`
    default:
      return `${record.kind} ${round}`
  }
}

const NONE: ReadonlyMap<string, string> = new Map()
