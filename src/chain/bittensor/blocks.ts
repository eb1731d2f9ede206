/** Which block is the head, and which hash a number has: on the chain that is read, not beyond its head. */
import { RoundkeeperError } from '../../errors.ts'
import { behind } from './connection.ts'
import { LinkFault, RpcFault } from './link.ts'
import type { Session } from './session.ts'

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

async function numberOf(session: Session, hash: string): Promise<number> {
  const header = (await session.link.send('chain_getHeader', [hash])) as { number?: unknown } | null
  const number = Number(header?.number)
  if (!Number.isSafeInteger(number)) throw new LinkFault(`${session.link.endpoint}: has no header of ${hash}`)
  return number
}

function hashIn(value: unknown, { link }: Session): string {
  if (typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value)) return value
  throw new LinkFault(`${link.endpoint}: gave no hash of a block`)
}

const noSuchBlock = ({ link }: Session, number: number, head: BlockRef) =>
  new RoundkeeperError('not-found', `there is no block ${number}`, {
    where: link.endpoint,
    hint: `The chain is read up to block ${head.number} at present.`,
  })
