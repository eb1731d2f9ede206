import { describe, expect, it } from 'vitest'
import type { Hex } from '../../../src/chain/dev/substrate-node.ts'
import { NodeError } from '../../../src/chain/dev/substrate-node.ts'
import fc from '../../support/properties.ts'
import { alice, bob, NETUID, raw, type SmallWorld, smallWorld } from './small-world.ts'

const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
const bytes = fc.uint8Array({ maxLength: 300 })

/** Whatever it is, it is taken or refused with a node's error; a block can be made either way. */
function survives({ node }: SmallWorld, extrinsic: Hex): void {
  try {
    node.submit(extrinsic)
  } catch (error) {
    expect(error).toBeInstanceOf(NodeError)
  }
}

describe('bytes of a stranger', () => {
  it('are an extrinsic or are refused', async () => {
    const world = await smallWorld()
    const prefixed = bytes.map((each) => Uint8Array.of(...compact(each.length + 1), 0x84, ...each))
    fc.assert(fc.property(fc.oneof(bytes, prefixed), (each) => survives(world, hex(each))))
    world.node.produceBlocks(1)
    expect(world.surprises).toEqual([])
  })

  it('in the place of some of a true one change nothing but its fate', async () => {
    const world = await smallWorld()
    const commit = world.call('Commitments.set_commitment', NETUID, { fields: [raw('hello')] })
    const whole = Buffer.from(world.sign(bob, commit).slice(2), 'hex')
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 4 }), (at, change) => {
        const changed = Buffer.from(whole)
        changed.set(change.slice(0, whole.length - at), at)
        survives(world, hex(changed))
      }),
    )
    world.node.produceBlocks(1)
    expect(world.surprises).toEqual([])
  })

  it('that are signed for a call only make that call fail', async () => {
    const world = await smallWorld()
    const { registry } = world.node.runtime
    let included = 0
    // Every pallet and call of the runtime, with arguments that may or may not be some.
    const calls = fc.tuple(fc.constantFrom(0, 2, 5, 7, 11, 12, 18, 19), fc.nat(140), fc.uint8Array({ maxLength: 60 }))
    fc.assert(
      fc.property(calls, ([pallet, index, args]) => {
        let call: ReturnType<SmallWorld['call']>
        try {
          call = registry.createType('Call', Uint8Array.of(pallet, index, ...args)) as never
        } catch {
          return
        }
        survives(world, world.sign(alice, call))
        const { hash } = world.node.produceBlocks(1)
        included += world.node.extrinsicsOf(hash).length - 1
      }),
      { numRuns: 150 },
    )
    expect(included).toBeGreaterThan(0)
    expect(world.surprises).toEqual([])
  })

  it('as deep as they like stop nothing', async () => {
    const world = await smallWorld()
    // A batch of one batch of one batch …
    const deep = Buffer.concat([...Array(20_000).fill(Buffer.from('0b0004', 'hex')), Buffer.from('000000', 'hex')])
    survives(world, hex(deep))
    survives(world, hex(Buffer.concat([Buffer.from([2, 0, 0, 0]), deep])))
    expect(world.node.produceBlocks(1).number).toBe(3)
  })

  it('as keys and arguments of runtime APIs are answered', async () => {
    const { node } = await smallWorld()
    const at = node.head().hash
    const entries = [
      'System.BlockHash',
      'Drand.Pulses',
      'SubtensorModule.BlocksSinceLastStep',
      'System.Events',
    ] as const
    const prefix = fc.constantFrom<Hex>('0x', ...entries.map((name) => node.runtime.entry(name)!.prefix))
    fc.assert(
      fc.property(prefix, bytes, (start, rest) => {
        const key: Hex = `${start}${hex(rest).slice(2)}`
        const value = node.storage(key, at)
        expect(value === undefined || value.startsWith('0x')).toBe(true)
        expect(node.keys(key, at).every((each) => each.startsWith(key))).toBe(true)
      }),
    )
    const methods = [
      'AccountNonceApi_account_nonce',
      'NeuronInfoRuntimeApi_get_neurons_lite',
      'SubnetInfoRuntimeApi_get_selective_metagraph',
      'StakeInfoRuntimeApi_get_coldkey_lock',
      'TransactionPaymentApi_query_info',
      'Metadata_metadata_at_version',
      'no_such_method',
      'constructor',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...methods), bytes, (method, data) => {
        try {
          expect(node.call(method, hex(data), at)).toMatch(/^0x/)
        } catch (error) {
          expect(error).toBeInstanceOf(NodeError)
        }
      }),
    )
  })
})

function compact(length: number): number[] {
  return length < 64 ? [length * 4] : [(length * 4 + 1) & 255, (length * 4 + 1) >> 8]
}
