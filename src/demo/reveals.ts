import type { Reveal } from '../chain/chain.ts'
import type { Miner } from './miners.ts'

/** The first and the last block whose reveals count for a round. */
export interface RevealWindow {
  readonly earliest: number
  readonly latest: number
}

/**
 * What a miner commits to the chain in a round: its commit, and a block later where code and models are. Written as
 * Python's json.dumps writes it, like the miners' own tools do.
 */
export function revealsOf({ hotkey, cdnUrl, turns }: Miner, round: number, window: RevealWindow): Reveal[] {
  const turn = turns[round]
  if (turn?.reveals === undefined) return []
  const { after, blocks } = turn.reveals
  const block = (after === 'opening' ? window.earliest : window.latest) + blocks
  const { repo, commit } = turn.version
  return [
    { hotkey, block, text: `{"commit": "${commit}"}` },
    { hotkey, block: block + 1, text: `{"repo": "${repo}", "cdn_url": "${cdnUrl}"}` },
  ]
}
