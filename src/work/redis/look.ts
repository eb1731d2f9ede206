/** What a Redis is, for whoever only looks: nothing is asked of workers. */
import { RoundkeeperError } from '../../errors.ts'
import { nameOf } from './address.ts'
import { connectionTo, QUEUE, type QueueAddress } from './queue.ts'

export interface RedisLook {
  /** For people, without password. */
  readonly where: string
  readonly version: string
  /** What it does when its memory is full. */
  readonly policy: string
  readonly workers: number
  readonly waiting: number
}

/** @throws RoundkeeperError `usage` for no address; `unavailable` */
export async function lookAtRedis(address: QueueAddress, signal: AbortSignal): Promise<RedisLook> {
  const [{ Queue }, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')])
  const over = new AbortController()
  const where = nameOf(address.url)
  const connection = { ...connectionTo(address, false, over.signal), retryStrategy: () => null }
  // What it is about is told below.
  const client = new Redis(address.url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null })
  const queue = new Queue(QUEUE, { connection, prefix: address.prefix, skipVersionCheck: true })
  for (const each of [client, queue]) each.on('error', () => undefined)
  try {
    const { promise: stopped, reject } = Promise.withResolvers<never>()
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    return await Promise.race([look(), stopped])
  } catch (error) {
    throw new RoundkeeperError('unavailable', `Redis does not answer: ${(error as Error).message}`, {
      where,
      hint: 'See that it runs, that the address and its password are right, and that it can be reached from here.',
    })
  } finally {
    over.abort()
    client.disconnect()
    await queue.close().catch(() => undefined)
  }

  async function look(): Promise<RedisLook> {
    await client.connect()
    const info = await client.info()
    const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
    const [workers, waiting] = await Promise.all([queue.getWorkersCount(), queue.getWaitingCount()])
    return { where, version: field('redis_version'), policy: field('maxmemory_policy'), workers, waiting }
  }
}
