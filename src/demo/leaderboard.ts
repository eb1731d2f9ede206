// What came out of a demo, by the names of its cast.
import { Snapshot } from '../engine/snapshot.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { files, LEADER, type Leaders } from '../state/index.ts'
import type { Cast } from './miners.ts'

export interface Leaderboard {
  readonly leaders: readonly { block: number; name: string; hotkey: string; weight: number; why: string }[]
  readonly rounds: readonly number[]
  readonly miners: readonly { name: string; hotkey: string; about: string; outcomes: string[] }[]
}

export async function leaderboardOf(repo: StateRepo, cast: Cast): Promise<Leaderboard> {
  const snapshot = new Snapshot(repo, await repo.head())
  const { current_round: last } = await snapshot.read(files.state)
  const rounds = Array.from({ length: last + 1 }, (_, round) => round)
  const names = new Map([cast.leader, ...cast.miners].map(({ hotkey, name }) => [hotkey, name]))
  const leaders = await snapshot.read(files.leader)
  const miners = cast.miners.map(async ({ name, hotkey, about }) => ({
    name,
    hotkey,
    about,
    outcomes: await Promise.all(rounds.map((round) => outcome(snapshot, round, hotkey, names))),
  }))
  return { leaders: succession(leaders, names), rounds, miners: await Promise.all(miners) }
}

function succession(leaders: Leaders, names: ReadonlyMap<string, string>): Leaderboard['leaders'] {
  return leaders.map(({ hotkey, weight, effective_block: block }, i) => {
    const before = leaders[i - 1]
    const why = before === undefined ? 'at the start' : before.hotkey === hotkey ? 'defended, with decay' : 'took over'
    return { block, name: names.get(hotkey) ?? hotkey, hotkey, weight, why }
  })
}

/** One miner in one round, in a word or two. */
async function outcome(
  snapshot: Snapshot,
  round: number,
  hotkey: string,
  names: ReadonlyMap<string, string>,
): Promise<string> {
  const record = (await snapshot.find(files.reveals, round))?.hotkeys.find((found) => found.hotkey === hotkey)
  if (record === undefined) return '-'
  if (record.outcome === 'duplicate') return `copy of ${original(record.reason, names)}`
  if (record.outcome !== 'accepted') return record.outcome
  if ((await snapshot.find(files.winner, round))?.winner_hotkey === hotkey) return 'won'
  const audit = (await snapshot.find(files.generationAudits, round))?.[hotkey]
  if (audit?.outcome === 'rejected') return 'failed its audit'
  const row = (await snapshot.find(files.matrix, round))?.find(({ left, right }) => left === LEADER && right === hotkey)
  if (row === undefined) return 'not judged'
  return `${row.margin > 0 ? '+' : ''}${row.margin.toFixed(2)} against the leader`
}

const original = (reason: string, names: ReadonlyMap<string, string>) =>
  [...names].find(([hotkey]) => reason.includes(hotkey))?.[1] ?? 'another'
