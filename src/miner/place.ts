/** Where a competition stands, for a miner: its round and window by its record, its block by the chain. */
import type { Block, Chain } from '../chain/chain.ts'
import { RoundkeeperError } from '../errors.ts'
import { files } from '../state/files.ts'
import type { Stage } from '../state/state.ts'
import { type Documents, readDocument } from './documents.ts'
import { saying } from './saying.ts'
import { type Current, roundAt } from './window.ts'

export interface Standing extends Current {
  readonly stage: Stage
}

export interface Place extends Standing {
  readonly head: Block
  /** What is revealed now counts for this round. */
  readonly counting: number
}

/** @throws with the words of the miners' tools: `Failed to fetch state: …`, `Failed to fetch schedule: …` */
export async function readStanding(documents: Documents): Promise<Standing> {
  const state = await saying('Failed to fetch state', () => readDocument(documents, files.state))
  const round = state.current_round
  const schedule = await saying('Failed to fetch schedule', () => readDocument(documents, files.schedule, round))
  return { round, schedule, stage: state.stage }
}

export const readHead = (chain: Pick<Chain, 'head'>): Promise<Block> =>
  saying('Failed to fetch current block', () => chain.head())

/** @throws `refused` before the window */
export function placeAt(head: Block, standing: Standing): Place {
  const counting = roundAt(head.number, standing)
  if (counting !== undefined) return { ...standing, head, counting }
  const { earliest_reveal_block: earliest } = standing.schedule
  throw new RoundkeeperError(
    'refused',
    `Current block ${head.number} is before the earliest reveal block ${earliest}`,
    {
      hint: `Nothing that is revealed before block ${earliest} counts: wait until then.`,
    },
  )
}

/** What a miner should hear about the place before committing there. */
export function placeWarnings({ stage, round, schedule, head, counting }: Place, revealBlock: number): string[] {
  const { latest_reveal_block: latest } = schedule
  const warnings: string[] = []
  if (stage === 'finished') warnings.push('The competition is over: nothing counts any more.')
  if (stage === 'paused') warnings.push('The competition is paused by its operator; windows go on by their blocks.')
  if (counting === round && revealBlock > latest) {
    warnings.push(
      `The window of round ${round} closes at block ${latest}, the reveal is expected at about block ${revealBlock} ` +
        `(now ${head.number}): it will count for round ${round + 1}.`,
    )
  }
  return warnings
}
