// The CPU renderer in processes of their own: the same pixels, on several cores, without blocking this one.
// A process that dies, asks for too much memory or takes too long is our failure, never the file's: it is replaced,
// and the preview is tried once more. What a file may cost is decided by counting, before and while it is drawn.
import pLimit from 'p-limit'
import { RoundkeeperError } from '../errors.ts'
import { type CpuRendererOptions, cpuRendererId, requireSize } from './cpu-renderer.ts'
import { RenderChild, type RenderChildOptions } from './render-child.ts'
import type { RenderJob } from './render-process.ts'
import type { ModelKind, Renderer, Rendering } from './renderer.ts'

export interface WorkerRendererOptions extends CpuRendererOptions, Partial<RenderChildOptions> {
  readonly workers: number
}

/** For one preview; a safety net far above what the work budget lets a file cost. */
const TIMEOUT_MS = 120_000
/** Three times what the largest file that our limits let in was seen to need. */
const MEMORY_MB = 4096
const TRIES = 2

export class WorkerRenderer implements Renderer {
  readonly id: string
  readonly deterministic = true
  readonly #compat: boolean
  readonly #limit: ReturnType<typeof pLimit>
  readonly #options: RenderChildOptions
  readonly #idle: RenderChild[] = []

  /** @throws `usage` */
  constructor({
    workers,
    compat = false,
    timeoutMs = TIMEOUT_MS,
    memoryMb = MEMORY_MB,
    script,
  }: WorkerRendererOptions) {
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RoundkeeperError('usage', `nothing can be drawn by ${workers} processes`, {
        hint: 'Give a whole number from 1 on.',
      })
    }
    this.id = cpuRendererId({ compat })
    this.#compat = compat
    this.#limit = pLimit(workers)
    this.#options = { timeoutMs, memoryMb, script }
  }

  /** By the same processes. */
  asOriginal(): Renderer {
    return {
      id: cpuRendererId({ compat: true }),
      deterministic: true,
      render: (kind, bytes, size, signal) => this.#render({ kind, bytes, size, compat: true }, signal),
    }
  }

  /** @throws `usage` for a size that is no size, `aborted` */
  render(kind: ModelKind, bytes: Uint8Array, size: number, signal: AbortSignal): Promise<Rendering> {
    return this.#render({ kind, bytes, size, compat: this.#compat }, signal)
  }

  async #render(job: RenderJob, signal: AbortSignal): Promise<Rendering> {
    requireSize(job.size)
    return this.#limit(async () => {
      for (let attempt = 1; ; attempt++) {
        const rendering = await this.#draw(job, signal)
        if (rendering.ok || rendering.fault === 'file' || attempt === TRIES) return rendering
      }
    })
  }

  /** Ends the idle processes. Not needed before leaving: they do not keep this process alive, and end with it. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((child) => child.end()))
  }

  async #draw(job: RenderJob, signal: AbortSignal): Promise<Rendering> {
    const stopped = () => new RoundkeeperError('aborted', 'stopped while drawing', { cause: signal.reason })
    if (signal.aborted) throw stopped()
    const child = this.#takeIdle() ?? new RenderChild(this.#options)
    const stop = () => void child.end()
    signal.addEventListener('abort', stop, { once: true })
    const rendering = await child.draw(job)
    signal.removeEventListener('abort', stop)
    if (child.alive) this.#idle.push(child)
    if (signal.aborted) throw stopped()
    return rendering
  }

  /** One that died while it had nothing to do is left out. */
  #takeIdle(): RenderChild | undefined {
    for (let child = this.#idle.pop(); child !== undefined; child = this.#idle.pop()) if (child.alive) return child
    return undefined
  }
}
