import { Queue } from 'bullmq'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Task } from '../../src/engine/work-pool.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { forgetSecrets, hide } from '../../src/mask.ts'
import { connectionTo, QUEUE } from '../../src/work/redis/queue.ts'
import { RedisPool } from '../../src/work/redis/redis-pool.ts'
import { type WorkerEvent, type WorkerOptions, work } from '../../src/work/redis/redis-worker.ts'
import { keepTask } from '../../src/work/redis/tasks.ts'
import { memoryStore } from '../support/memory-store.ts'
import { RedisServer, whyNoRedis } from '../support/redis-server.ts'
import { never, Squares, square } from './contract.ts'

const missing = whyNoRedis()
const numberIn = ({ input }: Task) => (input as { n: number }).n

/** One queue, its store, and what was said. */
class Bench implements AsyncDisposable {
  readonly store = memoryStore()
  readonly squares = new Squares()
  readonly said: string[] = []
  readonly url: string
  readonly prefix: string
  readonly #open: AsyncDisposable[] = []

  constructor(url: string, prefix: string) {
    this.url = url
    this.prefix = prefix
  }

  pool(patienceMs = 600_000): RedisPool {
    const { url, prefix, store } = this
    const pool = new RedisPool({
      ...{ url, prefix, store, kinds: ['square'], here: 2, ahead: 50, tell: (text) => this.said.push(text) },
      ...{ patienceMs, checkMs: 50, pieceMs: 600_000 },
    })
    this.#open.push(pool)
    return pool
  }

  /** A worker in this process; `heard` resolves at the first event that satisfies. */
  worker(perform: WorkerOptions['perform'], options: Partial<WorkerOptions> = {}) {
    const { url, prefix, store } = this
    const stop = new AbortController()
    const events: WorkerEvent[] = []
    const waiting: { want: (event: WorkerEvent) => boolean; resolve: () => void }[] = []
    const tell = (event: WorkerEvent) => {
      events.push(event)
      for (const { want, resolve } of waiting) if (want(event)) resolve()
    }
    const about = { url, prefix, store, concurrency: 2, lockMs: 5_000, graceMs: 0, perform, tell, ...options }
    const ended = work(about, stop.signal)
    const close = async () => {
      stop.abort()
      await ended
    }
    this.#open.push({ [Symbol.asyncDispose]: close })
    const heard = (want: (event: WorkerEvent) => boolean) =>
      events.some(want) ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ want, resolve }))
    return { events, close, heard }
  }

  get honest(): WorkerOptions['perform'] {
    return async (task) => void this.squares.make(numberIn(task))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#open.toReversed()) await each[Symbol.asyncDispose]()
  }
}

if (missing !== undefined) it.skip(`work by way of Redis: ${missing}`, () => undefined)
else {
  let redis: RedisServer
  let benches = 0
  beforeAll(async () => {
    redis = await RedisServer.start({ password: 'correct-horse' })
  })
  afterAll(() => redis[Symbol.asyncDispose]())
  const bench = () => new Bench(redis.url, `bench-${++benches}`)

  it('what a worker refuses is done by whoever asked, who says why', async () => {
    await using on = bench()
    on.worker(async () => {
      throw new RoundkeeperError('refused', 'the renderer here is b, and a was asked for')
    })
    expect(await on.pool().gather(square(4), on.squares.of(4), never)).toBe(16)
    expect(on.said).toEqual(['a worker says: the renderer here is b, and a was asked for'])
    expect(on.squares.made).toEqual([4])
  })

  it('what fails for now is tried again, a few times, and tells Redis no secret', async () => {
    await using on = bench()
    let tries = 0
    hide('sk-of-the-judge')
    const worker = on.worker(async () => {
      tries += 1
      throw new Error('no answer to sk-of-the-judge')
    })
    expect(await on.pool().gather(square(5), on.squares.of(5), never)).toBe(25)
    forgetSecrets()
    expect(tries).toBe(3)
    expect(on.said).toEqual(['a worker says: no answer to ***'])
    expect(worker.events.filter(({ kind }) => kind === 'failed')).toHaveLength(3)
  })

  it('a worker that is told to stop gives back what it holds, and another one does it', async () => {
    await using on = bench()
    const begun = Promise.withResolvers<void>()
    const first = on.worker(
      (_, signal) =>
        new Promise((_resolve, reject) => {
          begun.resolve()
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    )
    const asked = on.pool().gather(square(6), on.squares.of(6), never)
    await begun.promise
    await first.close()
    expect(first.events.map(({ kind }) => kind)).toEqual(['ready', 'given-back'])
    on.worker(on.honest)
    expect(await asked).toBe(36)
  })

  it('several that ask for the same, in one tick or in others, have it done once', async () => {
    await using on = bench()
    const go = Promise.withResolvers<void>()
    const twice = on.pool()
    const pools = [twice, twice, on.pool(), on.pool()]
    const asked = pools.map((pool) => pool.gather(square(8), on.squares.of(8), never))
    const worker = on.worker(async (task) => {
      await go.promise
      on.squares.made.push(-1)
      on.squares.make(numberIn(task))
    })
    await worker.heard(({ kind }) => kind === 'ready')
    go.resolve()
    expect(await Promise.all(asked)).toEqual([64, 64, 64, 64])
    expect(on.squares.made.filter((n) => n === 8)).toHaveLength(1)
  })

  it('whoever writes to the queue can have done what was asked for, and nothing else', async () => {
    await using on = bench()
    const worker = on.worker(on.honest)
    const queue = new Queue(QUEUE, { connection: connectionTo(on, true, never), prefix: on.prefix })
    const strangers = [
      ['0'.repeat(64), {}],
      ['../../etc/passwd', { input: { n: 1 } }],
      ['f'.repeat(64), { kind: 'square', input: { n: 2 }, huge: 'x'.repeat(2 ** 21) }],
      ['constructor', null],
    ] as const
    for (const [jobId, data] of strangers) await queue.add('square\u001b[2J', data, { jobId, removeOnFail: true })
    // What lies in the store under another name than its own is none, either.
    const bent = await keepTask(on.store, square(3))
    const key = `tasks/${bent.slice(0, 2)}/${bent}.json`
    const other = { ...memoryStore(), get: async (name: string) => (name === key ? Buffer.from('{}') : undefined) }
    const fooled = on.worker(on.honest, { store: other, prefix: `${on.prefix}-other` })
    const queueOfOther = new Queue(QUEUE, { connection: connectionTo(on, true, never), prefix: `${on.prefix}-other` })
    await queueOfOther.add('square', {}, { jobId: bent, removeOnFail: true })
    await fooled.heard(({ kind }) => kind === 'refused')
    expect(await on.pool().gather(square(9), on.squares.of(9), never)).toBe(81)
    await worker.heard(({ kind }) => kind === 'refused' && worker.events.length >= strangers.length + 2)
    expect(worker.events.filter(({ kind }) => kind === 'refused')).toHaveLength(strangers.length)
    expect(on.squares.made).toEqual([9])
    await Promise.all([queue.close(), queueOfOther.close()])
  })

  it('where no worker is, the work is done by whoever asks, and workers that come later are asked', async () => {
    await using on = bench()
    const pool = on.pool(1)
    expect(await pool.gather(square(2), on.squares.of(2), never)).toBe(4)
    expect(on.squares.made).toEqual([2])
    expect(on.said.at(-1)).toBe('no worker is there: the work is done here')
    expect(on.said.join()).not.toContain('correct-horse')
  })

  it('a worker that may not in says so, without the password', async () => {
    await using on = bench()
    const wrong = on.worker(on.honest, { url: redis.url.replace('correct-horse', 'wrong-battery') })
    await wrong.heard(({ kind }) => kind === 'trouble')
    expect(JSON.stringify(wrong.events)).toMatch(/WRONGPASS|NOAUTH|invalid/)
    expect(JSON.stringify(wrong.events)).not.toContain('wrong-battery')
  })
}
