// Runs in a process of its own: draws one preview for each message, until whoever started it is gone.
import sharp from 'sharp'
import { CpuRenderer } from './cpu-renderer.ts'
import type { ModelKind, Rendering } from './renderer.ts'

export interface RenderJob {
  readonly kind: ModelKind
  readonly bytes: Uint8Array
  readonly size: number
  readonly compat: boolean
}

/** Whoever stops a drawing ends the whole process. */
const never = new AbortController().signal

// Processes share the cores out by file; threads within one would only get in each other's way.
sharp.concurrency(1)

process.on('disconnect', () => process.exit())
process.on('message', ({ kind, bytes, size, compat }: RenderJob) => {
  new CpuRenderer({ compat }).render(kind, bytes, size, never).then(
    (rendering: Rendering) => process.send?.(rendering),
    (error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error)
      // V8 has no code for it: 'Array buffer allocation failed', 'Invalid typed array length' (too large to be had).
      const code = /memory|allocation failed/i.test(detail) ? 'memory' : 'crash'
      process.send?.({ ok: false, fault: 'infrastructure', code, detail }, () => process.exit(1))
    },
  )
})
