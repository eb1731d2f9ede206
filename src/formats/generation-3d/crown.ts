import { type Change, change } from '../../engine/change.ts'
import type { Context, Round } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import { nextLeader } from '../../rules/leader.ts'
import { files } from '../../state/files.ts'
import { plan } from './plan.ts'

/** The leader entry that follows from the round's winner. A round that reached its end without one is decided first. */
export async function crown(round: Round, effectiveBlock: number, context: Context): Promise<Change> {
  const { snapshot, config, number, state } = round
  const result = change()
  if ((await snapshot.find(files.winner, number)) === undefined) {
    const decision = await plan(round, context)
    if (decision.kind !== 'decided') {
      throw new RoundkeeperError('state-file', `round ${number} is being finalized without a winner`, {
        where: files.winner.path(number),
        hint: 'Go back to the duels: roundkeeper intervene redo-stage duels --reason "…".',
      })
    }
    snapshot.apply(decision.change)
    result.and(decision.change)
  }
  const winner = await snapshot.read(files.winner, number)
  const leaders = (await snapshot.find(files.leader)) ?? []
  const schedule = await snapshot.find(files.schedule, number)
  const { attempt } = state
  const entry = nextLeader({ leaders, winner, config, effectiveBlock, round: number, attempt, schedule })
  return entry === undefined ? result : result.put(files.leader, [], [...leaders, entry])
}
