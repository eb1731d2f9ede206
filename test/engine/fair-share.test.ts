import { describe, expect, it } from 'vitest'
import { FairShare } from '../../src/engine/fair-share.ts'
import fc from '../support/properties.ts'

/** Work that ends when it is told to, and remembers who is at it. */
function bench() {
  const running: { miner: string; host: string; end(): void }[] = []
  const most = { total: 0, miner: 0, host: 0 }
  const count = (key: 'miner' | 'host', value: string) => running.filter((each) => each[key] === value).length
  const work = (miner: string, host: string) => () =>
    new Promise<void>((resolve) => {
      const self = {
        miner,
        host,
        end() {
          running.splice(running.indexOf(self), 1)
          resolve()
        },
      }
      running.push(self)
      most.total = Math.max(most.total, running.length)
      most.miner = Math.max(most.miner, count('miner', miner))
      most.host = Math.max(most.host, count('host', host))
    })
  return { running, most, work }
}
const soon = () => new Promise((resolve) => setImmediate(resolve))

describe('a fair share', () => {
  it('bounds what runs at once: over all, to a host, for a miner; and comes to an end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ miner: fc.nat(5), host: fc.nat(2) }), { maxLength: 60 }),
        fc.record({
          total: fc.integer({ min: 1, max: 8 }),
          perHost: fc.integer({ min: 1, max: 5 }),
          perMiner: fc.integer({ min: 1, max: 3 }),
        }),
        async (pieces, shares) => {
          const share = new FairShare(shares)
          const { running, most, work } = bench()
          const all = Promise.all(
            pieces.map(({ miner, host }) => share.run(`m${miner}`, `h${host}`, work(`m${miner}`, `h${host}`))),
          )
          for (let ended = 0; ended < pieces.length; ) {
            await soon()
            for (const each of [...running]) {
              each.end()
              ended += 1
            }
          }
          await all
          expect(most.total).toBeLessThanOrEqual(shares.total)
          expect(most.host).toBeLessThanOrEqual(shares.perHost)
          expect(most.miner).toBeLessThanOrEqual(shares.perMiner)
        },
      ),
    )
  })

  it('does not let hosts that never answer keep the others waiting', async () => {
    const share = new FairShare({ total: 8, perHost: 4, perMiner: 4, patienceMs: 10 })
    const { running, work } = bench()
    const stuck = ['a', 'b', 'c', 'd'].flatMap((name) =>
      Array.from({ length: 20 }, () => share.run(name, name, work(name, name))),
    )
    let quick = 0
    await Promise.all(Array.from({ length: 50 }, () => share.run('quick', 'quick', async () => void quick++)))
    expect(quick).toBe(50)
    expect(running).toHaveLength(16)
    while (running.length > 0) {
      for (const each of [...running]) each.end()
      await soon()
    }
    await Promise.all(stuck)
  })

  it('lets miners of one host take turns', async () => {
    const share = new FairShare({ perHost: 2, perMiner: 1 })
    const order: string[] = []
    const one = (name: string) => share.run(name, 'host', async () => void order.push(name))
    await Promise.all([
      ...Array.from({ length: 6 }, () => one('first')),
      ...Array.from({ length: 6 }, () => one('second')),
    ])
    expect(order.slice(0, 6).filter((name) => name === 'second').length).toBeGreaterThanOrEqual(2)
  })

  it('hands on what the work throws', async () => {
    const share = new FairShare()
    await expect(share.run('a', 'b', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(
      share.run('a', 'b', () => {
        throw new Error('at once')
      }),
    ).rejects.toThrow('at once')
  })
})
