// The CPU renderer on worker threads: the same pixels, on several cores, without blocking this one.
// A thread that crashes or takes too long is our failure, never the file's, and is replaced.
import { Worker } from 'node:worker_threads'
import pLimit from 'p-limit'
import { RoundkeeperError } from '../errors.ts'
import { CPU_RENDERER_ID, requireSize } from './cpu-renderer.ts'
import type { RenderJob } from './render-worker.ts'
import type { ModelKind, Renderer, Rendering } from './renderer.ts'

export interface WorkerRendererOptions {
  readonly workers: number
  /** For one preview; a safety net far above what the work budget lets a file cost. */
  readonly timeoutMs?: number
  /** What the threads run; for tests of how crashes are met. */
  readonly script?: URL
}

const TIMEOUT_MS = 120_000
/** Bounds the JavaScript heap only; the readers' own limits bound the rest. */
const HEAP_MB = 1024
/** Beside this file, both as source and when built. */
const SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './render-worker.ts' : './render-worker.js', import.meta.url)

export class WorkerRenderer implements Renderer {
  readonly id = CPU_RENDERER_ID
  readonly deterministic = true
  readonly #limit: ReturnType<typeof pLimit>
  readonly #timeoutMs: number
  readonly #script: URL
  readonly #idle: Worker[] = []

  /** @throws `usage` */
  constructor({ workers, timeoutMs = TIMEOUT_MS, script = SCRIPT }: WorkerRendererOptions) {
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RoundkeeperError('usage', `nothing can be drawn on ${workers} threads`, {
        hint: 'Give a whole number from 1 on.',
      })
    }
    this.#limit = pLimit(workers)
    this.#timeoutMs = timeoutMs
    this.#script = script
  }

  /** @throws `usage` for a size that is no size, `aborted` */
  async render(kind: ModelKind, bytes: Uint8Array, size: number, signal: AbortSignal): Promise<Rendering> {
    requireSize(size)
    return this.#limit(() => this.#draw({ kind, bytes, size }, signal))
  }

  /** Ends the idle threads. Not needed before leaving: idle threads do not keep the process alive. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()))
  }

  #draw(job: RenderJob, signal: AbortSignal): Promise<Rendering> {
    if (signal.aborted) return Promise.reject(stopped(signal))
    const worker = this.#idle.pop() ?? this.#start()
    worker.ref()
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void, keep: boolean) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        worker.off('message', onMessage).off('error', onError).off('exit', onExit)
        worker.unref()
        if (keep) this.#idle.push(worker)
        else discard(worker)
        finish()
      }
      const fail = (code: string, detail: string) =>
        settle(() => resolve({ ok: false, fault: 'infrastructure', code, detail }), false)
      const onMessage = (rendering: Rendering) => settle(() => resolve(rendering), true)
      const onError = (error: unknown) => fail('crash', error instanceof Error ? error.message : String(error))
      const onExit = (code: number) => fail('crash', `the thread ended by itself (${code})`)
      const onAbort = () => settle(() => reject(stopped(signal)), false)
      const timer = setTimeout(() => fail('timeout', `not drawn within ${this.#timeoutMs} ms`), this.#timeoutMs)
      signal.addEventListener('abort', onAbort, { once: true })
      worker.on('message', onMessage).on('error', onError).on('exit', onExit)
      worker.postMessage(job)
    })
  }

  #start(): Worker {
    // No environment: nothing secret reaches a thread that reads hostile files.
    return new Worker(this.#script, { env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } })
  }
}

function discard(worker: Worker): void {
  // Whatever it still has to say, nobody listens; without a listener an error would end the process.
  worker.on('error', () => {})
  void worker.terminate()
}

const stopped = (signal: AbortSignal) =>
  new RoundkeeperError('aborted', 'stopped while drawing', { cause: signal.reason })
