/** Sets what validators pay by, when it is time: `weights set`, by the clock. */
import { join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import type { Job } from '../operate/job.ts'
import { weightsTurn } from '../validator/weights-turn.ts'
import type { Sr25519Keypair } from '../wallet/sr25519-keypair.ts'
import { DEFAULT_ROOT } from '../wallet/wallet-files.ts'
import { openChain } from './chain-options.ts'
import type { OperatorSettings } from './operator-settings.ts'
import type { JobContext } from './serve-jobs.ts'
import { auditOf } from './weights-audit.ts'
import { turnLine } from './weights-lines.ts'
import { openHotkey, placeOf } from './weights-options.ts'

/** @throws `usage` where no chain is named that weights can be set on; whatever opening the key throws */
export async function weightsJob(context: JobContext, chain: OperatorSettings['chain']): Promise<Job & Disposable> {
  const { dir, cache, settings, metrics } = context
  const { limit_minutes, verify, wallet_name, hotkey: name, wallet_path, endpoint } = settings.weights
  const at = endpointOf(chain, endpoint)
  // Once: the password leaves the environment with it.
  const hotkey: Sr25519Keypair = await openHotkey({
    'wallet.name': wallet_name,
    'wallet.hotkey': name,
    'wallet.path': wallet_path ?? process.env.BT_WALLET_PATH ?? DEFAULT_ROOT,
  })
  return {
    name: 'weights',
    limitMs: 60_000 * limit_minutes,
    apart: [],
    async run(signal) {
      await using place = await placeOf({ repo: dir, stateDir: join(cache, 'weights') })
      await using opened = await openChain({ ...at, netuid: 0 })
      const turn = await weightsTurn({
        repo: place.repo,
        chain: opened,
        netuid: place.netuid,
        hotkey,
        recordOf: place.recordsOf(opened.genesisHash, hotkey.address),
        audit: verify ? auditOf({ repo: dir }, place.checkpoint, signal) : undefined,
      })
      const { kind, submission, plan } = turn
      if (submission !== undefined) metrics.weightsSet(submission.block)
      const errors = kind === 'blocked' || kind === 'unverified' ? [refused(turn.reason)] : []
      const fields = { outcome: kind, block: plan.block.number, head: plan.head }
      return { said: turnLine(turn), fields, errors, quiet: kind === 'done' }
    },
    [Symbol.dispose]: () => hotkey[Symbol.dispose](),
  }
}

const refused = (reason: string) =>
  new RoundkeeperError('refused', `no weights were set: ${reason}`, {
    hint: 'See docs/validating.md; `roundkeeper weights show` says what follows from the crown, and why.',
  })

function endpointOf(chain: OperatorSettings['chain'], endpoint: string | undefined) {
  const finality = chain.kind === 'bittensor' ? chain.finality : 'finalized'
  const named = endpoint ?? (chain.kind === 'bittensor' ? chain.endpoint : undefined)
  if (named !== undefined) return { 'subtensor.endpoint': named, finality }
  throw new RoundkeeperError('usage', 'weights cannot be set on a clock chain', {
    where: 'roundkeeper.json: serve.weights',
    hint: 'Name the `endpoint` of a Bittensor chain there, or set `weights` to false.',
  })
}
