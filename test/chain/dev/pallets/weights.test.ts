import { describe, expect, it } from 'vitest'
import type { DevGenesisInput } from '../../../../src/chain/dev/genesis.ts'
import { alice, bob, eve, invalid, NETUID, refusal, type SmallWorld, smallWorld } from '../small-world.ts'

type Subnet = NonNullable<DevGenesisInput['subnets']>[number]

/** uid 0 owns it, uid 1 is a validator, uid 2 and 3 are miners. */
const neurons = [
  { hotkey: '//Owner' },
  { hotkey: '//Alice', stake: 100n, validatorPermit: true },
  { hotkey: '//Bob' },
  { hotkey: '//Charlie' },
]
const worldWith = (subnet: Partial<Subnet> = {}, genesis: Partial<DevGenesisInput> = {}) =>
  smallWorld({ genesis: { ...genesis, subnets: [{ neurons, ...subnet }] } })

const set = (world: SmallWorld, uids: number[], values: number[], { netuid = NETUID, version = 0 } = {}) =>
  world.call('SubtensorModule.set_weights', netuid, uids, values, version)
/** Where the pool does not look at it: what the call itself says. */
const failureOf = (world: SmallWorld, call: ReturnType<typeof set>, who = alice) => {
  const { events } = world.run(who, world.call('Utility.force_batch', [call]))
  const failed = events.find(([name]) => name === 'utility.ItemFailed')
  return failed && world.errorName(failed[1]!)
}

describe('set_weights', () => {
  it('stores weights as large as they go, and when they were set', async () => {
    const world = await worldWith()
    const { error, events } = world.run(alice, set(world, [0, 2, 3], [0, 100, 50]))
    expect(error).toBeUndefined()
    expect(events).toEqual([['subtensorModule.WeightsSet', NETUID, 1]])
    expect(world.read('SubtensorModule.Weights', NETUID, 1)).toEqual([
      [0, 0],
      [2, 65_535],
      [3, 32_768],
    ])
    expect(world.read('SubtensorModule.LastUpdate', NETUID)).toEqual([0, world.node.head().number, 0, 0])
  })

  it('replaces what was set before, once the rate limit lets it', async () => {
    const world = await worldWith({ weightsRateLimit: 3 })
    world.run(alice, set(world, [2], [1]))
    const again = set(world, [3], [1])
    const refused = refusal(() => world.node.submit(world.sign(alice, again)))
    expect(refused).toEqual(invalid('Custom error: 6'))
    expect(failureOf(world, again)).toBe('subtensorModule.SettingWeightsTooFast')
    world.node.produceBlocks(1)
    expect(world.run(alice, again).error).toBeUndefined()
    expect(world.read('SubtensorModule.Weights', NETUID, 1)).toEqual([[3, 65_535]])
  })

  it.each<[error: string, uids: number[], values: number[], options?: object, subnet?: Partial<Subnet>]>([
    ['CanNotSetRootNetworkWeights', [0], [1], { netuid: 0 }],
    ['WeightVecNotEqualSize', [0, 1], [1]],
    ['MechanismDoesNotExist', [0], [1], { netuid: 18 }],
    ['UidsLengthExceedUidsInSubNet', [0, 1, 2, 3, 4], [1, 1, 1, 1, 1]],
    ['IncorrectWeightVersionKey', [0], [1], { version: 6 }, { weightsVersionKey: 7n }],
    ['DuplicateUids', [2, 2], [1, 1]],
    ['UidVecContainInvalidOne', [4], [1]],
    ['WeightVecLengthIsLow', [2], [1], {}, { minAllowedWeights: 2 }],
    ['MaxWeightExceeded', [2, 3], [3, 1], {}, { maxWeightsLimit: 40_000 }],
    ['CommitRevealEnabled', [2], [1], {}, { commitRevealWeights: true }],
  ])('is refused with %s', async (error, uids, values, options, subnet) => {
    const world = await worldWith(subnet)
    // A subnet that nobody founded has commit–reveal, as is the default.
    const open = world.node.runtime.entry('SubtensorModule.CommitRevealWeightsEnabled')!
    for (const netuid of [0, 18]) world.node.setStorage(open.key(netuid), '0x00')
    expect(failureOf(world, set(world, uids, values, options))).toBe(`subtensorModule.${error}`)
    expect(world.read('SubtensorModule.Weights', NETUID, 1)).toEqual([])
    expect(world.read('SubtensorModule.LastUpdate', NETUID)).toEqual([0, 0, 0, 0])
  })

  it('is only for hotkeys of the subnet, and for those with a permit', async () => {
    const world = await worldWith()
    expect(world.run(eve, set(world, [0], [1])).error).toBe('subtensorModule.HotKeyNotRegisteredInSubNet')
    expect(world.run(bob, set(world, [0], [1])).error).toBe('subtensorModule.NeuronNoValidatorPermit')
    // A single weight for oneself needs none, nor as many as others need; the owner's hotkey needs none either.
    expect(world.run(bob, set(world, [2], [1])).error).toBeUndefined()
    const { devKeypair } = await import('../../../../src/chain/dev/dev-keys.ts')
    expect(world.run(devKeypair('//Owner'), set(world, [2, 3], [1, 1])).error).toBeUndefined()
  })

  it('asks for stake, not of the owner', async () => {
    const world = await worldWith({}, { stakeThreshold: 101n })
    const call = set(world, [2], [1])
    expect(refusal(() => world.node.submit(world.sign(alice, call)))).toEqual(invalid('Custom error: 1'))
    expect(failureOf(world, call)).toBe('subtensorModule.NotEnoughStakeToSetWeights')
    const enough = await worldWith({}, { stakeThreshold: 100n })
    expect(enough.run(alice, set(enough, [2], [1])).error).toBeUndefined()
  })

  it('takes the version key of the subnet, and any above it', async () => {
    const world = await worldWith({ weightsVersionKey: 7n, weightsRateLimit: 0 })
    for (const version of [7, 8]) expect(world.run(alice, set(world, [2], [1], { version })).error).toBeUndefined()
  })

  it('takes enough weights to keep the largest below the limit', async () => {
    const world = await worldWith({ maxWeightsLimit: 40_000, minAllowedWeights: 2 })
    expect(world.run(alice, set(world, [2, 3], [6, 5])).error).toBeUndefined()
  })

  it('refuses lists of different lengths before they are in the pool', async () => {
    const world = await worldWith()
    const refused = refusal(() => world.node.submit(world.sign(alice, set(world, [0, 1], [1]))))
    expect(refused).toEqual(invalid('Custom error: 18'))
  })

  it('works by mechanism, of which there is one', async () => {
    const world = await worldWith()
    const mechanism = (mecid: number) => world.call('SubtensorModule.set_mechanism_weights', NETUID, mecid, [2], [9], 0)
    expect(world.run(alice, mechanism(0)).error).toBeUndefined()
    expect(world.read('SubtensorModule.Weights', NETUID, 1)).toEqual([[2, 65_535]])
    world.node.produceBlocks(10)
    expect(failureOf(world, mechanism(1))).toBe('subtensorModule.MechanismDoesNotExist')
    expect(world.rule('AdminUtils.sudo_set_mechanism_count', NETUID, 2).result).toEqual({ ok: null })
    expect(world.run(alice, mechanism(1)).error).toBeUndefined()
    expect(world.read('SubtensorModule.Weights', NETUID + 4096, 1)).toEqual([[2, 65_535]])
    expect(world.read('SubtensorModule.LastUpdate', NETUID + 4096)).toEqual([0, world.node.head().number, 0, 0])
  })

  it('is limited by what its owner sets', async () => {
    const world = await worldWith()
    expect(world.rule('AdminUtils.sudo_set_min_allowed_weights', NETUID, 3).result).toEqual({ ok: null })
    expect(failureOf(world, set(world, [2], [1]))).toBe('subtensorModule.WeightVecLengthIsLow')
  })
})
