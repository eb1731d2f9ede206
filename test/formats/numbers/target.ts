import { type Change, change } from '../../../src/engine/change.ts'
import type { Job } from '../../../src/engine/format.ts'
import type { Context, Round, Waiting } from '../../../src/engine/owner.ts'
import { RoundkeeperError } from '../../../src/errors.ts'
import { numbersFiles } from './files.ts'
import { commitmentOf, type Oracle } from './oracle.ts'
import { poolOf } from './rules.ts'
import { settingsOf } from './settings.ts'

/** The target is told once all answers are in, and not before. */
export async function jobs({ snapshot, state, number }: Round): Promise<Job[]> {
  if (state.stage !== 'duels' || (await snapshot.find(numbersFiles.target, number)) !== undefined) return []
  return [{ kind: 'target', subject: 'round' }]
}

/** @throws `refused` when the oracle tells something else than it committed itself to */
export async function* revealTarget(
  oracle: Oracle,
  { snapshot, config, number }: Round,
  { signal }: Context,
): AsyncGenerator<Change, Waiting | undefined> {
  const { digest } = await snapshot.read(numbersFiles.commitment, number)
  const target = await oracle.reveal(`${config.name}-${number}`, poolOf(settingsOf(config).pool_size), signal)
  if (commitmentOf(target) !== digest) {
    throw new RoundkeeperError('refused', 'the target is not the one that the oracle committed itself to', {
      where: numbersFiles.commitment.path(number),
      hint: `Give the target whose digest is ${digest}: no other can be scored.`,
    })
  }
  yield change(`Target of round ${number}`).put(numbersFiles.target, [number], target)
  return
}
