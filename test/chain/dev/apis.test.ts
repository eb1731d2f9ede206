import { createRequire } from 'node:module'
import type * as Types from '@polkadot/types'
import { describe, expect, it } from 'vitest'
import { devMetadata } from '../../../src/chain/dev/metadata/index.ts'
import type { Hex } from '../../../src/chain/dev/substrate-node.ts'
import { alice, bob, hexOf, NETUID, raw, refusal, type SmallWorld, smallWorld } from './small-world.ts'

function call({ node }: SmallWorld, method: string, ...args: readonly unknown[]) {
  const { inputs, output } = node.runtime.api(method)!
  const data = args.map((arg, at) => node.runtime.encode(inputs[at]!, arg).slice(2)).join('')
  const result = node.call(method, `0x${data}`, node.head().hash)
  return node.runtime.create(output, Buffer.from(result.slice(2), 'hex')).toJSON()
}

describe('runtime APIs', () => {
  it('give the metadata in every version', async () => {
    const { node } = await smallWorld()
    const at = node.head().hash
    expect(node.call('Metadata_metadata_versions', '0x', at)).toBe('0x0c0e0000000f00000010000000')
    const given = node.call('Metadata_metadata_at_version', '0x0f000000', at)
    const bytes = node.runtime.create('Option<Bytes>', Buffer.from(given.slice(2), 'hex')).toU8a(true)
    expect(Buffer.from(bytes).includes(Buffer.from(devMetadata(15)))).toBe(true)
    expect(node.call('Metadata_metadata_at_version', '0x0d000000', at)).toBe('0x00')
  })

  it('tell nonces, epochs and fees', async () => {
    const world = await smallWorld()
    world.run(alice, world.call('System.remark', '0x'))
    expect(call(world, 'AccountNonceApi_account_nonce', alice.address)).toBe(1)
    expect(call(world, 'SubnetInfoRuntimeApi_get_next_epoch_start_block', NETUID)).toBe(2 + 360)
    expect(call(world, 'SubnetInfoRuntimeApi_get_next_epoch_start_block', 99)).toBeNull()
    const fee = (hex: string) => {
      const { output } = world.node.runtime.api('TransactionPaymentApi_query_info')!
      const info = world.node.call(
        'TransactionPaymentApi_query_info',
        `${hex}00010000` as `0x${string}`,
        world.node.head().hash,
      )
      return (world.node.runtime.create(output, Buffer.from(info.slice(2), 'hex')).toJSON() as { partialFee: number })
        .partialFee
    }
    expect(fee(world.sign(bob, world.call('System.remark', '0x')))).toBe(125_000)
    expect(fee(world.sign(bob, world.call('Commitments.set_commitment', NETUID, { fields: [raw('x')] })))).toBe(0)
  })

  it('show the neurons of a subnet', async () => {
    const world = await smallWorld()
    world.run(bob, world.call('SubtensorModule.serve_axon', NETUID, 1, 0x01020304, 8091, 4, 4, 0, 0))
    world.run(alice, world.call('SubtensorModule.set_weights', NETUID, [2], [1], 0))
    const neurons = call(world, 'NeuronInfoRuntimeApi_get_neurons_lite', NETUID) as Record<string, unknown>[]
    expect(neurons.map(({ uid }) => uid)).toEqual([0, 1, 2, 3, 4])
    expect(neurons[1]).toMatchObject({
      hotkey: alice.address,
      coldkey: alice.address,
      validatorPermit: true,
      lastUpdate: world.node.head().number,
      stake: [[alice.address, 1_000_000_000_000]],
    })
    expect(neurons[2]).toMatchObject({ hotkey: bob.address, axonInfo: { port: 8091 } })
    expect(call(world, 'NeuronInfoRuntimeApi_get_neurons_lite', 99)).toEqual([])
  })

  it('show of a metagraph what is asked for', async () => {
    const world = await smallWorld()
    const asked = [7, 30, 46, 27, 26, 5, 52, 53, 56, 57, 59, 62, 66, 69]
    const shown = call(world, 'SubnetInfoRuntimeApi_get_selective_metagraph', NETUID, asked) as Record<string, unknown>
    expect(shown).toMatchObject({
      netuid: NETUID,
      block: world.node.head().number,
      numUids: 5,
      commitRevealWeightsEnabled: false,
      validatorPermit: [false, true, false, false, false],
      blockAtRegistration: [0, 0, 0, 0, 0],
      axons: null,
      tempo: null,
    })
    expect((shown.hotkeys as string[])[1]).toBe(alice.address)
    expect(call(world, 'SubnetInfoRuntimeApi_get_selective_metagraph', 99, asked)).toBeNull()
  })

  it('know of no lock until there is one', async () => {
    const world = await smallWorld()
    const lock = () => call(world, 'StakeInfoRuntimeApi_get_coldkey_lock', alice.address, NETUID)
    expect(lock()).toBeNull()
    const entry = world.node.runtime.entry('SubtensorModule.Lock')!
    const value = entry.encode({ lockedMass: 500, conviction: 0, lastUpdate: 3 })
    world.node.setStorage(entry.key(alice.address, NETUID, bob.address), value)
    world.node.produceBlocks(1)
    expect(lock()).toMatchObject({ lockedMass: 500, lastUpdate: 3 })
  })

  it('tell the hyperparameters of a subnet', async () => {
    const world = await smallWorld()
    expect(call(world, 'SubnetInfoRuntimeApi_get_subnet_hyperparams', NETUID)).toMatchObject({
      tempo: 360,
      weightsRateLimit: 5,
      minAllowedWeights: 1,
      commitRevealWeightsEnabled: false,
      registrationAllowed: true,
    })
    expect(call(world, 'SubnetInfoRuntimeApi_get_subnet_hyperparams', 99)).toBeNull()
  })

  it('are all answered that our metadata tells of', async () => {
    const { node } = await smallWorld()
    const { registry } = node.runtime
    const { Metadata }: typeof Types = createRequire(import.meta.url)('@polkadot/types')
    const { apis } = new Metadata(registry, `0x${Buffer.from(devMetadata(16)).toString('hex')}`).asLatest
    const answered = apis.flatMap((api) =>
      api.methods.map((method) => {
        const inputs = method.inputs.map(({ type }) => node.runtime.create(registry.createLookupType(type)).toU8a())
        const name = `${api.name.toString()}_${method.name.toString()}`
        // An empty value of a type stands for the argument; for an extrinsic, that is none.
        const data: Hex = `0x${Buffer.concat(inputs).toString('hex')}`
        const error = refusal(() => node.call(name, data, node.head().hash)).message
        return { name, isThere: !error.includes('is not found') }
      }),
    )
    expect(answered.length).toBeGreaterThan(8)
    expect(answered.filter(({ isThere }) => !isThere)).toEqual([])
  })

  it('that there are not are errors', async () => {
    const { node } = await smallWorld()
    expect(refusal(() => node.call('No_such', '0x', node.head().hash))).toMatchObject({ code: 4003 })
    expect(refusal(() => node.call('AccountNonceApi_account_nonce', hexOf('x'), node.head().hash)).code).toBe(4003)
  })
})
