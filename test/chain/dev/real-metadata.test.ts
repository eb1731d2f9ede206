import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { devKeypair } from '../../../src/chain/dev/dev-keys.ts'
import { encrypt } from '../../../src/chain/timelock/timelock.ts'
import { alice, bob, eve, NETUID, raw, smallWorld } from './small-world.ts'

const fileOf = (version: number) => join(import.meta.dirname, `../../../../shared/data/subtensor-424-v${version}.scale`)

/** A dev chain that serves the metadata of Bittensor's own runtime works by it, too. */
describe.skipIf(!existsSync(fileOf(16)))('with the metadata of a real runtime', () => {
  const open = () => smallWorld({ metadata: [14, 16].map((version) => readFileSync(fileOf(version))) })

  it('carries out what miners and validators do', async () => {
    const world = await open()
    const { node, call, run, read } = world
    expect([...node.metadata.keys()]).toEqual([14, 16])
    expect(node.runtimeVersion).toMatchObject({ specName: 'node-subtensor', specVersion: 424 })
    const commit = (...fields: object[]) => call('Commitments.set_commitment', NETUID, { fields })
    expect(run(bob, commit(raw('plain'))).events).toEqual([['commitments.Commitment', NETUID, bob.address]])

    const { publicKey } = read('Drand.BeaconConfig') as { publicKey: string }
    const encrypted = encrypt(Buffer.from('secret'), { round: 20, publicKey: publicKey.slice(2) })
    const hex = `0x${Buffer.from(encrypted).toString('hex')}`
    expect(run(bob, commit({ TimelockEncrypted: { encrypted: hex, revealRound: 20 } })).error).toBeUndefined()
    node.produceBlocks(10)
    expect(read('Commitments.RevealedCommitments', NETUID, bob.address)).toMatchObject([
      [`0x${Buffer.from('secret').toString('hex')}`, 7],
    ])

    const set = call('SubtensorModule.set_weights', NETUID, [2, 3], [1, 2], 0)
    expect(run(alice, set).events).toEqual([['subtensorModule.WeightsSet', NETUID, 1]])
    expect(run(bob, set).error).toBe('subtensorModule.NeuronNoValidatorPermit')
    const { address } = devKeypair('//New')
    const { error, events } = run(eve, call('SubtensorModule.burned_register', NETUID, address))
    expect(error).toBeUndefined()
    expect(events).toContainEqual(['subtensorModule.NeuronRegistered', NETUID, 5, address])
    expect(run(bob, call('SubtensorModule.serve_axon', NETUID, 1, 0x01020304, 80, 4, 4, 0, 0)).error).toBeUndefined()
    expect(run(bob, call('Balances.transfer_keep_alive', eve.address, 5)).error).toBeUndefined()
    expect(run(bob, call('Utility.batch_all', [commit(raw('a')), commit(raw('b'))])).error).toBeUndefined()

    expect(world.rule('AdminUtils.sudo_set_commit_reveal_weights_enabled', NETUID, true).result).toEqual({ ok: null })
    expect(world.rule('AdminUtils.sudo_set_tempo', NETUID, 30).result).toEqual({ ok: null })
    const sealed = call('SubtensorModule.commit_timelocked_weights', NETUID, '0x1234', 999, 4)
    expect(run(alice, sealed).error).toBeUndefined()
    node.produceBlocks(60)
    expect(read('SubtensorModule.SubnetEpochIndex', NETUID)).toBeGreaterThan(0)
    expect(world.surprises).toEqual([])
  })

  it('answers its runtime APIs', async () => {
    const { node } = await open()
    const at = node.head().hash
    const { output } = node.runtime.api('NeuronInfoRuntimeApi_get_neurons_lite')!
    const neurons = node.call('NeuronInfoRuntimeApi_get_neurons_lite', '0x1100', at)
    const list = node.runtime.create(output, Buffer.from(neurons.slice(2), 'hex')).toJSON() as { hotkey: string }[]
    expect(list.map(({ hotkey }) => hotkey)[1]).toBe(alice.address)
    const indices = `0x1100${node.runtime.encode('Vec<u16>', [7, 30, 46, 52, 57, 66, 69]).slice(2)}` as const
    const shown = node.call('SubnetInfoRuntimeApi_get_selective_metagraph', indices, at)
    const graph = node.runtime.api('SubnetInfoRuntimeApi_get_selective_metagraph')!.output
    expect(node.runtime.create(graph, Buffer.from(shown.slice(2), 'hex')).toJSON()).toMatchObject({ numUids: 5 })
    for (const method of ['Core_version', 'Metadata_metadata_versions', 'Metadata_metadata'] as const) {
      expect(node.call(method, '0x', at)).toMatch(/^0x/)
    }
  })

  it('works by version 14 alone, which tells of no runtime APIs', async () => {
    const { run, call, node } = await smallWorld({ metadata: [readFileSync(fileOf(14))] })
    expect(run(bob, call('Commitments.set_commitment', NETUID, { fields: [raw('x')] })).error).toBeUndefined()
    expect(node.call('Metadata_metadata_versions', '0x', node.head().hash)).toBe('0x040e000000')
  })
})
