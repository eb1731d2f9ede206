import type { Chain } from '../chain/chain.ts'
import { isError, RoundkeeperError } from '../errors.ts'
import { type Head, nextSchedule } from '../rules/schedule.ts'
import { isLegal } from '../rules/transitions.ts'
import { files } from '../state/files.ts'
import type { Intervention } from '../state/intervention.ts'
import type { State } from '../state/state.ts'
import { Batch, type Committer } from './batch.ts'
import { change } from './change.ts'
import { Snapshot } from './snapshot.ts'

/** Lost races against a running engine after which a person is told to try again. */
const MAX_ATTEMPTS = 12

/**
 * A person holds the competition, or lets it go on; the reason is committed with it.
 * @param chain decides whether a finished competition has another start to go on to; without it nobody looks
 * @throws RoundkeeperError `usage` when it cannot be, or would come to nothing; `conflict` after many lost races
 */
export async function intervene(
  committer: Committer,
  kind: Intervention['kind'],
  reason: string,
  chain?: Pick<Chain, 'head'>,
): Promise<State> {
  if (reason.trim() === '') throw refusal('an intervention needs a reason', 'Say why: anybody can read it.')
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptTo(committer, kind, reason, chain)
    } catch (error) {
      if (!isError(error, 'conflict') || attempt === MAX_ATTEMPTS) throw error
    }
  }
}

async function attemptTo(
  committer: Committer,
  kind: Intervention['kind'],
  reason: string,
  chain: Pick<Chain, 'head'> | undefined,
): Promise<State> {
  const head = await committer.repo.head()
  const snapshot = new Snapshot(committer.repo, head)
  const state = await snapshot.read(files.state)
  const next = kind === 'pause' ? paused(state) : resumed(state)
  if (!isLegal(state.stage, next.stage)) throw refusal(`${state.stage} cannot become ${next.stage}`)
  if (state.stage === 'finished' && chain !== undefined) await checkAnotherStart(snapshot, state, await chain.head())
  const number = (await lastNumber(snapshot)) + 1
  const batch = new Batch(committer, head)
  batch.add(
    change(`Intervention: ${kind} round ${state.current_round} (${reason.replace(/\s+/g, ' ')})`)
      .put(files.state, [], next)
      .put(files.intervention, [number], {
        kind,
        reason,
        by: `${committer.by.name} <${committer.by.email}>`,
        round: state.current_round,
        from: state.stage,
        to: next.stage,
        at: committer.clock.now().toISOString(),
      }),
  )
  await batch.flush({ Round: String(state.current_round), Stage: state.stage, Owner: 'human' })
  return next
}

/** Records are never written over, whatever else lies in their folder. */
async function lastNumber(snapshot: Snapshot): Promise<number> {
  const numbers = (await snapshot.list('interventions')).map((path) => Number(/(\d+)\.json$/.exec(path)?.[1] ?? 0))
  return Math.max(0, ...numbers)
}

function paused(state: State): State {
  if (state.stage === 'paused') throw refusal('the competition is paused already')
  if (state.stage === 'finished') throw refusal('the competition is finished: there is nothing to pause')
  return { ...state, stage: 'paused', paused_from: state.stage }
}

/** A finished competition resumes by finalizing its last round anew, against the new last date. */
function resumed(state: State): State {
  const { paused_from, ...rest } = state
  if (state.stage === 'finished') return { ...rest, stage: 'finalizing' }
  if (state.stage !== 'paused') throw refusal(`the competition is not paused: it is in ${state.stage}`)
  if (paused_from === undefined) {
    throw refusal(
      'state.json does not say where it was paused (field paused_from)',
      'Add "paused_from": "<stage>" to state.json and commit it.',
    )
  }
  return { ...rest, stage: paused_from }
}

/** Without another start the competition would be finalized once more, and be over again. */
async function checkAnotherStart(snapshot: Snapshot, { current_round }: State, head: Head): Promise<void> {
  const config = await snapshot.read(files.config)
  const previous = await snapshot.find(files.schedule, current_round)
  const next = nextSchedule({ config, previous, head })
  if (next.kind === 'round') return
  throw new RoundkeeperError('usage', `the competition is finished, and stays so: ${next.reason}`, {
    where: 'config.json: last_competition_date',
    hint: 'Move last_competition_date in config.json first (a commit by hand, pushed), then resume.',
  })
}

const refusal = (message: string, hint = 'See `roundkeeper status`.') =>
  new RoundkeeperError('usage', message, { where: 'state.json', hint })
