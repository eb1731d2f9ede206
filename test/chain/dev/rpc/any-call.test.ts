import { afterAll, expect, it } from 'vitest'
import { openDevChain } from '../../../../src/chain/dev/dev-chain.ts'
import { NodeError } from '../../../../src/chain/dev/substrate-node.ts'
import { VirtualClock } from '../../../../src/engine/virtual-clock.ts'
import fc from '../../../support/properties.ts'

const failures: unknown[] = []
const clock = new VirtualClock(new Date('2026-02-02T08:00:00Z'))
const chain = await openDevChain({ clock, manual: true, onFailure: (error) => failures.push(error) })
afterAll(() => chain[Symbol.asyncDispose]())

const { node, endpoint } = chain
const hex = fc.uint8Array({ maxLength: 80 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`)
const apis = ['Metadata_metadata_at_version', 'AccountNonceApi_account_nonce', 'TransactionPaymentApi_query_info']
  .concat(['SubnetInfoRuntimeApi_get_selective_metagraph', 'NeuronInfoRuntimeApi_get_neurons_lite', 'Core_version'])
  .concat('StakeInfoRuntimeApi_get_coldkey_lock')
const param = fc.oneof(
  hex,
  fc.array(hex, { maxLength: 4 }),
  fc.constantFrom(
    '0x00',
    'nobody',
    node.head().hash,
    node.genesisHash,
    '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
    ...apis,
  ),
  fc.jsonValue(),
)
const methods = endpoint.names.filter((name) => name !== 'dev_disconnect' && name !== 'dev_mischief')
const calls = fc.array(
  fc.record({
    method: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(...methods) },
      { weight: 1, arbitrary: fc.constant('state_call') },
    ),
    params: fc.array(param, { maxLength: 4 }),
  }),
  { maxLength: 30 },
)

it('answers any call of any method, or says with a code of its own what is wrong', async () => {
  await fc.assert(
    fc.asyncProperty(calls, async (some) => {
      const session = endpoint.open({ notify: () => undefined, disconnect: () => undefined })
      for (const { method, params } of some) {
        const answer = await session.ask(method, params).catch((error: unknown) => error)
        if (answer instanceof Error) expect(answer).toBeInstanceOf(NodeError)
        else JSON.stringify(answer)
        expect([method, params, failures.splice(0)]).toEqual([method, params, []])
      }
      endpoint.close(session)
    }),
    { numRuns: 150 },
  )
  node.produceBlocks(1)
  expect(endpoint.clients).toBe(0)
})
