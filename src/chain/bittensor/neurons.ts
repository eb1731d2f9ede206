/** Who sits on a subnet, in one runtime call where the chain has it, else read seat by seat; either way as of one block. */
import { RoundkeeperError } from '../../errors.ts'
import type { Neuron } from '../subnets.ts'
import type { Place, StateAt } from './state-at.ts'
import { accountOf, bigOf, elementsOf, fieldOf, flagOf, numberOf, someOf } from './values.ts'

export interface Seats {
  readonly ownerHotkey: string | undefined
  readonly ownerColdkey: string | undefined
  readonly neurons: readonly Neuron[]
}

/** Fields of `get_selective_metagraph` that a `Neuron` is made of, and those of the owner. */
const FIELDS = {
  ownerHotkey: 5,
  ownerColdkey: 6,
  count: 30,
  hotkeys: 52,
  coldkeys: 53,
  active: 56,
  permit: 57,
} as const
const MORE_FIELDS = { lastUpdate: 59, registeredAt: 66, stake: 69 } as const
const SELECTED = [0, ...Object.values(FIELDS), ...Object.values(MORE_FIELDS)]

/** A uid has 16 bits, whatever number a node names. */
const MAX_UIDS = 65_536

/** @throws `not-found` for a subnet that does not exist */
export async function readSeats(state: StateAt, netuid: number): Promise<Seats> {
  await mustExist(state, netuid)
  return (await fromRuntime(state, netuid)) ?? (await fromStorage(state, netuid))
}

/** @returns undefined where the runtime does not answer with all of it */
async function fromRuntime(state: StateAt, netuid: number): Promise<Seats | undefined> {
  const answer = someOf(await state.call('subnetInfoRuntimeApi', 'getSelectiveMetagraph', netuid, SELECTED))
  const column = (name: string) => {
    const field = fieldOf(answer, name)
    return field === undefined ? undefined : elementsOf(field)
  }
  const [hotkeys, coldkeys, active, permits, updates, registered, stakes] = [
    'hotkeys',
    'coldkeys',
    'active',
    'validatorPermit',
    'lastUpdate',
    'blockAtRegistration',
    'totalStake',
  ].map(column)
  const columns = [hotkeys, coldkeys, active, permits, updates, registered, stakes]
  if (hotkeys === undefined || columns.some((each) => each?.length !== hotkeys.length)) return undefined
  return {
    ownerHotkey: accountOf(fieldOf(answer, 'ownerHotkey')),
    ownerColdkey: accountOf(fieldOf(answer, 'ownerColdkey')),
    neurons: hotkeys.map((hotkey, uid) => ({
      uid,
      hotkey: String(hotkey),
      coldkey: String(coldkeys?.[uid]),
      stake: bigOf(stakes?.[uid]),
      validatorPermit: flagOf(permits?.[uid]),
      active: flagOf(active?.[uid]),
      lastUpdate: numberOf(updates?.[uid]),
      registeredAt: numberOf(registered?.[uid]),
    })),
  }
}

/** Without the stake that a hotkey inherits, which only the runtime adds up. */
async function fromStorage(state: StateAt, netuid: number): Promise<Seats> {
  const [permits, active, updates, ownerHotkey, ownerColdkey] = await state.values([
    ['subtensorModule.validatorPermit', netuid],
    ['subtensorModule.active', netuid],
    ['subtensorModule.lastUpdate', netuid],
    ['subtensorModule.subnetOwnerHotkey', netuid],
    ['subtensorModule.subnetOwner', netuid],
  ])
  const holders = await readHolders(state, netuid)
  const [owners, stakes] = await columnsOf(state, holders, [
    ({ hotkey }) => ['subtensorModule.owner', hotkey],
    ({ hotkey }) => ['subtensorModule.totalHotkeyAlpha', hotkey, netuid],
  ])
  return {
    ownerHotkey: accountOf(ownerHotkey),
    ownerColdkey: accountOf(ownerColdkey),
    neurons: holders.map(({ uid, hotkey, registeredAt }, index) => ({
      uid,
      hotkey,
      coldkey: String(owners?.[index]),
      stake: bigOf(stakes?.[index]),
      validatorPermit: flagOf(elementsOf(permits)[uid]),
      active: flagOf(elementsOf(active)[uid]),
      lastUpdate: numberOf(elementsOf(updates)[uid]),
      registeredAt,
    })),
  }
}

/** Since when who holds which uid. @throws `not-found` for a subnet that does not exist */
export async function readHolders(
  state: StateAt,
  netuid: number,
): Promise<{ readonly uid: number; readonly hotkey: string; readonly registeredAt: number }[]> {
  await mustExist(state, netuid)
  const count = Math.min(MAX_UIDS, numberOf(await state.value('subtensorModule.subnetworkN', netuid)))
  const uids = Array.from({ length: count }, (_, uid) => uid)
  const [hotkeys, registered] = await columnsOf(state, uids, [
    (uid) => ['subtensorModule.keys', netuid, uid],
    (uid) => ['subtensorModule.blockAtRegistration', netuid, uid],
  ])
  return uids.flatMap((uid) => {
    const hotkey = accountOf(hotkeys?.[uid])
    return hotkey === undefined ? [] : [{ uid, hotkey, registeredAt: numberOf(registered?.[uid]) }]
  })
}

async function mustExist(state: StateAt, netuid: number): Promise<void> {
  if (flagOf(await state.value('subtensorModule.networksAdded', netuid))) return
  throw new RoundkeeperError('not-found', `there is no subnet ${netuid}`, {
    where: `block ${state.hash}`,
    hint: 'See that the netuid is right, and that it is the network that you mean.',
  })
}

/** Of every row one value a column, asked for together. */
async function columnsOf<Row>(state: StateAt, rows: readonly Row[], columns: readonly ((row: Row) => Place)[]) {
  const values = await state.values(columns.flatMap((place) => rows.map(place)))
  return columns.map((_, index) => values.slice(index * rows.length, (index + 1) * rows.length))
}
