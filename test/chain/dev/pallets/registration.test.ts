import { describe, expect, it } from 'vitest'
import { devKeypair } from '../../../../src/chain/dev/dev-keys.ts'
import { bob, eve, NETUID, raw, type SmallWorld, smallWorld } from '../small-world.ts'

const key = (name: string) => devKeypair(`//${name}`)
const register = (world: SmallWorld, hotkey: string, netuid = NETUID) =>
  world.call('SubtensorModule.burned_register', netuid, hotkey)
const free = (world: SmallWorld, who: string) =>
  BigInt((world.read('System.Account', who) as { data: { free: number | string } }).data.free)
const FEE = 125_000n

describe('burned_register', () => {
  it('seats a hotkey for the price, and says where', async () => {
    const world = await smallWorld({ genesis: { subnets: [{ burn: 1_000_000n }] } })
    const hotkey = key('New').address
    const before = free(world, eve.address)
    const { error, events } = world.run(eve, register(world, hotkey))
    expect(error).toBeUndefined()
    expect(events).toContainEqual(['subtensorModule.NeuronRegistered', NETUID, 5, hotkey])
    expect(before - free(world, eve.address)).toBe(1_000_000n + FEE)
    expect(world.read('SubtensorModule.SubnetworkN', NETUID)).toBe(6)
    expect(world.read('SubtensorModule.Keys', NETUID, 5)).toBe(hotkey)
    expect(world.read('SubtensorModule.Uids', NETUID, hotkey)).toBe(5)
    expect(world.read('SubtensorModule.IsNetworkMember', hotkey, NETUID)).toBe(true)
    expect(world.read('SubtensorModule.Owner', hotkey)).toBe(eve.address)
    expect(world.read('SubtensorModule.OwnedHotkeys', eve.address)).toEqual([hotkey])
    const block = world.node.head().number
    expect(world.read('SubtensorModule.BlockAtRegistration', NETUID, 5)).toBe(block)
    expect(world.read('SubtensorModule.LastUpdate', NETUID)).toEqual([0, 0, 0, 0, 0, block])
    expect(world.read('SubtensorModule.ValidatorPermit', NETUID)).toEqual([false, true, false, false, false, false])
  })

  it('is refused by name', async () => {
    const world = await smallWorld({ genesis: { accounts: [{ address: '//Eve', rao: 1_000_000n }] } })
    const refused = (call: ReturnType<typeof register>) => world.run(eve, call).error
    expect(refused(register(world, key('New').address, 0))).toBe('subtensorModule.RegistrationNotPermittedOnRootSubnet')
    expect(refused(register(world, key('New').address, 18))).toBe('subtensorModule.SubnetNotExists')
    expect(refused(register(world, bob.address))).toBe('subtensorModule.HotKeyAlreadyRegisteredInSubNet')
    expect(refused(register(world, key('New').address))).toBe('subtensorModule.NotEnoughBalanceToStake')
    expect(world.read('SubtensorModule.SubnetworkN', NETUID)).toBe(5)
  })

  it('is refused for a hotkey of another coldkey, or where registration is closed', async () => {
    const subnets = [{}, { netuid: 18, neurons: [{ hotkey: '//Owner' }] }]
    const world = await smallWorld({ genesis: { subnets } })
    const elsewhere = register(world, bob.address, 18)
    expect(world.run(eve, elsewhere).error).toBe('subtensorModule.NonAssociatedColdKey')
    expect(world.run(bob, elsewhere).error).toBeUndefined()
    world.rule('AdminUtils.sudo_set_network_registration_allowed', 18, false)
    const closed = world.run(eve, register(world, key('New').address, 18)).error
    expect(closed).toBe('subtensorModule.SubNetRegistrationDisabled')
  })

  it('may name the price that it goes up to', async () => {
    const world = await smallWorld({ genesis: { subnets: [{ burn: 1000n }] } })
    const upTo = (price: bigint) => world.call('SubtensorModule.register_limit', NETUID, key('New').address, price)
    expect(world.run(eve, upTo(999n)).error).toBe('subtensorModule.RegistrationPriceLimitExceeded')
    expect(world.run(eve, upTo(1000n)).error).toBeUndefined()
  })

  it('costs what the limits of its price leave', async () => {
    const world = await smallWorld({ genesis: { subnets: [{ burn: 1_000_000n }] } })
    const price = () => world.read('SubtensorModule.Burn', NETUID)
    world.rule('AdminUtils.sudo_set_min_burn', NETUID, 999_999)
    expect(price()).toBe(1_000_000)
    world.rule('AdminUtils.sudo_set_min_burn', NETUID, 3_000_000)
    expect(price()).toBe(3_000_000)
    world.rule('AdminUtils.sudo_set_max_burn', NETUID, 2_000_000)
    expect(price()).toBe(2_000_000)
  })

  it('takes the seat of the oldest miner that is not immune any more', async () => {
    const neurons = [
      { hotkey: '//Owner' },
      { hotkey: '//Alice', validatorPermit: true },
      { hotkey: '//Bob', registeredAt: 2 },
      { hotkey: '//Charlie', registeredAt: 1 },
    ]
    const world = await smallWorld({ genesis: { subnets: [{ neurons, maxUids: 4, immunityBlocks: 10 }] } })
    const first = register(world, key('First').address)
    expect(world.run(eve, first).error).toBe('subtensorModule.NoNeuronIdAvailable')
    expect(
      world.run(key('Charlie'), world.call('Commitments.set_commitment', NETUID, { fields: [raw('x')] })).error,
    ).toBe(undefined)
    world.node.produceBlocks(10)
    expect(world.run(eve, first).events).toContainEqual([
      'subtensorModule.NeuronRegistered',
      NETUID,
      3,
      key('First').address,
    ])
    expect(world.read('SubtensorModule.Uids', NETUID, key('Charlie').address)).toBeNull()
    expect(world.read('SubtensorModule.SubnetworkN', NETUID)).toBe(4)
    // What it committed is still there, older than the new tenancy.
    const old = world.read('Commitments.CommitmentOf', NETUID, key('Charlie').address) as { block: number }
    expect(old.block).toBeLessThan(Number(world.read('SubtensorModule.BlockAtRegistration', NETUID, 3)))

    expect(world.run(eve, register(world, key('Second').address)).error).toBeUndefined()
    expect(world.read('SubtensorModule.Keys', NETUID, 2)).toBe(key('Second').address)
    // Only the validator is left of those that are not immune; the owner always is.
    expect(world.run(eve, register(world, key('Third').address)).error).toBeUndefined()
    expect(world.read('SubtensorModule.Keys', NETUID, 1)).toBe(key('Third').address)
    expect(world.read('SubtensorModule.ValidatorPermit', NETUID)).toEqual([false, false, false, false])
    expect(world.run(eve, register(world, key('Fourth').address)).error).toBe('subtensorModule.NoNeuronIdAvailable')
  })
})

describe('serve_axon', () => {
  const serve = (world: SmallWorld, ip: number, port: number) =>
    world.call('SubtensorModule.serve_axon', NETUID, 1, ip, port, 4, 4, 0, 0)

  it('publishes where a neuron is', async () => {
    const world = await smallWorld()
    const { error, events } = world.run(bob, serve(world, 0x01020304, 8091))
    expect(error).toBeUndefined()
    expect(events).toEqual([['subtensorModule.AxonServed', NETUID, bob.address]])
    const axon = world.read('SubtensorModule.Axons', NETUID, bob.address)
    expect(axon).toMatchObject({ block: world.node.head().number, ip: 0x01020304, port: 8091, ipType: 4 })
  })

  it('is refused by name', async () => {
    const world = await smallWorld()
    expect(world.run(eve, serve(world, 0x01020304, 1)).error).toBe('subtensorModule.HotKeyNotRegisteredInNetwork')
    expect(world.run(bob, serve(world, 0x7f000001, 1)).error).toBe('subtensorModule.InvalidIpAddress')
    expect(world.run(bob, serve(world, 0x01020304, 0)).error).toBe('subtensorModule.InvalidPort')
    world.run(bob, serve(world, 0x01020304, 1))
    expect(world.run(bob, serve(world, 0x01020304, 1)).error).toBe('subtensorModule.ServingRateLimitExceeded')
  })
})
