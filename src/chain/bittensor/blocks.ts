/** Which block is the head, and which hash a number has: on the chain that is read, not beyond its head. */
import { RoundkeeperError } from '../../errors.ts'
import { behind } from './connection.ts'
import { HASH, LinkFault, RpcFault } from './link.ts'
import type { Session } from './session.ts'

/** The key of `Timestamp.Now`, a u64 of milliseconds on every chain of Substrate: no metadata are needed to read it. */
const TIMESTAMP_NOW = '0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb'

export type Finality = 'finalized' | 'best'

export interface BlockRef {
  readonly number: number
  readonly hash: string
}

export async function headOf(session: Session, finality: Finality): Promise<BlockRef> {
  const { link } = session
  const hash = hashIn(
    finality === 'best' ? await link.send('chain_getBlockHash', []) : await link.send('chain_getFinalizedHead', []),
    session,
  )
  const number = await numberOf(session, hash)
  if (finality === 'finalized') session.finalized = Math.max(session.finalized, number)
  return { number, hash }
}

/**
 * @param seen the highest head that any node has shown us
 * @throws `not-found` beyond the head; RpcFault as for pruned blocks where the node has forgotten the block
 */
export async function blockAt(session: Session, number: number, finality: Finality, seen: number): Promise<BlockRef> {
  const isFinal = number <= session.finalized
  if (!isFinal) {
    const head = await headOf(session, finality)
    if (head.number === number) return head
    if (number > head.number && number <= seen) throw behind(session, number)
    if (number > head.number || number < 0 || !Number.isSafeInteger(number)) throw noSuchBlock(session, number, head)
  }
  const hash = await session.link.send('chain_getBlockHash', [number])
  if (hash === null) throw new RpcFault(-32000, `unknown block ${number}`)
  return { number, hash: hashIn(hash, session) }
}

/** @throws RpcFault where the node has dropped the state of the block */
export async function timeOf({ link }: Session, hash: string): Promise<Date> {
  const value = await link.send('state_getStorage', [TIMESTAMP_NOW, hash])
  if (value === null) return new Date(0)
  const bytes = Buffer.from(typeof value === 'string' ? value.slice(2) : '', 'hex')
  const time = bytes.length === 8 ? new Date(Number(bytes.readBigUInt64LE())) : undefined
  // What no calendar has would stop whoever prints it.
  if (time === undefined || Number.isNaN(time.getTime()))
    throw new LinkFault(`${link.endpoint}: has no time of ${hash}`)
  return time
}

async function numberOf(session: Session, hash: string): Promise<number> {
  const header = (await session.link.send('chain_getHeader', [hash])) as { number?: unknown } | null
  const text = header?.number
  // Blocks are counted with 32 bits.
  const number = typeof text === 'string' && /^0x[0-9a-f]{1,8}$/i.test(text) ? Number(text) : undefined
  if (number === undefined) throw new LinkFault(`${session.link.endpoint}: has no header of ${hash}`)
  return number
}

function hashIn(value: unknown, { link }: Session): string {
  if (typeof value === 'string' && HASH.test(value)) return value
  throw new LinkFault(`${link.endpoint}: gave no hash of a block`)
}

const noSuchBlock = ({ link }: Session, number: number, head: BlockRef) =>
  new RoundkeeperError('not-found', `there is no block ${number}`, {
    where: link.endpoint,
    hint: `The chain is read up to block ${head.number} at present.`,
  })
