/** Commits a text that the chain itself reveals some blocks later, and watches until it has. */

import { nextEpochBlock } from '../chain/epochs.ts'
import type { Receipt } from '../chain/transactions.ts'
import { RoundkeeperError } from '../errors.ts'
import type { Keypair } from '../wallet/keypair.ts'
import { blockPace, revealBlockOf } from './chain-time.ts'
import type { MinerChain } from './miner-chain.ts'
import { isOverdue, OVERDUE_BLOCKS, pendingOf, wouldBeLost } from './pending.ts'
import { type Sealing, seal, sealedFields } from './sealing.ts'

export interface CommitRequest {
  readonly netuid: number
  readonly text: string
  readonly hotkey: Keypair
  /** What to do about a commitment that is not revealed yet; `refuse` unless told otherwise. */
  readonly pending?: 'refuse' | 'wait' | 'overwrite'
}

/** How a program waits and speaks. */
export interface Patience {
  readonly now: () => Date
  /** Until it is worth to look again. */
  readonly pause: (ms: number) => Promise<void>
  readonly progress: (text: string) => void
  /** Told what is waited for from now on, as `the reveal`; whoever listens may give signs of life. */
  readonly waitsFor?: (what: string) => void
}

export interface Committed extends Receipt {
  readonly revealRound: number
  readonly expectedRevealBlock: number
  /** The pace of the chain. */
  readonly blockMs: number
}

/** Everything that can be known before anything is sent. @throws `refused`, `usage`, `unavailable` */
export async function prepareCommit(chain: MinerChain, request: CommitRequest, patience: Patience): Promise<Sealing> {
  const { netuid, text, hotkey } = request
  await settlePending(chain, request, patience)
  const sealing = await seal(chain, text, await chain.head(), patience.now())
  await demandSpace(chain, netuid, hotkey.address, sealing.space)
  return sealing
}

/**
 * Seals the text anew, since a round that was picked a while ago may be public by now, and sends it.
 * @returns once it is final @throws `refused` with the pallet's error; `unavailable` when nobody knows what became of it
 */
export async function sendCommit(
  chain: MinerChain,
  { netuid, hotkey, text }: CommitRequest,
  { now, waitsFor }: Patience,
): Promise<Committed> {
  const sealing = await seal(chain, text, await chain.head(), now())
  waitsFor?.('the commitment to be final')
  const receipt = await chain.setCommitment(hotkey, netuid, sealedFields(sealing))
  const { revealRound, beacon, head, blockMs } = sealing
  const expectedRevealBlock = revealBlockOf(revealRound, beacon, head, blockMs, receipt.blockNumber)
  return { ...receipt, revealRound, expectedRevealBlock, blockMs }
}

/**
 * Waits until the text shows among the revealed ones.
 * @returns the block that revealed it
 * @throws `refused` when the chain has dropped it, `unavailable` when it is long overdue
 */
export async function awaitReveal(
  chain: MinerChain,
  { netuid, text, hotkey }: CommitRequest,
  { blockNumber, expectedRevealBlock, revealRound, blockMs }: Committed,
  patience: Patience,
): Promise<number> {
  patience.progress(`Waiting for the reveal, at about block ${expectedRevealBlock}.`)
  patience.waitsFor?.(`the reveal at about block ${expectedRevealBlock}`)
  for (;;) {
    const head = await chain.head()
    const held = await chain.commitment(netuid, hotkey.address, head.number)
    const reveals = await chain.reveals(netuid, head.number)
    const mine = reveals.filter((each) => each.hotkey === hotkey.address && each.block > blockNumber)
    const shown = mine.find((each) => each.text === text)
    if (shown !== undefined) return shown.block
    if (held === undefined && head.number > blockNumber) throw lost('the chain has opened it, and dropped it')
    if (held !== undefined && held.block > blockNumber)
      throw lost(`another commitment replaced it in block ${held.block}`)
    if (head.number > expectedRevealBlock + OVERDUE_BLOCKS) {
      throw new RoundkeeperError(
        'unavailable',
        `Not revealed at block ${head.number}, expected at ${expectedRevealBlock}`,
        {
          hint: `It is on the chain, and opens once drand’s round ${revealRound} is: look again with \`miner status\`.`,
        },
      )
    }
    await patience.pause(blockMs)
  }
}

/** Without this, the text that lies there unrevealed would be gone, and nobody would be told. */
async function settlePending(chain: MinerChain, request: CommitRequest, patience: Patience): Promise<void> {
  const { netuid, hotkey, pending: what = 'refuse' } = request
  if (what === 'overwrite') return
  for (let told = false; ; told = true) {
    const [pending, head] = [await pendingOf(chain, netuid, hotkey.address), await chain.head()]
    if (pending === undefined) return
    if (what === 'refuse' || isOverdue(pending, head.number)) throw wouldBeLost(pending, head.number)
    const { block, expectedRevealBlock } = pending
    if (!told) {
      patience.progress(`What you committed in block ${block} opens first, at about block ${expectedRevealBlock}.`)
      patience.waitsFor?.(`the reveal of what you committed in block ${block}, at about block ${expectedRevealBlock}`)
    }
    await patience.pause(await blockPace(chain, head))
  }
}

/** @throws `refused` when the chain would answer `SpaceLimitExceeded` */
async function demandSpace(chain: MinerChain, netuid: number, hotkey: string, needed: number): Promise<void> {
  const { used, max } = await chain.commitSpace(netuid, hotkey)
  if (used + needed <= max) return
  const { epochs, block } = await chain.hyperparameters(netuid)
  const next = nextEpochBlock(epochs, block)
  throw new RoundkeeperError(
    'refused',
    `No space left: ${used} of ${max} bytes of this epoch are used, and this commitment counts ${needed}`,
    {
      hint: next === undefined ? 'Try again in the next epoch.' : `Try again from block ${next} on, in the next epoch.`,
    },
  )
}

const lost = (why: string) =>
  new RoundkeeperError('refused', `Your commitment was not revealed: ${why}`, {
    hint: 'Commit it again, and let nobody else commit with this hotkey meanwhile.',
  })
