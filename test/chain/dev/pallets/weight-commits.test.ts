import { beforeEach, describe, expect, it } from 'vitest'
import { blocksUntilWeightsReveal } from '../../../../src/chain/epochs.ts'
import { revealRoundFor } from '../../../../src/chain/timelock/reveal-round.ts'
import { encrypt } from '../../../../src/chain/timelock/timelock.ts'
import { encodeTimelockedWeights } from '../../../../src/chain/weights-payload.ts'
import type { Keypair } from '../../../../src/wallet/keypair.ts'
import { alice, bob, eve, invalid, NETUID, refusal, type SmallWorld, smallWorld } from '../small-world.ts'

const TEMPO = 20
let world: SmallWorld
beforeEach(async () => {
  world = await smallWorld({ genesis: { subnets: [{ commitRevealWeights: true, tempo: TEMPO, weightsRateLimit: 2 }] } })
})

const number = (name: string) => Number(world.read(`SubtensorModule.${name}`, NETUID))

/** As a client finds it. */
function round(): number {
  const schedule = {
    tempo: number('Tempo'),
    lastEpochBlock: number('LastEpochBlock'),
    pendingEpochAt: number('PendingEpochAt'),
    blocksSinceLastStep: number('BlocksSinceLastStep'),
  }
  const blocks = blocksUntilWeightsReveal(schedule, world.node.head().number, number('RevealPeriodEpochs'))!
  const { genesisTime, period } = world.read('Drand.BeaconConfig') as { genesisTime: number; period: number }
  const pace = { genesisMs: genesisTime * 1000, periodMs: period * 1000 }
  return revealRoundFor({ now: new Date(Number(world.read('Timestamp.Now'))), blocks, pace })
}

function sealed(revealRound: number, { hotkey = alice, uids = [2, 3], values = [1, 2] } = {}): string {
  const { publicKey } = world.read('Drand.BeaconConfig') as { publicKey: string }
  const payload = encodeTimelockedWeights({ hotkey: hotkey.publicKey, uids, values, versionKey: 0n })
  return `0x${Buffer.from(encrypt(payload, { round: revealRound, publicKey: publicKey.slice(2) })).toString('hex')}`
}

const commit = (revealRound: number, bytes = sealed(revealRound), version = 4) =>
  world.call('SubtensorModule.commit_timelocked_weights', NETUID, bytes, revealRound, version)
const stored = () => world.read('SubtensorModule.Weights', NETUID, 1)
const inBatch = (call: ReturnType<typeof commit>, who: Keypair = alice) => {
  const failed = world.run(who, world.call('Utility.force_batch', [call])).events.find(([name]) => /Failed/.test(name))
  return failed && world.errorName(failed[1]!)
}
/** Until an epoch has just begun. */
const toEpoch = () => {
  do world.node.produceBlocks(1)
  while (number('LastEpochBlock') !== world.node.head().number)
}

describe('weights under a timelock', () => {
  it('are revealed by the chain in the next epoch', async () => {
    const { error, events } = world.run(alice, commit(round()))
    expect(error).toBeUndefined()
    expect(events[0]?.slice(0, 3)).toEqual(['subtensorModule.TimelockedWeightsCommitted', alice.address, NETUID])
    expect(number('SubnetEpochIndex')).toBe(0)
    const committed = world.node.head().number
    expect(world.read('SubtensorModule.LastUpdate', NETUID)).toEqual([0, committed, 0, 0, 0])
    expect(world.read('SubtensorModule.TimelockedWeightCommits', NETUID, 0)).toHaveLength(1)

    toEpoch()
    expect(stored()).toEqual([])
    while ((stored() as unknown[]).length === 0) world.node.produceBlocks(1)
    expect(number('BlocksSinceLastStep')).toBeLessThanOrEqual(3)
    expect(stored()).toEqual([
      [2, 32_768],
      [3, 65_535],
    ])
    expect(world.eventsOf().map(({ name, values }) => [name, ...values])).toContainEqual([
      'subtensorModule.TimelockedWeightsRevealed',
      NETUID,
      alice.address,
    ])
    expect(world.read('SubtensorModule.TimelockedWeightCommits', NETUID, 0)).toEqual([])
    // The rate limit counts from the commit.
    expect(world.read('SubtensorModule.LastUpdate', NETUID)).toEqual([0, committed, 0, 0, 0])
  })

  it('are revealed in the last block of that epoch at the latest', () => {
    const lastBlock = number('LastEpochBlock') + 2 * TEMPO - 1
    /** The newest that is public in a block. */
    const roundAt = (block: number) => Math.floor(((block - 2) * 12) / 3) + 1
    world.run(alice, commit(roundAt(lastBlock)))
    world.node.produceBlocks(2)
    world.run(alice, commit(roundAt(lastBlock) + 1, sealed(roundAt(lastBlock) + 1, { values: [2, 1] })))
    while (world.node.head().number < lastBlock) {
      expect(stored()).toEqual([])
      world.node.produceBlocks(1)
    }
    const first = [
      [2, 32_768],
      [3, 65_535],
    ]
    expect(stored()).toEqual(first)
    // The other round is public in the next block, with which the next epoch begins.
    world.node.produceBlocks(10)
    expect(stored()).toEqual(first)
    expect(world.read('SubtensorModule.TimelockedWeightCommits', NETUID, 0)).toEqual([])
  })

  it('are never revealed when their round comes after that epoch', () => {
    const late = round() + TEMPO * 4
    world.run(alice, commit(late))
    while (Number(world.read('Drand.LastStoredRound')) <= late + TEMPO * 4) world.node.produceBlocks(1)
    expect(stored()).toEqual([])
    expect(world.read('SubtensorModule.TimelockedWeightCommits', NETUID, 0)).toEqual([])
  })

  it('are dropped when nobody can open them, another hotkey wrote them, or the chain would not take them', () => {
    const rounds = round()
    const bad = [
      '0x1234',
      sealed(rounds + 1),
      sealed(rounds, { hotkey: bob }),
      sealed(rounds, { uids: [77], values: [1] }),
    ]
    for (const bytes of bad) {
      expect(world.run(alice, commit(rounds, bytes)).error).toBeUndefined()
      world.node.produceBlocks(1)
    }
    toEpoch()
    world.node.produceBlocks(5)
    expect(number('SubnetEpochIndex')).toBe(1)
    expect(stored()).toEqual([])
    expect(world.read('SubtensorModule.TimelockedWeightCommits', NETUID, 0)).toEqual([])
  })

  it('belong to the epoch that begins in their own block', () => {
    while (number('LastEpochBlock') + TEMPO !== world.node.head().number + 1) world.node.produceBlocks(1)
    world.run(alice, commit(round()))
    expect(number('SubnetEpochIndex')).toBe(1)
    expect(world.read('SubtensorModule.TimelockedWeightCommits', NETUID, 1)).toHaveLength(1)
    toEpoch()
    expect(number('SubnetEpochIndex')).toBe(2)
    world.node.produceBlocks(3)
    expect(stored()).toHaveLength(2)
  })

  it('work by mechanism', () => {
    const rounds = round()
    const name = 'SubtensorModule.commit_timelocked_mechanism_weights'
    const call = (mecid: number) => world.call(name, NETUID, mecid, sealed(rounds), rounds, 4)
    expect(inBatch(call(1))).toBe('subtensorModule.MechanismDoesNotExist')
    expect(world.run(alice, call(0)).error).toBeUndefined()
    toEpoch()
    world.node.produceBlocks(3)
    expect(stored()).toHaveLength(2)
  })

  it('are refused by name', () => {
    const rounds = round()
    expect(inBatch(commit(rounds, undefined, 3))).toBe('subtensorModule.IncorrectCommitRevealVersion')
    expect(inBatch(commit(rounds), eve)).toBe('subtensorModule.HotKeyNotRegisteredInSubNet')
    expect(inBatch(commit(1))).toBe('subtensorModule.InvalidRevealRound')
    const past = refusal(() => world.node.submit(world.sign(alice, commit(1))))
    expect(past).toEqual(invalid('Custom error: 15'))
    expect(world.run(alice, commit(rounds)).error).toBeUndefined()
    expect(inBatch(commit(rounds))).toBe('subtensorModule.CommittingWeightsTooFast')
    world.rule('AdminUtils.sudo_set_commit_reveal_weights_enabled', NETUID, false)
    expect(inBatch(commit(rounds))).toBe('subtensorModule.CommitRevealDisabled')
  })

  it('are at most ten of a hotkey in an epoch', async () => {
    world = await smallWorld({ genesis: { subnets: [{ commitRevealWeights: true, weightsRateLimit: 0 }] } })
    const calls = Array.from({ length: 11 }, () => commit(99, '0x1234'))
    const { events } = world.run(alice, world.call('Utility.force_batch', calls))
    const failed = events.filter(([name]) => name === 'utility.ItemFailed')
    expect(failed.map(([, error]) => world.errorName(error!))).toEqual(['subtensorModule.TooManyUnrevealedCommits'])
  })
})
