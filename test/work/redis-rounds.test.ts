import { afterAll, beforeAll, expect, it } from 'vitest'
import { PERFORMED } from '../../src/formats/generation-3d/perform.ts'
import { RedisPool } from '../../src/work/redis/redis-pool.ts'
import { RedisServer, whyNoRedis } from '../support/redis-server.ts'
import { Hosts, RealRound } from './real-round.ts'
import { WorkerProcess } from './worker-process.ts'

const missing = whyNoRedis()
if (missing !== undefined) it.skip(`rounds by way of Redis: ${missing}`, () => undefined)
else {
  let [hosts, redis]: [Hosts?, RedisServer?] = []
  let alone = ''
  const LIMIT_MS = 180_000

  const poolOf = ({ ports: { store } }: RealRound, url: string, prefix: string, patienceMs = LIMIT_MS) =>
    new RedisPool({
      ...{ url, prefix, store, kinds: PERFORMED, here: 2, ahead: 64, tell: () => undefined },
      ...{ patienceMs, checkMs: 100, pieceMs: LIMIT_MS },
    })

  beforeAll(async () => {
    ;[hosts, redis] = await Promise.all([Hosts.start(), RedisServer.start()])
    await using round = await RealRound.open(hosts)
    await round.toTheEnd()
    alone = await round.game.repo.head()
  })
  afterAll(async () => {
    await redis?.[Symbol.asyncDispose]()
    await hosts?.[Symbol.asyncDispose]()
  })

  it('a round ends at the same commit while a worker is killed, and Redis is wiped and killed', async () => {
    await using hosts = await Hosts.start()
    await using redis = await RedisServer.start()
    await using round = await RealRound.open(hosts, { pool: { kind: 'redis', prefix: 'r', lock_seconds: 1 } })
    const [first, second] = await Promise.all([
      WorkerProcess.start(round.game.dir, redis.url, '--concurrency', '1'),
      WorkerProcess.start(round.game.dir, redis.url, '--concurrency', '2'),
    ])
    await using _first = first
    await using _second = second
    let troubles: Promise<unknown> = Promise.resolve()
    const then = (models: number, act: () => Promise<unknown>) =>
      hosts.when(models, () => {
        troubles = troubles.then(act)
      })
    then(3, () => first.stop('SIGKILL'))
    then(6, () => redis.flushAll())
    then(9, () => redis.kill().then(() => redis.run()))
    await using pool = poolOf(round, redis.url, 'r')
    await round.toTheEnd(pool)
    await troubles
    expect(second.count('done')).toBeGreaterThan(0)
    expect(await round.game.repo.head()).toBe(alone)
    expect(await second.stop('SIGTERM')).toBe(0)
  })

  it('and when all of them die, the tick does what is left', async () => {
    await using hosts = await Hosts.start()
    await using redis = await RedisServer.start()
    await using round = await RealRound.open(hosts, { pool: { kind: 'redis', prefix: 'd' } })
    await using worker = await WorkerProcess.start(round.game.dir, redis.url, '--concurrency', '1')
    const died = Promise.withResolvers<void>()
    hosts.when(3, () => void worker.stop('SIGKILL').then(() => redis.kill().then(died.resolve)))
    await using pool = poolOf(round, redis.url, 'd', 500)
    await round.toTheEnd(pool)
    await died.promise
    expect(await round.game.repo.head()).toBe(alone)
  })
}
