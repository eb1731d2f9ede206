import { beforeEach, describe, expect, it } from 'vitest'
import { devKeypair } from '../../../../src/chain/dev/dev-keys.ts'
import { alice, bob, eve, hexOf, NETUID, raw, type SmallWorld, smallWorld } from '../small-world.ts'

let world: SmallWorld
beforeEach(async () => {
  world = await smallWorld()
})

const commit = (text: string) => world.call('Commitments.set_commitment', NETUID, { fields: [raw(text)] })
const foreign = () => world.call('Commitments.set_commitment', 99, { fields: [raw('x')] })
const held = () =>
  (world.read('Commitments.CommitmentOf', NETUID, bob.address) as { info: { fields: object[] } } | null)?.info.fields
const free = (who: string) => Number((world.read('System.Account', who) as { data: { free: number } }).data.free)
const named = (events: readonly (readonly unknown[])[]) => events.map(([name]) => name)

describe('a batch', () => {
  it('stops at the first failure, and keeps what was done before', () => {
    const { error, events } = world.run(bob, world.call('Utility.batch', [commit('a'), foreign(), commit('b')]))
    expect(error).toBeUndefined()
    expect(named(events)).toEqual(['commitments.Commitment', 'utility.ItemCompleted', 'utility.BatchInterrupted'])
    expect(events.at(-1)?.[1]).toBe(1)
    expect(world.errorName(events.at(-1)![2]!)).toBe('commitments.AccountNotAllowedCommit')
    expect(held()).toEqual([{ raw1: hexOf('a') }])
  })

  it('of all or nothing is nothing after a failure', () => {
    const { error, events } = world.run(bob, world.call('Utility.batch_all', [commit('a'), foreign()]))
    expect(error).toBe('commitments.AccountNotAllowedCommit')
    expect(events).toEqual([])
    expect(held()).toBeUndefined()
    expect(world.run(bob, world.call('Utility.batch_all', [commit('a'), commit('b')])).error).toBeUndefined()
    expect(held()).toEqual([{ raw1: hexOf('b') }])
  })

  it('by force goes on', () => {
    const { events } = world.run(bob, world.call('Utility.force_batch', [foreign(), commit('b')]))
    expect(named(events)).toEqual([
      'utility.ItemFailed',
      'commitments.Commitment',
      'utility.ItemCompleted',
      'utility.BatchCompletedWithErrors',
    ])
  })

  it('is in no other batch', () => {
    const inner = world.call('Utility.batch', [commit('a')])
    expect(world.run(bob, world.call('Utility.batch_all', [inner])).error).toBe('system.CallFiltered')
  })

  it('costs nothing if nothing in it does', () => {
    const before = free(bob.address)
    world.run(bob, world.call('Utility.batch', [commit('a'), commit('b')]))
    expect(free(bob.address)).toBe(before)
    const remark = world.call('System.remark', hexOf('x'))
    const { events } = world.run(bob, world.call('Utility.batch', [commit('a'), remark]))
    expect(events).toContainEqual(['transactionPayment.TransactionFeePaid', bob.address, 125_000, 0])
    expect(before - free(bob.address)).toBe(125_000)
  })
})

describe('a transfer', () => {
  const transfer = (to: string, rao: number | bigint) => world.call('Balances.transfer_keep_alive', to, rao)

  it('brings an account into being', () => {
    const to = devKeypair('//Somebody').address
    const { error, events } = world.run(eve, transfer(to, 1000))
    expect(error).toBeUndefined()
    expect(named(events)).toContain('balances.Transfer')
    expect(named(events)).toContain('system.NewAccount')
    expect(free(to)).toBe(1000)
    expect(world.read('System.Account', to)).toMatchObject({ providers: 1 })
  })

  it('is refused by name', () => {
    const to = devKeypair('//Somebody').address
    expect(world.run(eve, transfer(to, 10n ** 18n)).error).toBe('balances.InsufficientBalance')
    expect(world.run(eve, transfer(to, 499)).error).toBe('balances.ExistentialDeposit')
    expect(world.run(eve, transfer(bob.address, free(eve.address) - 125_000)).error).toBe('balances.Expendability')
  })

  it('to oneself changes nothing but the fee', () => {
    const before = free(eve.address)
    expect(world.run(eve, transfer(eve.address, 1000)).error).toBeUndefined()
    expect(before - free(eve.address)).toBe(125_000)
  })
})

describe('root', () => {
  it('is one account, and its mistakes are events', () => {
    const set = world.call('AdminUtils.sudo_set_tempo', NETUID, 50)
    expect(world.run(bob, world.call('Sudo.sudo', set)).error).toBe('sudo.RequireSudo')
    expect(world.run(bob, set).error).toBe('badOrigin')
    expect(world.rule('AdminUtils.sudo_set_tempo', NETUID, 50)).toEqual({ error: undefined, result: { ok: null } })
    expect(world.read('SubtensorModule.Tempo', NETUID)).toBe(50)
    const { error, result } = world.rule('AdminUtils.sudo_set_tempo', 99, 50)
    expect(error).toBeUndefined()
    expect(world.errorName((result as { err: object }).err as never)).toBe('adminUtils.SubnetDoesNotExist')
  })

  it.each([
    ['weights_set_rate_limit', 'WeightsSetRateLimit', 7],
    ['commit_reveal_weights_enabled', 'CommitRevealWeightsEnabled', true],
    ['commit_reveal_weights_interval', 'RevealPeriodEpochs', 3],
    ['min_allowed_weights', 'MinAllowedWeights', 9],
    ['weights_version_key', 'WeightsVersionKey', 11],
    ['immunity_period', 'ImmunityPeriod', 13],
    ['max_allowed_uids', 'MaxAllowedUids', 300],
  ] as const)('sets %s of a subnet', (call, item, value) => {
    world.rule(`AdminUtils.sudo_set_${call}`, NETUID, value)
    expect(world.read(`SubtensorModule.${item}`, NETUID)).toBe(value)
  })

  it('sets how much stake it takes to set weights; an owner sets what is his', () => {
    world.rule('AdminUtils.sudo_set_stake_threshold', 5)
    expect(world.read('SubtensorModule.StakeThreshold')).toBe(5)
    const owner = devKeypair('//Owner')
    expect(world.run(owner, world.call('AdminUtils.sudo_set_immunity_period', NETUID, 5)).error).toBeUndefined()
    expect(world.run(owner, world.call('AdminUtils.sudo_set_stake_threshold', 6)).error).toBe('badOrigin')
  })
})

describe('any other call', () => {
  it('is filtered, and takes its nonce and fee', () => {
    const set = world.call('Timestamp.set', 1)
    expect(world.run(alice, set).error).toBe('system.CallFiltered')
    expect(world.read('System.Account', alice.address)).toMatchObject({ nonce: 1 })
  })
})
