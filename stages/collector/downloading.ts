import { type Change, change } from '../../src/engine/change.ts'
import type { Context, Round, Waiting } from '../../src/engine/owner.ts'
import { files } from '../../src/state/index.ts'

/** DOWNLOADING: gathers every entry, side by side; a failure of ours leaves the stage where it is, to be run again. */
export async function* download(round: Round, context: Context): AsyncGenerator<Change, Waiting | undefined> {
  const { snapshot, number, state } = round
  const entries = Object.entries(await snapshot.read(files.submissions, number))
  let done = 0
  let failure: unknown
  const gather = ([hotkey, entry]: (typeof entries)[number], signal: AbortSignal) =>
    context.format.collect(round, hotkey, entry, { ...context, signal })
  for await (const result of context.pool.run(entries, gather, context.signal)) {
    done += 1
    context.progress({ what: `round ${number}: entries gathered`, done, total: entries.length })
    if (!result.ok) failure ??= result.error
    else if (result.output !== undefined) yield result.output
  }
  if (failure !== undefined) throw failure
  yield change(`Round ${number}: duels`)
    .at(await context.chain.head())
    .put(files.state, [], { ...state, stage: 'duels', next_stage_eta: null })
  return
}
