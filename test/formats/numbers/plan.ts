import { type Change, change } from '../../../src/engine/change.ts'
import type { Contest, Plan } from '../../../src/engine/format.ts'
import type { Round } from '../../../src/engine/owner.ts'
import { files, LEADER } from '../../../src/state/index.ts'
import { numbersFiles } from './files.ts'
import { newestKings, scoreOf, winnerOf } from './rules.ts'

/** Every entry is scored against the target; then the best one wins, if it is better than the first king. */
export async function plan(round: Round): Promise<Plan> {
  const { snapshot, number } = round
  const order = Object.keys(await snapshot.read(files.submissions, number))
  const scores = (await snapshot.find(numbersFiles.scores, number)) ?? {}
  const next = order.find((hotkey) => scores[hotkey] === undefined)
  if (next === undefined) {
    const [firstKing] = newestKings((await snapshot.find(numbersFiles.leader)) ?? [])
    const winner = winnerOf(order, scores, firstKing) ?? LEADER
    return {
      kind: 'decided',
      summary: `winner ${winner}`,
      change: change(`Round ${number} winner: ${winner.slice(0, 10)}`).put(files.winner, [number], {
        winner_hotkey: winner,
      }),
    }
  }
  if ((await snapshot.find(numbersFiles.target, number)) === undefined) {
    return { kind: 'wait', waiting: { for: `the target of round ${number}` } }
  }
  return { kind: 'judge', contest: { right: next }, done: Object.keys(scores).length, total: order.length }
}

export async function judge({ snapshot, number }: Round, { right }: Contest): Promise<Change> {
  const answers = await snapshot.read(numbersFiles.answers, number, right)
  const target = await snapshot.read(numbersFiles.target, number)
  const scores = (await snapshot.find(numbersFiles.scores, number)) ?? {}
  return change(`Score of ${right.slice(0, 10)} in round ${number}`).put(numbersFiles.scores, [number], {
    ...scores,
    [right]: scoreOf(answers, target, await snapshot.read(numbersFiles.items, number)),
  })
}
