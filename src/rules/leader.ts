/** The crown: who wears it, from which block on, and what it is worth after each round. */
import type { Config } from '../state/config.ts'
import type { LeaderEntry, Leaders } from '../state/leader.ts'
import type { Schedule } from '../state/schedule.ts'
import { LEADER, type Winner } from '../state/winner.ts'

const FULL_WEIGHT = 1
/** Decimals to which a decayed weight is rounded, so that steps of 0.2 stay steps of 0.2. */
const WEIGHT_DECIMALS = 10

/** The newest entry, whether it is in effect yet or not. */
export function currentLeader(leaders: Leaders): LeaderEntry | undefined {
  return leaders.at(-1)
}

/** Who reigns while a round is played, whatever an earlier attempt at it has crowned. */
export function leaderIn(leaders: Leaders, round: number): LeaderEntry | undefined {
  return leaders.findLast((entry) => entry.round !== round)
}

/** The entry in effect at a block. */
export function activeLeader(leaders: Leaders, block: number): LeaderEntry | undefined {
  return leaders.findLast((entry) => entry.effective_block <= block)
}

/**
 * Under the old rules entries do not name their round. One that becomes effective after a round's window is of this
 * round: the competition had come to its end, and goes on.
 */
export function isCrownedAfter(leaders: Leaders, { latest_reveal_block: closed }: Schedule): boolean {
  return leaders.length >= 2 && (currentLeader(leaders)?.effective_block ?? 0) > closed
}

export interface CrownInput {
  readonly leaders: Leaders
  readonly winner: Winner
  readonly config: Config
  readonly effectiveBlock: number
  readonly round: number
  /** Which attempt at the round decided; the first when absent. */
  readonly attempt?: number | undefined
  /** Of the round: under the old rules it tells whether the round has been applied already. */
  readonly schedule?: Schedule | undefined
}

/**
 * The entry to append after a round. A challenger's new code takes the crown at full weight; otherwise it was
 * defended, and its weight decays by `weight_decay` down to `weight_floor`. Nothing decays in a round that is void.
 * Entries are never taken out: what an earlier attempt at the round decided (v1) is followed by what holds instead.
 * @returns undefined when nothing changes: the weight is at its floor, or the round or (v1) the attempt has been applied already
 */
export function nextLeader(input: CrownInput): LeaderEntry | undefined {
  const { leaders, winner, config, effectiveBlock, round, attempt = 1, schedule } = input
  const v1 = config.rules === 'v1'
  if (!v1 && schedule !== undefined && isCrownedAfter(leaders, schedule)) return undefined
  const earlier = v1 ? leaders.findLast((entry) => entry.round === round) : undefined
  if (earlier !== undefined && (earlier.attempt ?? 1) >= attempt) return undefined

  const before = v1 ? leaderIn(leaders, round) : currentLeader(leaders)
  const next = successor(before, winner, config)
  const reigning = earlier === undefined ? next : (next ?? before ?? { ...earlier, weight: 0 })
  if (reigning === undefined || isSame(reigning, earlier)) return undefined
  const { round: _, attempt: __, ...entry } = reigning
  return {
    ...entry,
    effective_block: Math.max(effectiveBlock, (currentLeader(leaders)?.effective_block ?? -1) + 1),
    ...(v1 ? { round } : {}),
    ...(v1 && attempt > 1 ? { attempt } : {}),
  }
}

/** Who reigns after a round, and with which weight; undefined when that does not change. */
function successor(current: LeaderEntry | undefined, winner: Winner, config: Config): LeaderEntry | undefined {
  if (winner.void !== undefined) return undefined
  const isNewCode = winner.repo !== current?.repo || winner.commit !== current?.commit
  if (winner.winner_hotkey !== LEADER && isNewCode) {
    // Winning against oneself is not a way back to full weight.
    const isSelf = config.rules === 'v1' && winner.winner_hotkey === current?.hotkey
    return {
      hotkey: winner.winner_hotkey,
      repo: winner.repo,
      commit: winner.commit,
      docker: winner.docker_image,
      weight: isSelf ? decayed(current.weight, config) : FULL_WEIGHT,
      effective_block: 0,
      ...(winner.image_digest !== undefined && { image_digest: winner.image_digest }),
    }
  }
  if (current === undefined || current.weight <= floorOf(config)) return undefined
  return { ...current, weight: decayed(current.weight, config) }
}

const isSame = (a: LeaderEntry, b: LeaderEntry | undefined) =>
  a.hotkey === b?.hotkey && a.repo === b.repo && a.commit === b.commit && a.weight === b.weight

function decayed(weight: number, config: Config): number {
  const rounded = Number((weight - config.weight_decay).toFixed(WEIGHT_DECIMALS))
  return Math.max(floorOf(config), Math.min(FULL_WEIGHT, rounded))
}

const floorOf = (config: Config) => Math.max(0, Math.min(FULL_WEIGHT, config.weight_floor))
