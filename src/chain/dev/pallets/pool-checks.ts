/** What the runtime refuses before a call gets into the pool: the numbers of its `Custom error: N`. */
import type { Call } from '../runtime/call.ts'
import type { Context } from '../runtime/context.ts'
import type { Name } from '../runtime/runtime.ts'
import { hasStakeToSet, indexOf, isLongEnoughAgo } from './weights.ts'

const STAKE_TOO_LOW = 1
const RATE_LIMIT_EXCEEDED = 6
const INVALID_REVEAL_ROUND = 15
const INPUT_LENGTHS_UNEQUAL = 18

/** @returns the number; undefined where nothing is wrong */
type Check = (context: Context, args: Call['args'], who: string) => number | undefined

const stakeAndRate: Check = ({ state, block }, args, who) => {
  const netuid = args.number('netuid')
  if (!hasStakeToSet(state, netuid, who)) return STAKE_TOO_LOW
  if (!state.has('SubtensorModule.Uids', netuid, who)) return undefined
  const index = indexOf(netuid, args.names.includes('mecid') ? args.number('mecid') : 0)
  const uid = state.number('SubtensorModule.Uids', netuid, who)
  return isLongEnoughAgo(state, index, netuid, uid, block) ? undefined : RATE_LIMIT_EXCEEDED
}

const inTheOpen: Check = (context, args, who) =>
  args.numbers('dests').length === args.numbers('weights').length
    ? stakeAndRate(context, args, who)
    : INPUT_LENGTHS_UNEQUAL

const timelocked: Check = (context, args, who) => {
  const { beacon, timeMs } = context
  const refused = stakeAndRate(context, args, who)
  if (refused !== undefined) return refused
  return args.big('reveal_round') < BigInt(beacon.roundAt(timeMs)) ? INVALID_REVEAL_ROUND : undefined
}

export const poolChecks: ReadonlyMap<Name, Check> = new Map<Name, Check>([
  ['SubtensorModule.set_weights', inTheOpen],
  ['SubtensorModule.set_mechanism_weights', inTheOpen],
  ['SubtensorModule.commit_timelocked_weights', timelocked],
  ['SubtensorModule.commit_timelocked_mechanism_weights', timelocked],
])
