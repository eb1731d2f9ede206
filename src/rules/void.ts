/** What does not count, through no fault of the miners': a prompt that nobody can judge, or a whole round. */
import { files } from '../state/files.ts'
import type { Intervention } from '../state/intervention.ts'
import type { Stage } from '../state/state.ts'
import { placed, refusal, standing } from './hold.ts'
import type { Effect, Scene } from './intervention.ts'
import { leaderIn } from './leader.ts'
import { attemptOf, checkNotHandedOn, putAway } from './redo.ts'
import { voidWinner } from './winner.ts'

const WITH_PROMPTS: readonly Stage[] = ['miner_generation', 'downloading', 'duels']

/** Prompts of a round that count in none of its matches, and why; stems. They stay void in its later attempts. */
export function voidedPrompts(acts: readonly Intervention[], round: number): Map<string, string> {
  const voided = new Map<string, string>()
  for (const act of acts) {
    if (act.kind === 'void' && act.round === round && act.prompt !== undefined) voided.set(act.prompt, act.reason)
  }
  return voided
}

/** The record of the act by which a round came to nothing, unless a later one took it up again. */
export function voidedBy(acts: readonly Intervention[], round: number): string | undefined {
  const last = acts.findLastIndex(
    (act) => act.round === round && (act.kind === 'redo-stage' || (act.kind === 'void' && act.prompt === undefined)),
  )
  return acts[last]?.kind === 'void' ? files.intervention.path(last + 1) : undefined
}

/**
 * Only before any match is on record: whoever knows how a duel ended must not be able to choose whether it counts.
 * (An operator sees a judge's answers before a match is on record; who voids what and why is public, with its name.)
 * @throws RoundkeeperError `usage`
 */
export function voidedPrompt(stem: string, { state, prompts, voided, matches }: Scene): Effect {
  const stage = standing(state)
  const round = state.current_round
  if (!prompts.includes(stem)) throw refusal(`${JSON.stringify(stem)} is no prompt of round ${round}`)
  if (voided.has(stem)) throw refusal(`prompt ${stem} is void already: ${voided.get(stem)}`)
  if (!WITH_PROMPTS.includes(stage) || matches > 0) {
    const why = matches > 0 ? `${matches} matches have been judged` : `it is in ${stage}`
    throw refusal(
      `a prompt of round ${round} cannot be made void any more: ${why}`,
      'Begin a new attempt first: roundkeeper intervene redo-stage duels --reason "…".',
    )
  }
  if (prompts.every((each) => each === stem || voided.has(each)))
    throw refusal(`${stem} is the last prompt that counts`, 'Make the whole round void instead: --round.')
  return { state, moves: new Map() }
}

/**
 * Nobody takes the crown and it loses no weight; the next round opens. A winner that was recorded already is put away,
 * and with it the attempt ends.
 * @throws RoundkeeperError `usage`
 */
export function voidedRound(scene: Scene, record: string): Effect {
  const { state, winner, leaders, paths } = scene
  standing(state)
  if (winner?.void !== undefined) throw refusal(`round ${state.current_round} is void already, by ${winner.void}`)
  checkNotHandedOn(scene)
  const moves = putAway(paths, attemptOf(state), ({ file }) => file === files.winner)
  const next = placed(state, 'finalizing')
  return {
    state: moves.size > 0 ? { ...next, attempt: attemptOf(state) + 1 } : next,
    moves,
    winner: voidWinner(leaderIn(leaders, state.current_round), record),
  }
}
