/** A Redis of a test's own: on a socket in a folder of its own, keeping nothing on disk. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import { connectionTo } from '../../src/work/redis/queue.ts'

/** Why there is none on this machine; undefined where there is. In CI there has to be one. */
export function whyNoRedis(): string | undefined {
  if (spawnSync('redis-server', ['--version']).status === 0) return undefined
  if (process.env.CI) throw new Error('redis-server is missing: .ci/run installs it')
  return 'there is no redis-server on this machine (Debian: apt-get install redis-server)'
}

export class RedisServer implements AsyncDisposable {
  readonly url: string
  readonly #dir: string
  readonly #more: readonly string[]
  #process: ChildProcess | undefined

  private constructor(dir: string, more: readonly string[], password: string | undefined) {
    this.#dir = dir
    this.#more = password === undefined ? more : [...more, '--requirepass', password]
    this.url = `unix://${password === undefined ? '' : `:${password}@localhost`}${join(dir, 'redis.sock')}`
  }

  static async start({ password }: { password?: string } = {}): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), 'roundkeeper-redis-')), [], password)
    await server.run()
    return server
  }

  /** Again, after `kill`; nothing of before is in it. */
  async run(): Promise<void> {
    const socket = join(this.#dir, 'redis.sock')
    const quiet = ['--save', '', '--appendonly', 'no', '--port', '0', '--dir', this.#dir]
    const child = spawn('redis-server', [...quiet, '--unixsocket', socket, ...this.#more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#process = child
    for await (const line of createInterface(child.stdout)) if (/ready to accept connections/i.test(line)) break
    child.stdout.resume()
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  async flushAll(): Promise<void> {
    const client = new Redis(connectionTo({ url: this.url, prefix: '' }, true, new AbortController().signal) as object)
    client.on('error', () => undefined)
    await client.flushall()
    client.disconnect()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await rm(this.#dir, { recursive: true, force: true })
  }
}
