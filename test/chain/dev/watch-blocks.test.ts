import { describe, expect, it } from 'vitest'
import { keepPace } from '../../../src/chain/dev/pace.ts'
import { watchBlocks } from '../../../src/chain/dev/watch-blocks.ts'
import { VirtualClock } from '../../../src/engine/virtual-clock.ts'
import { FakeNode } from './rpc/fake-node.ts'

describe('watching blocks', () => {
  it('tells of every block, in order, and of those that a reorganisation left', () => {
    const node = new FakeNode()
    const told: string[] = []
    const stop = watchBlocks(node, {
      made: ({ number, hash }) => told.push(`${number} on ${Number.parseInt(hash.slice(2, 4), 16)}`),
      left: (first, count) => told.push(`left ${count} from ${first}`),
    })
    node.produceBlocks(3)
    expect(told.splice(0)).toEqual(['1 on 0', '2 on 0', '3 on 0'])
    node.reorg(2)
    expect(told.splice(0)).toEqual(['left 2 from 2', '2 on 1', '3 on 1', '4 on 1'])
    node.produceBlocks(1)
    expect(told.splice(0)).toEqual(['5 on 1'])
    stop()
    node.produceBlocks(1)
    expect(told).toEqual([])
    expect(node.listening).toBe(0)
  })
})

describe('the pace', () => {
  it('is kept until it is stopped, whatever the node throws', async () => {
    const clock = new VirtualClock(new Date(0), { autoAdvance: true })
    const controller = new AbortController()
    const failures: unknown[] = []
    let asked = 0
    const catchUp = () => {
      if (++asked === 5) controller.abort()
      if (asked === 2) throw new Error('a bug')
    }
    await keepPace({ catchUp }, { clock, everyMs: 50, signal: controller.signal, onFailure: (e) => failures.push(e) })
    expect(asked).toBe(5)
    expect(clock.now().getTime()).toBe(200)
    expect(failures).toMatchObject([{ message: 'a bug' }])
  })
})
