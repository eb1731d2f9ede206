/** A hotkey has one slot a subnet: a timelock that has not opened yet is lost to the next commitment, and nobody is told. */
import type { Block } from '../chain/chain.ts'
import type { Registration } from '../chain/commitment-data.ts'
import { RoundkeeperError } from '../errors.ts'
import { drandRoundTime } from '../rules/drand.ts'
import { blockPace, revealBlockOf } from './chain-time.ts'
import type { MinerChain } from './miner-chain.ts'

export interface Pending {
  /** That it lies in. */
  readonly block: number
  /** Of drand; with several timelocks the last one. */
  readonly revealRound: bigint
  /** Undefined for a round that comes in more than ten years, or never. */
  readonly expectedRevealBlock: number | undefined
}

const TEN_YEARS_MS = 10 * 365 * 86_400_000

/** The timelocked commitment of a hotkey that is not revealed yet. @throws `unavailable` */
export async function pendingOf(chain: MinerChain, netuid: number, hotkey: string): Promise<Pending | undefined> {
  const held = await chain.commitment(netuid, hotkey)
  const revealRound = held === undefined ? undefined : lastRoundOf(held)
  if (held === undefined || revealRound === undefined) return undefined
  const head = await chain.head()
  return { block: held.block, revealRound, expectedRevealBlock: await expected(chain, head, held.block, revealRound) }
}

/** After so many blocks nobody waits any longer. */
export const OVERDUE_BLOCKS = 20

/** Whether it never opens, as far as one can tell at a block. */
export const isOverdue = ({ expectedRevealBlock: due }: Pending, at: number): boolean =>
  due === undefined || at > due + OVERDUE_BLOCKS

export function wouldBeLost(pending: Pending, at: number): RoundkeeperError {
  const { block, revealRound, expectedRevealBlock: due } = pending
  const opens = due === undefined ? 'which never comes' : `which opens it at about block ${due}`
  return new RoundkeeperError(
    'refused',
    `Your commitment of block ${block} is not revealed yet (it waits for drand round ${revealRound}, ${opens}): ` +
      'another one would replace it',
    {
      hint: isOverdue(pending, at)
        ? 'Unless the chain waits for drand, it never opens: give it up with --overwrite.'
        : 'Wait a minute and try again, or add --wait; --overwrite gives up the one that is there.',
    },
  )
}

function lastRoundOf({ fields }: Registration): bigint | undefined {
  const rounds = fields.flatMap((field) => (field.kind === 'timelock' ? [field.revealRound] : []))
  return rounds.reduce<bigint | undefined>(
    (last, round) => (last === undefined || round > last ? round : last),
    undefined,
  )
}

async function expected(chain: MinerChain, head: Block, block: number, round: bigint): Promise<number | undefined> {
  if (round > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  const pace = await chain.beacon()
  const wait = drandRoundTime(pace, Number(round)).getTime() - head.time.getTime()
  if (!(wait < TEN_YEARS_MS)) return undefined
  return revealBlockOf(Number(round), pace, head, await blockPace(chain, head), block)
}
