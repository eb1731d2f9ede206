import { type Change, change } from '../../src/engine/change.ts'
import type { Context, Round, Waiting } from '../../src/engine/owner.ts'
import { files } from '../../src/state/index.ts'

/** DOWNLOADING: gathers every entry, side by side; a failure of ours leaves the stage where it is, to be run again. */
export async function* download(round: Round, context: Context): AsyncGenerator<Change, Waiting | undefined> {
  const { snapshot, number, state } = round
  yield* context.format.collect(round, await snapshot.read(files.submissions, number), context)
  yield change(`Round ${number}: duels`)
    .at(await context.chain.head())
    .put(files.state, [], { ...state, stage: 'duels', next_stage_eta: null })
  return
}
