import { isError } from '../errors.ts'
import { files } from '../state/files.ts'
import type { Batch } from './batch.ts'
import type { Context, Owner, Round, Waiting } from './owner.ts'

export interface OwnerResult {
  readonly progressed: boolean
  readonly movedOn: boolean
  readonly waiting?: Waiting | undefined
  readonly error?: unknown
}

/**
 * Lets one owner decide until it waits, the stage moves on or the run is told to stop. What it decided before it
 * failed is committed all the same; only a lost race throws, for the tick to plan anew.
 */
export async function runOwner(owner: Owner, round: Round, context: Context, batch: Batch): Promise<OwnerResult> {
  const { snapshot, state } = round
  const trailers = { Round: String(round.number), Stage: state.stage, Owner: owner.name }
  const steps = owner.run(round, context)
  let progressed = false
  let movedOn = false
  let waiting: Waiting | undefined
  let failure: unknown
  try {
    for (;;) {
      const step = await steps.next()
      if (step.done === true) {
        waiting = step.value
        break
      }
      snapshot.apply(step.value)
      batch.add(step.value)
      progressed ||= step.value.files.size > 0
      const moves = (await snapshot.read(files.state)).stage !== state.stage
      if (moves || batch.due) await batch.flush(trailers)
      movedOn = moves // not when the commit failed
      if (movedOn || context.signal.aborted) break
    }
  } catch (error) {
    if (isError(error, 'conflict')) throw error
    failure = error
  } finally {
    await steps.return(undefined).catch(() => undefined)
  }
  await batch.flush(trailers)
  return { progressed, movedOn, waiting, error: failure }
}
