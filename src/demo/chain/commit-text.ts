import { createHash } from 'node:crypto'
import type { Bittensor } from '../../chain/bittensor/bittensor.ts'
import type { TimelockEntropy } from '../../chain/timelock/timelock.ts'
import type { Receipt } from '../../chain/transactions.ts'
import { seal, sealedFields } from '../../miner/sealing.ts'
import type { Keypair } from '../../wallet/keypair.ts'

/** As a miner's own tool commits, but for the chance in it: what the same hotkey encrypts at the same block is the same. */
export async function commitText(chain: Bittensor, hotkey: Keypair, netuid: number, text: string): Promise<Receipt> {
  const head = await chain.head()
  const sealing = await seal(chain, text, head, head.time)
  const entropy = entropyOf(`${hotkey.address} ${head.hash} ${text}`)
  return chain.setCommitment(hotkey, netuid, sealedFields(sealing, entropy))
}

function entropyOf(what: string): TimelockEntropy {
  const part = (name: string) => new Uint8Array(createHash('sha256').update(`${name} ${what}`).digest())
  return { key: part('key'), sigma: part('sigma'), nonce: part('nonce').subarray(0, 12) }
}
