import type { Records } from '../engine/records.ts'
import { actsOf } from '../engine/scene.ts'
import { nextLeader } from '../rules/leader.ts'
import { attemptOf, lastAttempt } from '../rules/redo.ts'
import { archivePath, type Config, files, type LeaderEntry, type Leaders } from '../state/index.ts'
import { type Compared, compare } from './compare.ts'
import type { History } from './history.ts'
import { likeRecorded } from './legacy-entry.ts'
import { recomputedWinner } from './replay-crown.ts'

export interface Decided {
  readonly round: number
  readonly config: Config
  /** Who wins by the rules, where that can be told. */
  readonly winner: string | null
  readonly closed: boolean
}

/** The whole of leader.json: who led at first, and after that what the rounds made of it, nothing else. */
export async function replayLeaders(
  snapshot: Records,
  history: History,
  rounds: readonly [Decided, ...Decided[]],
): Promise<Compared<Leaders>> {
  const recorded = (await snapshot.find(files.leader)) ?? []
  const leaders = await leadersAtFirst(history, rounds[0].round)
  const acts = await actsOf(snapshot)
  for (const { round, config, winner, closed } of rounds) {
    const attempt = lastAttempt(acts, round)
    await crownEarlierAttempts(snapshot, { round, config, attempt }, recorded, leaders)
    // A round that is still being finalized may have been crowned already, or not.
    if (!closed && recorded.length <= leaders.length) continue
    const record = await recomputedWinner(snapshot, round, winner ?? undefined, leaders)
    if (record === undefined && !closed) continue
    if (record === undefined) {
      const note = `what round ${round} made of it cannot be told`
      return { ...compare(recorded, undefined, note), equal: config.rules === 'v1' ? false : null }
    }
    const there = recorded.find((entry) => isOf(entry, round, attempt)) ?? recorded[leaders.length]
    const effectiveBlock = await crownedAt(snapshot, round, there)
    const entry = nextLeader({ leaders, winner: record, config, effectiveBlock, round, attempt })
    if (entry !== undefined) leaders.push(likeRecorded(entry, recorded[leaders.length]))
  }
  return compare<Leaders>(recorded, leaders)
}

const isOf = (entry: LeaderEntry, round: number, attempt: number) =>
  entry.round === round && attemptOf(entry) === attempt

/** What attempts at a round had crowned before its last one: by the winners that were put away with them. */
async function crownEarlierAttempts(
  snapshot: Records,
  { round, config, attempt: last }: { round: number; config: Config; attempt: number },
  recorded: Leaders,
  leaders: LeaderEntry[],
): Promise<void> {
  for (let attempt = 1; attempt < last; attempt++) {
    const there = recorded[leaders.length]
    if (there?.round !== round || attemptOf(there) !== attempt) continue
    const path = archivePath(files.winner.path(round), attempt)
    const text = await snapshot.text(path)
    if (text === undefined) continue
    const winner = files.winner.parse(text, path)
    const entry = nextLeader({ leaders, winner, config, effectiveBlock: there.effective_block, round, attempt })
    if (entry !== undefined) leaders.push(entry)
  }
}

/** As it was when the first round took its entries, or came to nothing before that; where the history begins later, what no round has decided. */
async function leadersAtFirst(history: History, first: number): Promise<LeaderEntry[]> {
  const then = (await history.asOf(files.submissions.path(first))) ?? (await history.asOf(files.winner.path(first)))
  const leaders = (await then?.find(files.leader)) ?? []
  if ((await then?.find(files.winner, first)) === undefined) return [...leaders]
  const window = await then?.find(files.schedule, first)
  return leaders.filter(
    (entry) => entry.round === undefined && entry.effective_block <= (window?.latest_reveal_block ?? 0),
  )
}

/** When the next window closes. After the last round the entry itself is all that says so. */
async function crownedAt(snapshot: Records, round: number, entry: LeaderEntry | undefined): Promise<number> {
  const next = await snapshot.find(files.schedule, round + 1)
  return next?.latest_reveal_block ?? entry?.effective_block ?? 0
}
