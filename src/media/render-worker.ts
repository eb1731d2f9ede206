// Runs in a worker thread: draws one preview for each message.
import { parentPort } from 'node:worker_threads'
import { CpuRenderer } from './cpu-renderer.ts'
import type { ModelKind, Rendering } from './renderer.ts'

export interface RenderJob {
  readonly kind: ModelKind
  readonly bytes: Uint8Array
  readonly size: number
}

const renderer = new CpuRenderer()
/** Whoever stops a drawing ends the whole thread. */
const never = new AbortController().signal

parentPort?.on('message', ({ kind, bytes, size }: RenderJob) => {
  renderer.render(kind, bytes, size, never).then(
    (rendering: Rendering) => parentPort?.postMessage(rendering),
    // Thrown outside the promise, so that it ends the thread and reaches our owner as `error`.
    (error: unknown) =>
      setImmediate(() => {
        throw error
      }),
  )
})
