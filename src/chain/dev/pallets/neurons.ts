/** The seats of a subnet: who holds them, and who has to leave when there is none free. */
import type { AnyJson } from '@polkadot/types/types'
import { DispatchFailure } from '../runtime/context.ts'
import type { Name } from '../runtime/runtime.ts'
import type { State } from '../runtime/state.ts'

/** One value for each uid. */
const LISTS: readonly (readonly [name: Name, value: (block: number) => AnyJson])[] = [
  ['SubtensorModule.LastUpdate', (block) => block],
  ['SubtensorModule.Active', () => true],
  ['SubtensorModule.ValidatorPermit', () => false],
  ['SubtensorModule.ValidatorTrust', () => 0],
  ['SubtensorModule.Consensus', () => 0],
  ['SubtensorModule.Incentive', () => 0],
  ['SubtensorModule.Dividends', () => 0],
  ['SubtensorModule.Emission', () => 0],
]

/** @returns the uid @throws DispatchFailure if all seats are taken and none may be taken away yet */
export function seat(state: State, netuid: number, hotkey: string, coldkey: string, block: number): number {
  const count = state.number('SubtensorModule.SubnetworkN', netuid)
  const uid = count < state.number('SubtensorModule.MaxAllowedUids', netuid) ? count : replaceable(state, netuid, block)
  if (uid === undefined) throw new DispatchFailure('SubtensorModule.NoNeuronIdAvailable')
  if (uid === count) state.set('SubtensorModule.SubnetworkN', [netuid], count + 1)
  else clear(state, netuid, uid)
  place(state, { netuid, uid, hotkey, block })
  own(state, coldkey, [hotkey])
  for (const [name, value] of LISTS) put(state, name, netuid, uid, value(block))
  return uid
}

/** The first neurons of a subnet, by uid. They never set weights. */
export function seatFirst(state: State, netuid: number, neurons: readonly FirstNeuron[]): void {
  state.set('SubtensorModule.SubnetworkN', [netuid], neurons.length)
  for (const [uid, { hotkey, registeredAt }] of neurons.entries()) {
    place(state, { netuid, uid, hotkey, block: registeredAt })
  }
  for (const [coldkey, hotkeys] of Map.groupBy(neurons, (neuron) => neuron.coldkey)) {
    own(
      state,
      coldkey,
      hotkeys.map(({ hotkey }) => hotkey),
    )
  }
  for (const [name, value] of LISTS) state.set(name, [netuid], Array(neurons.length).fill(value(0)))
  const permits = neurons.map(({ validatorPermit }) => validatorPermit)
  state.set('SubtensorModule.ValidatorPermit', [netuid], permits)
}

export interface FirstNeuron {
  readonly hotkey: string
  readonly coldkey: string
  readonly registeredAt: number
  readonly validatorPermit: boolean
}

interface Place {
  readonly netuid: number
  readonly uid: number
  readonly hotkey: string
  readonly block: number
}

function place(state: State, { netuid, uid, hotkey, block }: Place): void {
  state.set('SubtensorModule.Keys', [netuid, uid], hotkey)
  state.set('SubtensorModule.Uids', [netuid, hotkey], uid)
  state.set('SubtensorModule.IsNetworkMember', [hotkey, netuid], true)
  state.set('SubtensorModule.BlockAtRegistration', [netuid, uid], block)
}

/** Sets one uid's value in a list of a subnet. */
function put(state: State, name: Name, netuid: number, uid: number, value: AnyJson): void {
  const list = [...state.list(name, netuid)]
  list[uid] = value
  const size = Math.max(list.length, state.number('SubtensorModule.SubnetworkN', netuid))
  const blank = typeof value === 'boolean' ? false : 0
  state.set(
    name,
    [netuid],
    Array.from({ length: size }, (_, at) => list[at] ?? blank),
  )
}

/** A hotkey belongs to whoever registered it first. */
function own(state: State, coldkey: string, hotkeys: readonly string[]): void {
  const fresh = hotkeys.filter((hotkey) => !state.has('SubtensorModule.Owner', hotkey))
  if (fresh.length === 0) return
  for (const hotkey of fresh) state.set('SubtensorModule.Owner', [hotkey], coldkey)
  const owned = state.list<string>('SubtensorModule.OwnedHotkeys', coldkey)
  state.set('SubtensorModule.OwnedHotkeys', [coldkey], [...owned, ...fresh])
}

/** The lowest of those that are not immune any more: miners before validators, then by emission, then the oldest. */
function replaceable(state: State, netuid: number, block: number): number | undefined {
  const owner = state.account('SubtensorModule.SubnetOwnerHotkey', netuid)
  const immunity = state.number('SubtensorModule.ImmunityPeriod', netuid)
  const permits = state.list<boolean>('SubtensorModule.ValidatorPermit', netuid)
  const emission = state.list<number>('SubtensorModule.Emission', netuid)
  const count = state.number('SubtensorModule.SubnetworkN', netuid)
  const candidates = Array.from({ length: count }, (_, uid) => ({
    uid,
    since: state.number('SubtensorModule.BlockAtRegistration', netuid, uid),
    permit: Number(permits[uid] ?? false),
    emission: Number(emission[uid] ?? 0),
  })).filter(
    ({ uid, since }) => block - since >= immunity && state.account('SubtensorModule.Keys', netuid, uid) !== owner,
  )
  candidates.sort((a, b) => a.permit - b.permit || a.emission - b.emission || a.since - b.since || a.uid - b.uid)
  return candidates[0]?.uid
}

/** Takes a seat away: what the hotkey committed stays, as on the real chain. */
function clear(state: State, netuid: number, uid: number): void {
  const hotkey = state.account('SubtensorModule.Keys', netuid, uid)
  state.remove('SubtensorModule.Uids', [netuid, hotkey])
  state.remove('SubtensorModule.IsNetworkMember', [hotkey, netuid])
  state.remove('SubtensorModule.Axons', [netuid, hotkey])
  state.remove('SubtensorModule.Weights', [netuid, uid])
}
