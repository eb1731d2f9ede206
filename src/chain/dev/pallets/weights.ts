/** Weights set in the open, and all checks on them in the runtime's order (pallet `SubtensorModule`). */
import { type Context, ensure, type Handler, signerOf } from '../runtime/context.ts'
import type { State } from '../runtime/state.ts'
import { maxUpscale } from './max-upscale.ts'

/** A mechanism's storage is apart from its subnet's by this much per mechanism. */
const MECHANISM_STRIDE = 4096
const FULL = 65_535
const ROOT = 0

export interface WeightsOfNeuron {
  readonly netuid: number
  readonly mechanism: number
  readonly uids: readonly number[]
  readonly values: readonly number[]
  readonly versionKey: bigint
}

const failure = (name: string) => `SubtensorModule.${name}`

export const setWeights: Handler = (context, args, origin) => {
  const mechanism = args.names.includes('mecid') ? args.number('mecid') : 0
  const netuid = args.number('netuid')
  const who = signerOf(origin)
  ensure(!context.state.flag('SubtensorModule.CommitRevealWeightsEnabled', netuid), failure('CommitRevealEnabled'))
  const [uids, values] = [args.numbers('dests'), args.numbers('weights')]
  storeWeights(context, who, { netuid, mechanism, uids, values, versionKey: args.big('version_key') })
}

/** @param committed they were committed before, when the rate limit was applied @throws DispatchFailure */
export function storeWeights(context: Context, who: string, weights: WeightsOfNeuron, committed = false): void {
  const { state, block } = context
  const { netuid, mechanism, uids, values, versionKey } = weights
  ensure(netuid !== ROOT, failure('CanNotSetRootNetworkWeights'))
  ensure(uids.length === values.length, failure('WeightVecNotEqualSize'))
  ensure(mechanismExists(state, netuid, mechanism), failure('MechanismDoesNotExist'))
  const count = state.number('SubtensorModule.SubnetworkN', netuid)
  ensure(uids.length <= count, failure('UidsLengthExceedUidsInSubNet'))
  ensure(state.has('SubtensorModule.Uids', netuid, who), failure('HotKeyNotRegisteredInSubNet'))
  ensure(hasStakeToSet(state, netuid, who), failure('NotEnoughStakeToSetWeights'))
  const least = state.big('SubtensorModule.WeightsVersionKey', netuid)
  ensure(least === 0n || versionKey >= least, failure('IncorrectWeightVersionKey'))

  const index = indexOf(netuid, mechanism)
  const uid = state.number('SubtensorModule.Uids', netuid, who)
  if (!committed) ensure(isLongEnoughAgo(state, index, netuid, uid, block), failure('SettingWeightsTooFast'))
  const isSelf = uids.length === 1 && uids[0] === uid
  const permitted = state.list<boolean>('SubtensorModule.ValidatorPermit', netuid)[uid] === true
  ensure(permitted || isSelf || isOwner(state, netuid, who), failure('NeuronNoValidatorPermit'))
  ensure(new Set(uids).size === uids.length, failure('DuplicateUids'))
  ensure(
    uids.every((each) => each < count),
    failure('UidVecContainInvalidOne'),
  )
  const enough = Math.min(state.number('SubtensorModule.MinAllowedWeights', netuid), count)
  ensure(uids.length >= enough || isSelf, failure('WeightVecLengthIsLow'))
  const stored = maxUpscale(values)
  const limit = state.number('SubtensorModule.MaxWeightsLimit', netuid)
  ensure(isSelf || limit === FULL || shareOfLargest(stored) <= limit, failure('MaxWeightExceeded'))

  const pairs = uids.map((each, at) => [each, stored[at]])
  state.set('SubtensorModule.Weights', [index, uid], pairs)
  if (!committed) touch(state, index, uid, block)
  context.emit('SubtensorModule.WeightsSet', index, uid)
}

export const indexOf = (netuid: number, mechanism: number): number => netuid + mechanism * MECHANISM_STRIDE

/** Which subnet's, and which of its mechanisms: the other way round. */
export const subnetOf = (index: number): { netuid: number; mechanism: number } => ({
  netuid: index % MECHANISM_STRIDE,
  mechanism: Math.floor(index / MECHANISM_STRIDE),
})

export const mechanismExists = (state: State, netuid: number, mechanism: number): boolean =>
  state.flag('SubtensorModule.NetworksAdded', netuid) &&
  mechanism < Math.max(1, state.number('SubtensorModule.MechanismCountCurrent', netuid))

/** By the subnet's own token, and what is staked on the root subnet by its weight; the owner's hotkey needs none. */
export function hasStakeToSet(state: State, netuid: number, who: string): boolean {
  const threshold = state.big('SubtensorModule.StakeThreshold')
  if (threshold === 0n || isOwner(state, netuid, who)) return true
  const own = state.big('SubtensorModule.TotalHotkeyAlpha', who, netuid)
  const root = state.big('SubtensorModule.TotalHotkeyAlpha', who, ROOT)
  return own + ((root * state.big('SubtensorModule.TaoWeight')) >> 64n) >= threshold
}

/** 0 is for never: then it may. */
export function isLongEnoughAgo(state: State, index: number, netuid: number, uid: number, block: number): boolean {
  const last = Number(state.list('SubtensorModule.LastUpdate', index)[uid] ?? 0)
  return last === 0 || block - last >= state.number('SubtensorModule.WeightsSetRateLimit', netuid)
}

/** Keeps that the neuron set or committed weights now. */
export function touch(state: State, index: number, uid: number, block: number): void {
  const { netuid } = subnetOf(index)
  const known = state.list<number>('SubtensorModule.LastUpdate', index)
  const size = Math.max(known.length, state.number('SubtensorModule.SubnetworkN', netuid))
  const updates = Array.from({ length: size }, (_, each) => (each === uid ? block : (known[each] ?? 0)))
  state.set('SubtensorModule.LastUpdate', [index], updates)
}

const isOwner = (state: State, netuid: number, who: string): boolean =>
  state.account('SubtensorModule.SubnetOwnerHotkey', netuid) === who

/** Of 65535. */
function shareOfLargest(weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return sum === 0 ? 0 : (Math.max(...weights) * FULL) / sum
}
