import { describe, expect, it } from 'vitest'
import { openBittensor } from '../../src/chain/bittensor/open.ts'
import { planWeights } from '../../src/validator/plan-weights.ts'
import { serveWeights } from '../../src/validator/serve-weights.ts'
import { devChain, devScene, seats, TEMPO } from './dev-chain.ts'
import { Crown, challenger, entry, leader, owner, validator } from './support.ts'

const PAID = { uids: [0, 1], values: [16384, 65535] }

describe('a validator on a dev chain, through a real socket', () => {
  it('sets weights in the open, once an epoch, and within the rate limit', async () => {
    await using world = await devScene()
    world.mine(20)
    expect(await world.turn({ dryRun: true })).toMatchObject({ kind: 'would-set' })
    expect(world.sent()).toBe(0)

    const turn = await world.turn()
    expect(turn).toMatchObject({ kind: 'set', plan: { netuid: 17, neuron: { uid: 3 } } })
    expect(turn.reason).toBe(
      `the crown of ${leader.address} (uid 1) is worth 0.8; 0.2 to the subnet’s owner ${owner.address} (uid 0)`,
    )
    expect(await world.shown()).toEqual(PAID)
    expect(await world.turn()).toMatchObject({ kind: 'done' })

    await world.crown.write([entry(challenger, 0, 1)])
    expect(await world.turn()).toMatchObject({ kind: 'wait', nextBlock: turn.submission!.block + 10 })
    world.mine(10)
    expect(await world.turn()).toMatchObject({ kind: 'set' })
    expect(await world.shown()).toEqual({ uids: [2], values: [65535] })

    world.mine(TEMPO)
    expect(await world.turn()).toMatchObject({ kind: 'set' })
    expect(await world.turn()).toMatchObject({ kind: 'done' })
    expect(world.sent()).toBe(3)
  })

  it('commits them, until the chain reveals them in the next epoch', async () => {
    await using world = await devScene([entry(leader)], { commitRevealWeights: true })
    world.mine(20)
    const turn = await world.turn()
    expect(turn).toMatchObject({ kind: 'set', submission: { reveal: { round: expect.any(Number) } } })
    expect(await world.turn()).toMatchObject({ kind: 'done' })
    const reveals = turn.submission!.reveal!.block
    world.mine(reveals - world.block() - 1)
    expect(await world.shown()).toBeUndefined()
    world.mine(6)
    expect(await world.shown()).toEqual(PAID)
    world.mine(10)
    expect(await world.turn()).toMatchObject({ kind: 'set' })
    expect(world.sent()).toBe(2)
  })

  it('is postponed around a change of the crown, and holds for a leader who is gone', async () => {
    await using world = await devScene([entry(leader), entry({ address: 'gone' }, 200)])
    world.mine(100)
    expect(await world.turn()).toMatchObject({ kind: 'wait', nextBlock: 200 })
    world.mine(100)
    expect(await world.turn()).toMatchObject({ kind: 'hold', reason: expect.stringMatching(/gone is not registered/) })
    expect(world.sent()).toBe(0)
    expect(await world.shown()).toBeUndefined()
  })

  it('does not lose or double what it sends when the connection breaks', async () => {
    for (const when of ['before', 'after'] as const) {
      await using world = await devScene()
      world.mine(20)
      world.endpoint.mischief.play({ kind: 'disconnect', method: 'author_submitAndWatchExtrinsic', when, times: 1 })
      const turn = await world.turn().catch(() => world.turn())
      expect(['set', 'done']).toContain(turn.kind)
      expect(await world.shown()).toEqual(PAID)
      expect(await world.turn()).toMatchObject({ kind: 'done' })
      expect(world.sent()).toBe(1)
    }
  })

  it('serves epoch after epoch, and acts once in each', async () => {
    await using world = await devScene()
    world.mine(20)
    const stop = new AbortController()
    const blocks: number[] = []
    await serveWeights(
      async () => {
        if (world.block() > 5 * TEMPO) stop.abort()
        return world.turn()
      },
      {
        clock: world.clock,
        signal: stop.signal,
        tell: (event) => {
          if (event.kind === 'error') throw event.error
          if (event.kind === 'decision' && event.turn.submission) blocks.push(event.turn.submission.block)
        },
      },
    )
    const epochs = blocks.map((block) => Math.floor(block / TEMPO))
    expect(epochs).toEqual([...new Set(epochs)])
    expect(epochs.length).toBeGreaterThanOrEqual(5)
    expect(world.sent()).toBe(blocks.length)
  })
})

describe('what is in the way', () => {
  const obstacles = [
    [{ weightsVersionKey: 9n }, /demands version 9/, 'IncorrectWeightVersionKey'],
    [{ neurons: seats({}) }, /no validator permit/, 'NeuronNoValidatorPermit'],
    [{ minAllowedWeights: 3 }, /demands weights for 3 uids/, 'WeightVecLengthIsLow'],
    [{ maxWeightsLimit: 30_000 }, /nobody have more than 45\.8 %/, 'MaxWeightExceeded'],
    [{ neurons: seats().slice(0, 3) }, /is not registered/, 'HotKeyNotRegisteredInSubNet'],
  ] as const

  it('is what the chain refuses, by its own name', async () => {
    await using crown = await Crown.make([entry(leader)], { netuid: undefined })
    await using dev = await devChain(obstacles.map(([subnet], at) => ({ ...subnet, netuid: 20 + at })))
    await using chain = await openBittensor({ endpoint: dev.url })
    dev.mine(20)
    for (const [at, [, reason, name]] of obstacles.entries()) {
      const netuid = 20 + at
      const { step } = await planWeights({ repo: crown.repo, chain, netuid, hotkey: validator.address })
      expect(step).toMatchObject({ kind: 'blocked', reason: expect.stringMatching(reason) })
      await expect(chain.setWeights(validator, netuid, PAID, 1n)).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining(name),
      })
    }
  })
})
