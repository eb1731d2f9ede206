/** Holding a competition where it stands, and letting it go on. */
import { RoundkeeperError } from '../errors.ts'
import type { Stage, State } from '../state/state.ts'
import { isLegal } from './transitions.ts'

/** @throws RoundkeeperError `usage` */
export function paused(state: State): State {
  if (state.stage === 'paused') throw refusal('the competition is paused already')
  if (state.stage === 'finished') throw refusal('the competition is finished: there is nothing to pause')
  return { ...state, stage: 'paused', paused_from: state.stage }
}

/**
 * A finished competition resumes by finalizing its last round anew, against the new last date.
 * @throws RoundkeeperError `usage`
 */
export function resumed(state: State): State {
  const { paused_from: _, ...rest } = state
  if (state.stage === 'finished') return { ...rest, stage: 'finalizing' }
  if (state.stage !== 'paused') throw refusal(`the competition is not paused: it is in ${state.stage}`)
  const stage = standing(state)
  if (!isLegal('paused', stage)) throw refusal(`paused cannot become ${stage}`)
  return { ...rest, stage }
}

/** The stage that counts: of a held competition the one in which it was held. @throws RoundkeeperError `usage` */
export function standing({ stage, paused_from }: State): Stage {
  if (stage !== 'paused') return stage
  if (paused_from !== undefined) return paused_from
  throw refusal(
    'state.json does not say where it was paused (field paused_from)',
    'Add "paused_from": "<stage>" to state.json, commit it, and adopt the commit: roundkeeper intervene adopt.',
  )
}

/** In another stage; a held competition stays held, to go on from there. */
export function placed(state: State, stage: Stage): State {
  const moved = { ...state, next_stage_eta: null }
  return state.stage === 'paused' ? { ...moved, paused_from: stage } : { ...moved, stage }
}

export const refusal = (message: string, hint = 'See `roundkeeper status`.') =>
  new RoundkeeperError('usage', message, { where: 'state.json', hint })
