/** Where an extrinsic lies in the chain's final blocks, and what came of it there. Final blocks alone tell the truth of it. */
import { blake2b } from '@noble/hashes/blake2.js'
import type { DispatchError } from '@polkadot/types/interfaces'
import type { Receipt } from '../transactions.ts'
import { blockAt, headOf } from './blocks.ts'
import { LinkFault } from './link.ts'
import type { Session } from './session.ts'
import type { SignedExtrinsic } from './signed-extrinsic.ts'
import { StateAt } from './state-at.ts'
import { elementsOf, fieldOf, numberOf } from './values.ts'

export interface Inclusion extends Receipt {
  /** Of the extrinsic in its block. */
  readonly index: number
}

/** Looks through final blocks, each once: they do not change. */
export class Search {
  readonly #extrinsic: SignedExtrinsic
  /** Every final block up to this one is without it. */
  #clearedTo: number
  #nonceSeenAt = 0

  constructor(extrinsic: SignedExtrinsic) {
    this.#extrinsic = extrinsic
    this.#clearedTo = extrinsic.birth
  }

  /** The last block that was looked through. */
  get clearedTo(): number {
    return this.#clearedTo
  }

  /** It is in no block, and its time is over. */
  get isOver(): boolean {
    return this.#clearedTo >= this.#extrinsic.death
  }

  /** @throws LinkFault, RpcFault */
  async go(session: Session): Promise<Inclusion | undefined> {
    const head = await headOf(session, 'finalized')
    const last = Math.min(head.number, this.#extrinsic.death)
    for (let number = this.#clearedTo + 1; number <= last; number++) {
      const { hash } = await blockAt(session, number, 'finalized', head.number)
      const index = indexIn(await session.link.send('chain_getBlock', [hash]), this.#extrinsic.hash)
      if (index !== undefined) {
        return { extrinsicHash: this.#extrinsic.hash, blockHash: hash, blockNumber: number, index }
      }
      this.#clearedTo = number
    }
    return undefined
  }

  /** Whether the account has gone on without it: another transaction of the account was taken in its place. */
  async isOvertaken(session: Session): Promise<boolean> {
    if (this.#nonceSeenAt === this.#clearedTo) return false
    const { hash } = await blockAt(session, this.#clearedTo, 'finalized', this.#clearedTo)
    const account = await (await StateAt.open(session, hash)).value('system.account', this.#extrinsic.address)
    this.#nonceSeenAt = this.#clearedTo
    return numberOf(fieldOf(account, 'nonce')) > this.#extrinsic.nonce
  }
}

/** @returns what went wrong, or undefined for success @throws LinkFault when the events of the block cannot be read */
export async function failureOf(session: Session, { blockHash, index }: Inclusion): Promise<DispatchError | undefined> {
  const state = await StateAt.open(session, blockHash)
  for (const record of elementsOf(await state.value('system.events'))) {
    const { phase, event } = record as unknown as EventRecord
    if (!phase.isApplyExtrinsic || phase.asApplyExtrinsic.toNumber() !== index || event.section !== 'system') continue
    if (event.method === 'ExtrinsicSuccess') return undefined
    if (event.method === 'ExtrinsicFailed') return event.data[0] as DispatchError
  }
  throw new LinkFault(`${session.link.endpoint}: does not tell what became of extrinsic ${index} of block ${blockHash}`)
}

interface EventRecord {
  readonly phase: { readonly isApplyExtrinsic: boolean; readonly asApplyExtrinsic: { toNumber(): number } }
  readonly event: { readonly section: string; readonly method: string; readonly data: readonly unknown[] }
}

function indexIn(answer: unknown, extrinsicHash: string): number | undefined {
  const extrinsics = (answer as { block?: { extrinsics?: unknown } } | null)?.block?.extrinsics
  if (!Array.isArray(extrinsics)) throw new LinkFault('the node gave no block')
  const index = extrinsics.findIndex((each) => typeof each === 'string' && hashOf(each) === extrinsicHash)
  return index === -1 ? undefined : index
}

const hashOf = (hex: string) =>
  `0x${Buffer.from(blake2b(Buffer.from(hex.slice(2), 'hex'), { dkLen: 32 })).toString('hex')}`
