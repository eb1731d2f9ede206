import { describe, expect, it } from 'vitest'
import { addressOf } from '../../../src/chain/dev/dev-keys.ts'
import { devGenesis, genesisJson } from '../../../src/chain/dev/genesis.ts'
import { devMetadata } from '../../../src/chain/dev/metadata/index.ts'
import { alice, NETUID, smallWorld } from './small-world.ts'

const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'

describe('the genesis of a dev chain', () => {
  it('has the accounts of development, and a subnet with a validator', async () => {
    expect(alice.address).toBe(ALICE)
    const { read, node } = await smallWorld()
    expect(read('Sudo.Key')).toBe(ALICE)
    expect(read('System.Account', ALICE)).toMatchObject({ nonce: 0, providers: 1, data: { free: 10 ** 15 } })
    expect(read('SubtensorModule.SubnetOwner', NETUID)).toBe(addressOf('//Owner'))
    expect(read('SubtensorModule.SubnetOwnerHotkey', NETUID)).toBe(addressOf('//Owner'))
    expect(read('SubtensorModule.Uids', NETUID, ALICE)).toBe(1)
    expect(read('SubtensorModule.ValidatorPermit', NETUID)).toEqual([false, true, false, false, false])
    expect(read('SubtensorModule.TotalHotkeyAlpha', ALICE, NETUID)).toBe(10 ** 12)
    expect(read('SubtensorModule.CommitRevealWeightsEnabled', NETUID)).toBe(false)
    // The storage key of Alice's commitment on subnet 17, as the real runtime has it.
    expect(node.runtime.entry('Commitments.CommitmentOf')!.key(NETUID, ALICE)).toBe(
      `0x${['ca407206ec1ab726b2636c4b145ac287419a60ae8b01e6dcaebd7317e43c69bf', '1100', '518366b5b1bc7c99'].join('')}${Buffer.from(alice.publicKey).toString('hex')}`,
    )
  })

  it('has shorter epochs and faster pulses where blocks are faster', async () => {
    const fast = await smallWorld({ genesis: { blockMs: 250 } })
    expect(fast.read('SubtensorModule.Tempo', NETUID)).toBe(20)
    expect(fast.read('Drand.BeaconConfig')).toMatchObject({ period: 1 })
    const slow = await smallWorld()
    expect(slow.read('SubtensorModule.Tempo', NETUID)).toBe(360)
    expect(slow.read('Drand.BeaconConfig')).toMatchObject({ period: 3 })
  })

  it('has whatever subnets it is given', async () => {
    const subnets = [
      { netuid: 3, owner: '//Eve', tempo: 100, neurons: [] },
      { netuid: 404, neurons: [{ hotkey: '//Bob', coldkey: '//Charlie', stake: '5', registeredAt: 1 }] },
    ]
    const { read } = await smallWorld({ genesis: { subnets } })
    expect(read('SubtensorModule.TotalNetworks')).toBe(2)
    expect(read('SubtensorModule.SubnetworkN', 3)).toBe(0)
    expect(read('SubtensorModule.SubnetOwnerHotkey', 3)).toBe(addressOf('//Eve'))
    expect(read('SubtensorModule.Owner', addressOf('//Bob'))).toBe(addressOf('//Charlie'))
    expect(read('SubtensorModule.OwnedHotkeys', addressOf('//Charlie'))).toEqual([addressOf('//Bob')])
    expect(read('SubtensorModule.NetworksAdded', 17)).toBe(false)
  })

  it('says which part of it is wrong', () => {
    const begin = (input: object) => () => devGenesis({ timeMs: 0, ...input })
    expect(begin({ sudo: 'nobody' })).toThrow(/not an address/)
    expect(begin({ sudo: 'nobody' })).toThrow(expect.objectContaining({ code: 'usage', where: 'sudo' }))
    expect(begin({ firstBlock: 1 })).toThrow(expect.objectContaining({ code: 'usage', where: 'firstBlock' }))
    expect(begin({ subnets: [{ tempo: -1 }] })).toThrow(expect.objectContaining({ where: 'subnets.0.tempo' }))
    expect(begin({ colour: 'red' })).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  it('is not made with what is no metadata, or that of another kind of chain', async () => {
    const refused = (metadata: Uint8Array) =>
      expect(smallWorld({ metadata: [metadata] })).rejects.toMatchObject({ code: 'refused' })
    await refused(new Uint8Array())
    await refused(Buffer.from('meta\u000eand nonsense'))
    await refused(devMetadata(15).subarray(0, 5000))
    await refused(
      Buffer.from(Buffer.from(devMetadata(14)).toString('latin1').replaceAll('Commitments', 'Commitment5'), 'latin1'),
    )
  })

  it('is read from its own text again', () => {
    const genesis = devGenesis({ timeMs: 5, seed: 'x', stakeThreshold: 2n ** 60n })
    expect(devGenesis(JSON.parse(genesisJson(genesis)))).toEqual(genesis)
    expect(genesisJson(devGenesis(JSON.parse(genesisJson(genesis))))).toBe(genesisJson(genesis))
  })
})
