import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { devKeypair } from '../../../src/chain/dev/dev-keys.ts'
import { DevNode } from '../../../src/chain/dev/dev-node.ts'
import { VirtualClock } from '../../../src/engine/virtual-clock.ts'
import fc from '../../support/properties.ts'
import { alice, bob, NETUID, raw, START, smallWorld } from './small-world.ts'

const FINALITY_LAG = 4
const people = [alice, bob]

type Step =
  | { readonly step: 'commit'; readonly who: number }
  | { readonly step: 'blocks'; readonly count: number }
  | { readonly step: 'reorg'; readonly depth: number }
  | { readonly step: 'register' }
  | { readonly step: 'late'; readonly ms: number }

const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ step: fc.constant('commit' as const), who: fc.nat(people.length - 1) }),
  fc.record({ step: fc.constant('commit' as const), who: fc.nat(people.length - 1) }),
  fc.record({ step: fc.constant('blocks' as const), count: fc.integer({ min: 1, max: 25 }) }),
  fc.record({ step: fc.constant('reorg' as const), depth: fc.integer({ min: 1, max: FINALITY_LAG }) }),
  fc.record({ step: fc.constant('register' as const) }),
  fc.record({ step: fc.constant('late' as const), ms: fc.integer({ min: 1, max: 100_000 }) }),
)

describe('whatever happens to a dev chain', () => {
  it('loses no extrinsic, takes back nothing final, and comes out the same when it is opened again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const dir = mkdtempSync(join(tmpdir(), 'dev-chain-'))
        const world = await smallWorld({ dir, finalityLag: FINALITY_LAG, genesis: { subnets: [{ tempo: 20 }] } })
        const { node, call, sign, read } = world
        const sent = people.map(() => 0)
        const final = new Map<number, string>()
        node.on('finalized', ({ number, hash }) => final.set(number, hash))
        let registered = 0
        for (const each of steps) {
          if (each.step === 'commit') {
            const commit = call('Commitments.set_commitment', NETUID, { fields: [raw(`${sent[each.who]}`)] })
            node.submit(sign(people[each.who]!, commit))
            sent[each.who]!++
          } else if (each.step === 'blocks') node.produceBlocks(each.count)
          else if (each.step === 'reorg') {
            if (node.head().number - each.depth >= node.finalizedHead().number) node.reorg(each.depth)
          } else if (each.step === 'register') node.register(NETUID, devKeypair(`//Random${registered++}`).address)
          else node.setTime(Number(read('Timestamp.Now')) + each.ms)
        }
        node.produceBlocks(1)
        const nonces = people.map(({ address }) => (read('System.Account', address) as { nonce: number }).nonce)
        expect(nonces).toEqual(sent)
        expect(read('SubtensorModule.SubnetworkN', NETUID)).toBe(5 + registered)
        for (const [number, hash] of final) expect(node.hashOf(number)).toBe(hash)
        expect(world.surprises).toEqual([])

        node[Symbol.dispose]()
        const again = await DevNode.open({ clock: new VirtualClock(START), manual: true, dir })
        expect(again.head().hash).toBe(node.head().hash)
        const keys = node.keys('0x', node.head().hash)
        expect(again.keys('0x', node.head().hash)).toEqual(keys)
        again[Symbol.dispose]()
        rmSync(dir, { recursive: true })
      }),
      { numRuns: 25 },
    )
  })
})
