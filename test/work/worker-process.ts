/** `roundkeeper worker` in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { WorkerEvent } from '../../src/work/redis/redis-worker.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export class WorkerProcess implements AsyncDisposable {
  readonly events: WorkerEvent[] = []
  readonly #process: ChildProcess
  readonly #gone: Promise<unknown[]>

  private constructor(child: ChildProcess) {
    this.#process = child
    this.#gone = once(child, 'exit')
  }

  /** Once it listens. @param more options */
  static async start(dir: string, url: string, ...more: string[]): Promise<WorkerProcess> {
    const child = spawn(process.execPath, [main, 'worker', '--dir', dir, '--json', ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ROUNDKEEPER_REDIS_URL: url, NO_COLOR: '1' },
    })
    const worker = new WorkerProcess(child)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    void worker.#gone.then(() => reject(new Error('the worker ended before it was ready')))
    createInterface(child.stdout as NodeJS.ReadableStream).on('line', (line) => {
      const event = JSON.parse(line) as WorkerEvent
      worker.events.push(event)
      if (event.kind === 'ready') resolve()
    })
    await promise
    return worker
  }

  count(kind: WorkerEvent['kind']): number {
    return this.events.filter((event) => event.kind === kind).length
  }

  /** @returns its exit code, or null */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<unknown> {
    this.#process.kill(signal)
    const [code] = await this.#gone
    return code
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.stop('SIGKILL')
  }
}
