/** A miner for tests: a key, a competition whose documents are in memory, and a chain that makes blocks while one waits. */
import { revealSchema } from '../../src/formats/generation-3d/reveal.ts'
import type { Documents } from '../../src/miner/documents.ts'
import type { Submitting } from '../../src/miner/submit.ts'
import { files, type Stage } from '../../src/state/index.ts'
import { Sr25519Keypair } from '../../src/wallet/sr25519-keypair.ts'
import { testConfig } from '../support/competition.ts'
import { FAKE_NETUID, FakeBittensor } from '../support/fake-bittensor.ts'

export const HASH = 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0'
export const OTHER_HASH = '0123456789abcdef0123456789abcdef01234567'
export const ROUND = 3
export const WINDOW = { earliest_reveal_block: 1000, latest_reveal_block: 1100 }

export const keyOf = (byte: number) => Sr25519Keypair.fromSeed(new Uint8Array(32).fill(byte))!

export const documentsOf = (texts: Readonly<Record<string, string>>): Documents => ({
  where: 'memory',
  text: async (path) => texts[path],
})

export const competitionOf = (stage: Stage = 'open', more: Readonly<Record<string, string>> = {}): Documents =>
  documentsOf({
    'state.json': files.state.serialise({ current_round: ROUND, stage, next_stage_eta: null }),
    'config.json': files.config.serialise(testConfig()),
    [files.schedule.path(ROUND)]: files.schedule.serialise(WINDOW),
    ...more,
  })

export interface Bench extends Submitting {
  readonly fake: FakeBittensor
  readonly warnings: string[]
}

/** @param changes of what a miner is asked to do; everything waits for nothing and may be sent, unless told otherwise */
export function benchOf(changes: Partial<Submitting> = {}, number = 1010): Bench {
  const fake = new FakeBittensor({ number })
  const hotkey = keyOf(7)
  fake.register(hotkey.address)
  const warnings: string[] = []
  return {
    fake,
    warnings,
    documents: competitionOf(),
    chain: async () => fake,
    hotkey,
    netuid: FAKE_NETUID,
    schema: revealSchema,
    findCode: async () => ({ found: 'yes', hotkey: hotkey.address }),
    pending: 'refuse',
    wait: false,
    dryRun: false,
    patience: { now: () => fake.now, pause: async () => fake.mine(), progress: () => {} },
    warn: (text) => warnings.push(text),
    ...changes,
  }
}
