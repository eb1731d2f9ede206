import { type Change, change } from '../../engine/change.ts'
import type { Context, Round } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import { currentLeader, nextLeader } from '../../rules/leader.ts'
import { files } from '../../state/files.ts'
import type { Leaders } from '../../state/leader.ts'
import { plan } from './plan.ts'

/** The leader entry that follows from the round's winner. A round that reached its end without one is decided first. */
export async function crown(round: Round, effectiveBlock: number, context: Context): Promise<Change> {
  const { snapshot, config, number } = round
  const result = change()
  if ((await snapshot.find(files.winner, number)) === undefined) {
    const decision = await plan(round, context)
    if (decision.kind !== 'decided') {
      throw new RoundkeeperError('state-file', `round ${number} is being finalized without a winner`, {
        where: files.winner.path(number),
        hint: 'Set the stage back to "duels" in state.json: the judge goes on from what is on record.',
      })
    }
    snapshot.apply(decision.change)
    result.and(decision.change)
  }
  const winner = await snapshot.read(files.winner, number)
  const leaders = (await snapshot.find(files.leader)) ?? []
  if (await isCrowned(round, leaders)) return result
  const entry = nextLeader({ leaders, winner, config, effectiveBlock, round: number })
  return entry === undefined ? result : result.put(files.leader, [], [...leaders, entry])
}

/**
 * Under the old rules entries do not name their round. One that becomes effective after this round's window is of this
 * round: the competition had come to its end, and goes on.
 */
async function isCrowned({ snapshot, config, number }: Round, leaders: Leaders): Promise<boolean> {
  if (config.rules === 'v1' || leaders.length < 2) return false
  const schedule = await snapshot.find(files.schedule, number)
  return schedule !== undefined && (currentLeader(leaders)?.effective_block ?? 0) > schedule.latest_reveal_block
}
