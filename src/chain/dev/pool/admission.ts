/** The way into the pool: everything that a node looks at before it takes an extrinsic, and its own words for why it does not. */
import type { ChainMaker } from '../blocks/chain-maker.ts'
import { type Hex, NodeError } from '../substrate-node.ts'
import { readExtrinsic, type SignedExtrinsic } from './extrinsic.ts'
import type { Pool } from './pool.ts'

/** The runtime knows the hashes of so many blocks. */
const BIRTHS_KNOWN = 2400

export interface Admitted {
  readonly extrinsic: SignedExtrinsic
  /** The hash of its era's first block. */
  readonly birthHash: Hex
}

/** @throws NodeError 1001, 1010, 1011, 1013 */
export function admit(chain: ChainMaker, pool: Pool, hex: Hex): Admitted {
  const extrinsic = readExtrinsic(chain.runtime, hex)
  if (extrinsic === undefined) throw new NodeError(1001, 'Extrinsic has invalid format')
  if (extrinsic === 'unsigned') {
    const data = 'Could not find an unsigned validator for the unsigned transaction'
    throw new NodeError(1011, 'Unknown Transaction Validity', data)
  }
  if (pool.has(extrinsic.hash)) throw new NodeError(1013, 'Transaction Already Imported')
  const birthHash = birthHashOf(chain, extrinsic)
  if (birthHash === undefined) throw invalid('Transaction has an ancient birth block')
  // A mortal extrinsic that is too old has another block at its birth, and so another payload: a real node says the same.
  if (!extrinsic.isSignedBy(chain.store.genesis.hash, birthHash)) throw invalid('Transaction has a bad signature')
  const validity = chain.next().validity(extrinsic)
  if (typeof validity === 'object') throw invalid(validity.refused)
  return { extrinsic, birthHash }
}

/** What the next block takes for the block of its birth, the genesis for an immortal one; undefined where the runtime does not know that one. */
export function birthHashOf({ store }: ChainMaker, extrinsic: SignedExtrinsic): Hex | undefined {
  const next = store.head.number + 1
  const birth = extrinsic.birth(next)
  if (birth === undefined) return store.genesis.hash
  return next - birth <= BIRTHS_KNOWN ? store.at(birth)?.hash : undefined
}

const invalid = (data: string) => new NodeError(1010, 'Invalid Transaction', data)
