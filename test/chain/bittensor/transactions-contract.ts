import { describe, expect, it } from 'vitest'
import type { Bittensor } from '../../../src/chain/bittensor/bittensor.ts'
import { type Data, plainData } from '../../../src/chain/commitment-data.ts'
import { devKeypair } from '../../../src/chain/dev/dev-keys.ts'
import { blocksUntilWeightsReveal } from '../../../src/chain/epochs.ts'
import { revealRoundFor } from '../../../src/chain/timelock/reveal-round.ts'
import { encrypt } from '../../../src/chain/timelock/timelock.ts'
import { encodeTimelockedWeights } from '../../../src/chain/weights-payload.ts'
import { freshEpoch, NETUID, reveal, timelocked, type World } from './world.ts'

const ascii = (length: number) => new Uint8Array(Buffer.alloc(length, 'a'))

/** What every `Transactions` does. @param make with commit–reveal of weights or without */
export function transactionsContract(
  name: string,
  make: (commitReveal: boolean) => Promise<{ world: World; chain: Bittensor }>,
): void {
  describe(`${name} as transactions`, () => {
    it.each([
      ['nothing', []],
      ['an empty text', [plainData(ascii(0))]],
      ['the longest raw text', [plainData(ascii(128))]],
      ['a longer one', [plainData(ascii(129))]],
      ['the longest', [plainData(ascii(512))]],
      ['several fields', [plainData(ascii(3)), { kind: 'none' }, plainData(ascii(200))]],
      ['a digest', [{ kind: 'hash', algorithm: 'Sha256', digest: ascii(32) }]],
      ['a timelock that never opens', [{ kind: 'timelock', encrypted: ascii(1024), revealRound: 2n ** 60n }]],
    ] satisfies [string, Data[]][])('commits %s, and the chain holds just that', async (_, fields) => {
      const { world, chain } = await make(false)
      const miner = world.miner()
      const receipt = await chain.setCommitment(miner, NETUID, fields)
      expect(await chain.commitment(NETUID, miner.address)).toEqual({ deposit: 0n, block: receipt.blockNumber, fields })
      expect(await chain.block(receipt.blockNumber)).toMatchObject({ hash: receipt.blockHash })
      expect(receipt.extrinsicHash).toMatch(/^0x[0-9a-f]{64}$/)
    })

    it('commits a timelocked text that the chain reveals, and nobody reads before', async () => {
      const { world, chain } = await make(false)
      const miner = world.miner()
      const own = async () =>
        (await chain.reveals(NETUID, (await chain.head()).number)).filter(({ hotkey }) => hotkey === miner.address)
      await chain.setCommitment(miner, NETUID, [await timelocked(chain, 'first')])
      expect(await own()).toEqual([])
      while ((await own()).length === 0) world.node.produceBlocks(1)
      await reveal(world, chain, miner, ['second'])
      expect((await own()).map(({ text }) => text)).toEqual(['first', 'second'])
    })

    it('commits one after the other for one account, whatever comes at once', async () => {
      const { world, chain } = await make(false)
      const [a, b] = [world.miner(), world.miner()]
      const both = [a, b, a, a, b].map((key, index) => chain.setCommitment(key, NETUID, [plainData(ascii(index))]))
      const receipts = await Promise.all(both)
      expect(new Set(receipts.map(({ extrinsicHash }) => extrinsicHash)).size).toBe(5)
      expect((await chain.commitment(NETUID, a.address))?.fields).toEqual([plainData(ascii(3))])
      expect((await chain.commitment(NETUID, b.address))?.fields).toEqual([plainData(ascii(4))])
    })

    it('goes on with an account whose last call was refused', async () => {
      const { world, chain } = await make(false)
      const stranger = devKeypair('//Stranger')
      const refused = chain.setCommitment(stranger, NETUID, [plainData(ascii(1))])
      await expect(refused).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining('Commitments.AccountNotAllowedCommit'),
        hint: expect.stringContaining('Register'),
      })
      world.node.register(NETUID, stranger.address)
      world.node.produceBlocks(3)
      await chain.setCommitment(stranger, NETUID, [plainData(ascii(1))])
    })

    it('says so when a hotkey has committed all that it may', async () => {
      const { world, chain } = await make(false)
      const miner = world.miner()
      await freshEpoch(world, chain)
      const commit = () => chain.setCommitment(miner, NETUID, [plainData(ascii(512)), plainData(ascii(512))])
      for (let time = 0; time < 3; time++) await commit()
      await expect(commit()).rejects.toMatchObject({
        message: expect.stringContaining('Commitments.SpaceLimitExceeded'),
        retryable: true,
      })
    })

    it('sets weights in the open where the subnet wants that, not too often, and not from everybody', async () => {
      const { world, chain } = await make(false)
      const alice = devKeypair('//Alice')
      const { neurons } = await chain.metagraph(NETUID)
      const { uid } = neurons.find(({ hotkey }) => hotkey === alice.address)!
      expect(await chain.weights(NETUID, uid)).toBeUndefined()
      const weights = { uids: [0, 2], values: [65_535, 1000] }
      world.node.produceBlocks(10)
      const { blockNumber } = await chain.setWeights(alice, NETUID, weights, 0n)
      expect(await chain.weights(NETUID, uid)).toEqual(weights)
      expect((await chain.metagraph(NETUID)).neurons[uid]?.lastUpdate).toBe(blockNumber)
      await expect(chain.setWeights(alice, NETUID, weights, 0n)).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringMatching(/rate limit|SettingWeightsTooFast/),
        retryable: true,
      })
      const miner = world.miner()
      world.node.produceBlocks(10)
      await expect(chain.setWeights(miner, NETUID, weights, 0n)).rejects.toMatchObject({
        message: expect.stringContaining('SubtensorModule.NeuronNoValidatorPermit'),
      })
      await expect(chain.setWeights(alice, NETUID, { uids: [4000], values: [1] }, 0n)).rejects.toMatchObject({
        message: expect.stringContaining('SubtensorModule.UidVecContainInvalidOne'),
      })
    })

    it('commits weights under a timelock where the subnet wants that, and the chain reveals them', async () => {
      const { world, chain } = await make(true)
      const alice = devKeypair('//Alice')
      const { neurons } = await chain.metagraph(NETUID)
      const { uid } = neurons.find(({ hotkey }) => hotkey === alice.address)!
      const weights = { uids: [0, 1], values: [65_535, 20_000] }
      const { block, epochs, revealPeriodEpochs, commitRevealVersion } = await chain.hyperparameters(NETUID)
      const beacon = await chain.beacon()
      const blocks = blocksUntilWeightsReveal(epochs, block, revealPeriodEpochs)!
      const revealRound = revealRoundFor({ now: (await chain.block(block)).time, blocks, pace: beacon })
      const payload = encodeTimelockedWeights({ hotkey: alice.publicKey, ...weights, versionKey: 0n })
      const encrypted = encrypt(payload, { round: revealRound, publicKey: beacon.publicKey })
      await chain.commitTimelockedWeights(alice, NETUID, { encrypted, revealRound, version: commitRevealVersion })
      expect(await chain.weights(NETUID, uid)).toBeUndefined()
      world.node.produceBlocks(blocks + 3)
      expect(await chain.weights(NETUID, uid)).toEqual(weights)
      await expect(chain.setWeights(alice, NETUID, weights, 0n)).rejects.toMatchObject({
        message: expect.stringContaining('SubtensorModule.CommitRevealEnabled'),
      })
    })

    it('registers a hotkey at its price, below the limit, once', async () => {
      const { chain } = await make(false)
      const [bob, hotkey] = [devKeypair('//Bob'), devKeypair('//NewHotkey')]
      const register = (limit?: bigint) => chain.burnedRegister(bob, NETUID, hotkey.address, limit)
      await expect(register(1n)).rejects.toMatchObject({
        message: expect.stringContaining('SubtensorModule.RegistrationPriceLimitExceeded'),
      })
      const { blockNumber } = await register(10n ** 12n)
      const neuron = (await chain.metagraph(NETUID)).neurons.find((each) => each.hotkey === hotkey.address)
      expect(neuron).toMatchObject({ coldkey: bob.address, registeredAt: blockNumber })
      await expect(register()).rejects.toMatchObject({
        message: expect.stringContaining('SubtensorModule.HotKeyAlreadyRegisteredInSubNet'),
      })
    })
  })
}
