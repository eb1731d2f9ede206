/** What miners committed, from the pallet `Commitments`. All of it was written by strangers. */

import { addressOf } from '../../wallet/address.ts'
import type { Reveal } from '../chain.ts'
import { decodeRegistration, decodeRevealed, type Registration } from '../commitment-data.ts'
import { decodePayload } from '../reveal-payload.ts'
import type { CommitSpace, HeldCommitment } from '../subnets.ts'
import type { StateAt } from './state-at.ts'
import { fieldOf, numberOf } from './values.ts'

const ACCOUNT_BYTES = 32
/** Of bytes that are no text, as much is shown: more than a payload on the chain can have. */
const SHOWN_BYTES = 2048

/**
 * Hotkeys in ascending order, each one's reveals as the chain has them, oldest first. What is not text is shown as hex, so
 * that nobody's reveal is lost and none is mistaken for what it is not: `0x7b…` is no JSON.
 * @param block that of `state`
 */
export async function readReveals(state: StateAt, netuid: number, block: number): Promise<Reveal[]> {
  const entries = await byHotkey(state, 'commitments.revealedCommitments', netuid)
  return entries.flatMap(({ hotkey, bytes }): Reveal[] => {
    const list = decodeRevealed(bytes)
    if (!list.ok) return [{ hotkey, block, text: hexOf(bytes) }]
    return list.value.map(({ payload, block }) => {
      const text = decodePayload(payload)
      return { hotkey, block: numberOf(block), text: text.ok ? text.value : hexOf(payload) }
    })
  })
}

/** Commitments that cannot be read, say of a kind that came after us, are left out: there is nothing in them for us. */
export async function readCommitments(state: StateAt, netuid: number): Promise<HeldCommitment[]> {
  const entries = await byHotkey(state, 'commitments.commitmentOf', netuid)
  return entries.flatMap(({ hotkey, bytes }) => {
    const commitment = decodeRegistration(bytes)
    return commitment.ok ? [{ hotkey, commitment: commitment.value }] : []
  })
}

export async function readCommitment(
  state: StateAt,
  netuid: number,
  hotkey: string,
): Promise<Registration | undefined> {
  const [bytes] = await state.bytes([['commitments.commitmentOf', netuid, hotkey]])
  const commitment = bytes && decodeRegistration(bytes)
  return commitment?.ok ? commitment.value : undefined
}

export async function readCommitSpace(state: StateAt, netuid: number, hotkey: string): Promise<CommitSpace> {
  const [used, max, epoch] = await state.values([
    ['commitments.usedSpaceOf', netuid, hotkey],
    ['commitments.maxSpace'],
    ['subtensorModule.subnetEpochIndex', netuid],
  ])
  const isOfThisEpoch = numberOf(fieldOf(used, 'lastEpoch')) === numberOf(epoch)
  return { used: isOfThisEpoch ? numberOf(fieldOf(used, 'usedSpace')) : 0, max: numberOf(max) }
}

/** The last bytes of a key are the hotkey itself, whatever the hasher put in front. In order of address: base58 keeps that of bytes. */
async function byHotkey(state: StateAt, item: string, netuid: number) {
  const entries = await state.entries(item, netuid)
  return entries
    .toSorted((a, b) => Buffer.compare(a.key.subarray(-ACCOUNT_BYTES), b.key.subarray(-ACCOUNT_BYTES)))
    .map(({ key, bytes }) => ({ hotkey: addressOf(key.subarray(-ACCOUNT_BYTES)), bytes }))
}

const hexOf = (bytes: Uint8Array) => `0x${Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex')}`
