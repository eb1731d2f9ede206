// A process that draws: with a ceiling on its memory, without our environment, and ended when it takes too long.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { RenderJob } from './render-process.ts'
import type { Rendering } from './renderer.ts'

export interface RenderChildOptions {
  readonly timeoutMs: number
  /** Of everything that the process may write to. The system enforces it on Linux. */
  readonly memoryMb: number
  /** What the process runs; for tests of how crashes are met. */
  readonly script: URL | undefined
}

const HEAP_MB = 1024
/** Beside this file, both as source and when built. */
const SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './render-process.ts' : './render-process.js', import.meta.url)
/** V8 and the C++ library end a process so when they find no memory; the system kills it outright. */
const DEATHS_OF_MEMORY: readonly unknown[] = ['SIGABRT', 'SIGKILL', 'SIGTRAP']

export class RenderChild {
  readonly #process: ChildProcess
  readonly #timeoutMs: number
  #alive = true

  constructor({ timeoutMs, memoryMb, script = SCRIPT }: RenderChildOptions) {
    this.#timeoutMs = timeoutMs
    const node = [process.execPath, `--max-old-space-size=${HEAP_MB}`, fileURLToPath(script)]
    // The limits of worker threads do not count array buffers, nor what native code allocates; those of a process do.
    const limited = ['/bin/sh', '-c', 'ulimit -d "$0" && exec "$@"', String(memoryMb * 1024), ...node]
    const [command, ...args] = process.platform === 'win32' ? node : limited
    // No environment: nothing secret reaches a process that reads hostile files.
    this.#process = spawn(command as string, args, {
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    })
    const over = () => {
      this.#alive = false
    }
    this.#process.on('exit', over).on('error', over)
  }

  get alive(): boolean {
    return this.#alive
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** One at a time; never throws. Afterwards the process is idle, or dead. */
  draw(job: RenderJob): Promise<Rendering> {
    const child = this.#process
    this.#holdParent(true)
    return new Promise((resolve) => {
      const settle = (rendering: Rendering) => {
        clearTimeout(timer)
        child.off('message', onMessage).off('exit', onExit).off('error', onError)
        if (!rendering.ok && rendering.fault === 'infrastructure') void this.end()
        else this.#holdParent(false)
        resolve(rendering)
      }
      const fail = (code: string, detail: string) => settle({ ok: false, fault: 'infrastructure', code, detail })
      const onMessage = (rendering: unknown) => settle(rendering as Rendering)
      const onError = (error: Error) => fail('crash', error.message)
      const onExit = (code: number | null, signal: string | null) => {
        const how = signal ?? `exit code ${code}`
        const memory = DEATHS_OF_MEMORY.includes(signal) || code === 134
        fail(memory ? 'memory' : 'crash', `the drawing process ended by itself (${how})`)
      }
      const timer = setTimeout(() => fail('timeout', `not drawn within ${this.#timeoutMs} ms`), this.#timeoutMs)
      child.on('message', onMessage).on('exit', onExit).on('error', onError)
      child.send(job, (error) => {
        if (error !== null) fail('crash', error.message)
      })
    })
  }

  /** Ends the process, whatever it does. */
  async end(): Promise<void> {
    if (!this.#alive) return
    this.#alive = false
    const child = this.#process
    // One that could not even be started has an error instead of an exit.
    const gone = new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
    this.#holdParent(true)
    child.kill('SIGKILL')
    await gone
  }

  #holdParent(hold: boolean): void {
    const { channel } = this.#process
    if (hold) {
      this.#process.ref()
      channel?.ref()
    } else {
      this.#process.unref()
      channel?.unref()
    }
  }
}
