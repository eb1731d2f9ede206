import { type Change, change } from '../../../src/engine/change.ts'
import type { Round } from '../../../src/engine/owner.ts'
import { files, LEADER } from '../../../src/state/index.ts'
import { numbersFiles } from './files.ts'
import { coronation, fractionOf } from './rules.ts'
import { settingsOf } from './settings.ts'

/** The winner becomes the first king and moves the others on, once; a round that nobody won changes nothing. */
export async function crown({ snapshot, config, number }: Round, effectiveBlock: number): Promise<Change> {
  const { winner_hotkey: hotkey } = await snapshot.read(files.winner, number)
  const kings = (await snapshot.find(numbersFiles.leader)) ?? []
  const score = (await snapshot.find(numbersFiles.scores, number))?.[hotkey]
  if (hotkey === LEADER || score === undefined || kings.some((king) => king.round === number)) return change()
  const newcomer = {
    hotkey,
    effective_block: effectiveBlock,
    round: number,
    score: fractionOf(score),
  }
  const entries = coronation(kings, newcomer, settingsOf(config).king_weights)
  return change().put(numbersFiles.leader, [], [...kings, ...entries])
}
