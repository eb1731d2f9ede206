import { isDeepStrictEqual } from 'node:util'
import type { Snapshot } from '../../../src/engine/snapshot.ts'
import { type Config, files, LEADER } from '../../../src/state/index.ts'
import { numbersFiles, type Scores } from './files.ts'
import { commitmentOf } from './oracle.ts'
import { coronation, drawItems, fractionOf, newestKings, readGuess, scoreOf, winnerOf } from './rules.ts'
import { type Settings, settingsOf } from './settings.ts'

/** Decides a round again, from what is on record alone. @returns the files that say something else */
export async function replayRound(snapshot: Snapshot, config: Config, round: number): Promise<string[]> {
  const order = Object.keys(await snapshot.read(files.submissions, round))
  const { scores, different } =
    order.length === 0 ? { scores: {}, different: [] } : await replayScores(snapshot, config, round)
  return [...different, ...(await replayCrown(snapshot, settingsOf(config), round, order, scores))]
}

async function replayScores(snapshot: Snapshot, config: Config, round: number) {
  const { pool_size } = settingsOf(config)
  const { seed } = await snapshot.read(files.seed, round)
  const target = await snapshot.read(numbersFiles.target, round)
  const { digest } = await snapshot.read(numbersFiles.commitment, round)
  const items = drawItems(seed, pool_size, config.prompts_per_round)
  const different = [
    ...differing(numbersFiles.items.path(round), await snapshot.read(numbersFiles.items, round), items),
    ...differing(numbersFiles.target.path(round), digest, commitmentOf(target)),
  ]
  const scores: Scores = {}
  for (const [hotkey, { guess }] of Object.entries(await snapshot.read(files.submissions, round))) {
    const answers = readGuess(String(guess), pool_size, items)
    const recorded = await snapshot.read(numbersFiles.answers, round, hotkey)
    different.push(...differing(numbersFiles.answers.path(round, hotkey), recorded, answers))
    scores[hotkey] = scoreOf(answers, target, items)
  }
  const recorded = await snapshot.read(numbersFiles.scores, round)
  return { scores, different: [...different, ...differing(numbersFiles.scores.path(round), recorded, scores)] }
}

async function replayCrown(
  snapshot: Snapshot,
  { king_weights }: Settings,
  round: number,
  order: readonly string[],
  scores: Scores,
): Promise<string[]> {
  const kings = await snapshot.read(numbersFiles.leader)
  const entries = kings.filter((king) => king.round === round)
  const before = kings.filter((king) => (king.round ?? -1) < round)
  const hotkey = winnerOf(order, scores, newestKings(before)[0])
  const score = hotkey === undefined ? undefined : scores[hotkey]
  const { effective_block = 0 } = entries[0] ?? {}
  const newcomer = (winner: string, won: Scores[string]) => ({
    hotkey: winner,
    effective_block,
    round,
    score: fractionOf(won),
  })
  const recomputed =
    hotkey === undefined || score === undefined ? [] : coronation(before, newcomer(hotkey, score), king_weights)
  const { winner_hotkey } = await snapshot.read(files.winner, round)
  return [
    ...differing(files.winner.path(round), winner_hotkey, hotkey ?? LEADER),
    ...differing(numbersFiles.leader.path(), entries, recomputed),
  ]
}

const differing = (path: string, recorded: unknown, recomputed: unknown) =>
  isDeepStrictEqual(recorded, recomputed) ? [] : [path]
