import { afterAll, beforeAll, expect, it } from 'vitest'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import { NotGathered } from '../../src/engine/not-gathered.ts'
import type { Task } from '../../src/engine/work-pool.ts'
import { isError } from '../../src/errors.ts'
import { PartialPool } from '../../src/work/partial-pool.ts'
import { RedisPool } from '../../src/work/redis/redis-pool.ts'
import { work } from '../../src/work/redis/redis-worker.ts'
import { isIn } from '../../src/work/share.ts'
import { memoryStore } from '../support/memory-store.ts'
import fc from '../support/properties.ts'
import { RedisServer, whyNoRedis } from '../support/redis-server.ts'
import { all, never, Squares, square, workPoolContract } from './contract.ts'

const nothing = { [Symbol.asyncDispose]: async () => undefined }

workPoolContract('in this process', async (atOnce) => ({
  pool: new InProcessPool(atOnce),
  ahead: 4 * atOnce,
  ...nothing,
}))
workPoolContract('of one share that is all', async (atOnce) => ({
  ...{ pool: new PartialPool(new InProcessPool(atOnce), () => true), ahead: 4 * atOnce },
  ...nothing,
}))

const missing = whyNoRedis()
if (missing !== undefined) it.skip(`the work pool by way of Redis: ${missing}`, () => undefined)
else {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await RedisServer.start()
  })
  afterAll(() => redis[Symbol.asyncDispose]())

  let opened = 0
  workPoolContract('by way of Redis', async (atOnce, squares) => {
    const [store, prefix] = [memoryStore(), `contract-${++opened}`]
    const about = { url: redis.url, prefix, store }
    const ahead = 20
    const pool = new RedisPool({
      ...{ ...about, kinds: ['square'], here: atOnce, ahead, tell: () => undefined },
      ...{ patienceMs: 600_000, checkMs: 200, pieceMs: 600_000 },
    })
    return { ahead: 4 * (atOnce + ahead), ...working() }

    /** Only those tests that gather need a worker; it begins with the first piece. */
    function working() {
      const stop = new AbortController()
      let ended: Promise<void> | undefined
      const gather: RedisPool['gather'] = (task, ...rest) => {
        ended ??= work(
          {
            ...{ ...about, concurrency: 4, lockMs: 5_000, graceMs: 1_000, tell: () => undefined },
            perform: async ({ input }: Task) => void squares.make((input as { n: number }).n),
          },
          stop.signal,
        )
        return pool.gather(task, ...rest)
      }
      return {
        pool: { run: pool.run.bind(pool) as RedisPool['run'], gather },
        async [Symbol.asyncDispose]() {
          stop.abort()
          await ended
          await pool[Symbol.asyncDispose]()
        },
      }
    }
  })
}

it('a pool refuses a bound that makes no sense', () => {
  for (const bound of [0, -1, 1.5, Number.NaN]) {
    expect(() => new InProcessPool(bound)).toThrow(expect.toSatisfy((error) => isError(error, 'usage')))
  }
})

it('shares are disjoint and together all; what is of one miner is in one of them', async () => {
  const tasks = fc.array(
    fc.record({ n: fc.nat(), miner: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }) }),
  )
  await fc.assert(
    fc.property(tasks, fc.integer({ min: 1, max: 9 }), (list, of) => {
      const shareOf = (task: Task) =>
        Array.from({ length: of }, (_, at) => at + 1).filter((at) => isIn(task, { at, of }))
      const shares = list.map(({ n, miner }) => ({ miner, shares: shareOf({ ...square(n), of: miner }) }))
      for (const { shares: found } of shares) expect(found).toHaveLength(1)
      const ofMiners = new Set(shares.filter(({ miner }) => miner).map(({ miner, shares: [at] }) => `${miner} ${at}`))
      expect(ofMiners.size).toBe(new Set(shares.flatMap(({ miner }) => miner ?? [])).size)
    }),
  )
})

it('what is not in a share is found or told, and never made', async () => {
  const squares = new Squares()
  squares.make(1)
  const pool = new PartialPool(new InProcessPool(2), () => false)
  const gather = (n: number) => pool.gather(square(n), squares.of(n), never)
  const seen = await all(pool.run([1, 2, 3, 2], gather, never))
  expect(seen.map((each) => (each.ok ? each.output : each.error instanceof NotGathered))).toEqual([1, true, true, true])
  expect(pool.missing.map(({ input }) => input)).toEqual([{ n: 2 }, { n: 3 }])
  expect(squares.made).toEqual([1])
})
