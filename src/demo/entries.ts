import type { Keypair } from '../wallet/keypair.ts'
import type { Miner } from './miners.ts'

/** The first and the last block whose reveals count for a round. */
export interface RevealWindow {
  readonly earliest: number
  readonly latest: number
}

/** Most enter in the last hour before the window closes: by then its round has opened for long. */
const LAST_CALL_BLOCKS = 250

/**
 * What a miner commits to the chain in a round, one text after the other: its commit, then where code and models are. Written as
 * Python's json.dumps writes it, like the miners' own tools do.
 */
export interface Entry {
  readonly hotkey: Keypair
  /** The chain's head when the first text is committed. */
  readonly block: number
  readonly texts: readonly string[]
  /** How many texts of earlier rounds this hotkey has committed. */
  readonly before: number
}

export function entryOf({ keypair, cdnUrl, turns }: Miner, round: number, window: RevealWindow): Entry | undefined {
  const turn = turns[round]
  if (turn?.reveals === undefined) return undefined
  const { after, blocks } = turn.reveals
  const { repo, commit } = turn.version
  const texts = [`{"commit": "${commit}"}`, `{"repo": "${repo}", "cdn_url": "${cdnUrl}"}`]
  const entered = turns.slice(0, round).filter(({ reveals }) => reveals !== undefined)
  return {
    hotkey: keypair,
    block:
      (after === 'last call' ? Math.max(window.earliest, window.latest - LAST_CALL_BLOCKS) : window.latest) + blocks,
    texts,
    before: entered.length * texts.length,
  }
}
