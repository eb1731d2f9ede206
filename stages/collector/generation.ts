import { type Change, change } from '../../src/engine/change.ts'
import type { Context, Round, Waiting } from '../../src/engine/owner.ts'
import { blockSeconds, deadlineOf, etaOfBlock } from '../../src/rules/schedule.ts'
import { files } from '../../src/state/index.ts'

/** MINER_GENERATION: miners work until the deadline block; then their uploads are due. */
export async function* awaitDeadline(round: Round, context: Context): AsyncGenerator<Change, Waiting | undefined> {
  const { chain, format } = context
  const { snapshot, number, config } = round
  const seed = await snapshot.read(files.seed, number)
  const deadline = deadlineOf(await snapshot.read(files.schedule, number), config, seed)
  const head = await chain.head()
  if (head.number < deadline) {
    return {
      for: `the generation deadline at block ${deadline}`,
      eta: etaOfBlock(deadline, head, blockSeconds(round.config)),
    }
  }
  const found = await format.atDeadline(round, context)
  yield change(`Round ${round.number}: downloading`)
    .at(await chain.head())
    .and(found ?? change())
    .put(files.state, [], { ...round.state, stage: 'downloading', next_stage_eta: null })
  return
}
