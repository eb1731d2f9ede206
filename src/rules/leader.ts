/** The crown: who wears it, from which block on, and what it is worth after each round. */
import type { Config } from '../state/config.ts'
import type { LeaderEntry, Leaders } from '../state/leader.ts'
import { LEADER, type Winner } from '../state/winner.ts'

const FULL_WEIGHT = 1
/** Decimals to which a decayed weight is rounded, so that steps of 0.2 stay steps of 0.2. */
const WEIGHT_DECIMALS = 10

/** The newest entry, whether it is in effect yet or not. */
export function currentLeader(leaders: Leaders): LeaderEntry | undefined {
  return leaders.at(-1)
}

/** The entry in effect at a block. */
export function activeLeader(leaders: Leaders, block: number): LeaderEntry | undefined {
  return leaders.findLast((entry) => entry.effective_block <= block)
}

export interface CrownInput {
  readonly leaders: Leaders
  readonly winner: Winner
  readonly config: Config
  readonly effectiveBlock: number
  readonly round: number
}

/**
 * The entry to append after a round. A challenger's new code takes the crown at full weight; otherwise it was
 * defended, and its weight decays by `weight_decay` down to `weight_floor`.
 * @returns undefined when nothing changes: the weight is at its floor, or (v1) the round has been applied already
 */
export function nextLeader({ leaders, winner, config, effectiveBlock, round }: CrownInput): LeaderEntry | undefined {
  const v1 = config.rules === 'v1'
  const current = currentLeader(leaders)
  if (v1 && leaders.some((entry) => entry.round === round)) return undefined

  const when = {
    effective_block: Math.max(effectiveBlock, (current?.effective_block ?? -1) + 1),
    ...(v1 ? { round } : {}),
  }
  const isNewCode = winner.repo !== current?.repo || winner.commit !== current?.commit
  if (winner.winner_hotkey !== LEADER && isNewCode) {
    // Winning against oneself is not a way back to full weight.
    const isSelf = v1 && winner.winner_hotkey === current?.hotkey
    return {
      hotkey: winner.winner_hotkey,
      repo: winner.repo,
      commit: winner.commit,
      docker: winner.docker_image,
      weight: isSelf ? decayed(current.weight, config) : FULL_WEIGHT,
      ...when,
    }
  }
  if (current === undefined || current.weight <= floorOf(config)) return undefined
  const { round: _, ...entry } = current
  return { ...entry, weight: decayed(current.weight, config), ...when }
}

function decayed(weight: number, config: Config): number {
  const rounded = Number((weight - config.weight_decay).toFixed(WEIGHT_DECIMALS))
  return Math.max(floorOf(config), Math.min(FULL_WEIGHT, rounded))
}

const floorOf = (config: Config) => Math.max(0, Math.min(FULL_WEIGHT, config.weight_floor))
