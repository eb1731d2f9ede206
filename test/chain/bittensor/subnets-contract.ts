import { describe, expect, it } from 'vitest'
import type { Bittensor } from '../../../src/chain/bittensor/bittensor.ts'
import { plainData } from '../../../src/chain/commitment-data.ts'
import { devKeypair } from '../../../src/chain/dev/dev-keys.ts'
import { decodeAddress, encodeLock, lockKey } from './storage-key.ts'
import { freshEpoch, NETUID, type World } from './world.ts'

/** What every `Subnets` tells of a subnet as the dev chain makes it. */
export function subnetsContract(name: string, make: () => Promise<{ world: World; chain: Bittensor }>): void {
  describe(`${name} as subnets`, () => {
    it('shows who sits where, since when, and who owns it, all as of one block', async () => {
      const { world, chain } = await make()
      const before = await chain.metagraph(NETUID)
      const miner = world.miner()
      const after = await chain.metagraph(NETUID)
      expect(after.neurons.map(({ uid }) => uid)).toEqual(after.neurons.map((_, index) => index))
      expect(after.neurons).toHaveLength(before.neurons.length + 1)
      const newest = after.neurons.at(-1)!
      expect(newest).toMatchObject({
        hotkey: miner.address,
        coldkey: miner.address,
        validatorPermit: false,
      })
      expect(newest.registeredAt).toBeGreaterThan(before.block.number)
      expect(newest.registeredAt).toBeLessThanOrEqual(after.block.number)
      const alice = after.neurons.find(({ hotkey }) => hotkey === devKeypair('//Alice').address)
      expect(alice).toMatchObject({ validatorPermit: true, stake: 1_000_000_000_000n })
      expect(after.ownerColdkey).toBe(devKeypair('//Owner').address)
      expect(after.ownerHotkey).toBe(after.neurons[0]?.hotkey)
      expect(await chain.metagraph(NETUID, before.block.number)).toEqual(before)
      expect(await chain.block(after.block.number)).toEqual(after.block)
    })

    it('tells since when everybody is registered, as the metagraph does', async () => {
      const { chain } = await make()
      const { neurons, block } = await chain.metagraph(NETUID)
      const registrations = await chain.registrations(NETUID, block.number)
      expect(registrations).toEqual(new Map(neurons.map(({ hotkey, registeredAt }) => [hotkey, registeredAt])))
    })

    it('shows what hotkeys hold, of one and of all, by hotkey', async () => {
      const { world, chain } = await make()
      const miners = [world.miner(), world.miner(), world.miner()]
      for (const miner of miners) await chain.setCommitment(miner, NETUID, [plainData(Buffer.from(miner.address))])
      const all = await chain.commitments(NETUID)
      const hotkeys = all.map(({ hotkey }) => hotkey)
      expect(hotkeys).toEqual(hotkeys.toSorted())
      for (const { address } of miners) {
        const own = await chain.commitment(NETUID, address)
        expect(own?.fields).toEqual([plainData(new Uint8Array(Buffer.from(address)))])
        expect(all.find(({ hotkey }) => hotkey === address)?.commitment).toEqual(own)
      }
      expect(await chain.commitment(NETUID, devKeypair('//Nobody').address)).toBeUndefined()
      expect(await chain.commitment(NETUID, miners[2]!.address, (await chain.head()).number - 4)).toBeUndefined()
    })

    it('counts what a hotkey has committed in this epoch', async () => {
      const { world, chain } = await make()
      const miner = world.miner()
      await freshEpoch(world, chain)
      expect(await chain.commitSpace(NETUID, miner.address)).toEqual({ used: 0, max: 3100 })
      await chain.setCommitment(miner, NETUID, [plainData(Buffer.alloc(200))])
      await chain.setCommitment(miner, NETUID, [plainData(Buffer.alloc(1))])
      expect(await chain.commitSpace(NETUID, miner.address)).toEqual({ used: 300, max: 3100 })
    })

    it('tells what weights are set by, and which drand network the chain follows', async () => {
      const { chain } = await make()
      const { block, epochs, ...parameters } = await chain.hyperparameters(NETUID)
      expect(parameters).toEqual({
        weightsRateLimit: 5,
        weightsVersionKey: 0n,
        minAllowedWeights: 1,
        maxWeightsLimit: 65_535,
        commitRevealWeights: false,
        commitRevealVersion: 4,
        revealPeriodEpochs: 1,
        stakeThreshold: 0n,
        maxUids: 256,
        immunityBlocks: 4096,
        burn: 1_000_000n,
      })
      expect(epochs.tempo).toBe(20)
      expect(epochs.lastEpochBlock).toBeLessThanOrEqual(block)
      const beacon = await chain.beacon()
      expect(beacon.publicKey).toMatch(/^[0-9a-f]{192}$/)
      expect(beacon.lastRound).toBeGreaterThan(0)
      const { time } = await chain.head()
      const due = Math.floor((time.getTime() - beacon.genesisMs) / beacon.periodMs) + 1
      expect(Math.abs(due - beacon.lastRound)).toBeLessThanOrEqual(5)
    })

    it('knows owners and locks', async () => {
      const { world, chain } = await make()
      const { neurons } = await chain.metagraph(NETUID)
      expect(await chain.ownerOf(neurons[0]!.hotkey)).toBe(neurons[0]!.coldkey)
      expect(await chain.ownerOf(devKeypair('//Nobody').address)).toBeUndefined()
      const { coldkey, hotkey } = neurons[0]!
      expect(await chain.locked(NETUID, coldkey)).toBe(0n)
      const [by, of] = [decodeAddress(coldkey), decodeAddress(hotkey)]
      world.node.setStorage(lockKey(by, NETUID, of), encodeLock(5_000_000_000n))
      world.node.produceBlocks(3)
      expect(await chain.locked(NETUID, coldkey)).toBe(5_000_000_000n)
    })

    it('takes no name for an address', async () => {
      const { chain } = await make()
      for (const name of ['', 'alice', '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5']) {
        await expect(chain.commitment(NETUID, name)).rejects.toMatchObject({ code: 'usage' })
        await expect(chain.ownerOf(name)).rejects.toMatchObject({ code: 'usage' })
      }
    })

    it('has no subnet that there is not', async () => {
      const { chain } = await make()
      await expect(chain.metagraph(99)).rejects.toMatchObject({ code: 'not-found' })
      await expect(chain.hyperparameters(99)).rejects.toMatchObject({ code: 'not-found' })
      await expect(chain.registrations(99, (await chain.head()).number)).rejects.toMatchObject({ code: 'not-found' })
      expect(await chain.commitments(99)).toEqual([])
    })
  })
}
