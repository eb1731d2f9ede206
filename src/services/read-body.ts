// Reads what a client sends, piece by piece: limits hold while it arrives, whatever was announced.
import type { IncomingMessage } from 'node:http'
import { ServiceProblem } from './problem.ts'

/** Whoever sends less, on the whole, holds a place that others wait for. */
const LEAST_BYTES_PER_MS = 4

export interface BodyLimits {
  readonly maxBytes: number
  /** How long nothing may arrive; and how long a body may take beyond what 4 KB a second take. */
  readonly idleMs: number
}

/**
 * @param take is given every piece; what it throws ends the reading
 * @throws ServiceProblem 413, 408, 400 when the client leaves; the signal's reason. The rest of the body is left unread
 */
export function readBody(
  incoming: IncomingMessage,
  { maxBytes, idleMs }: BodyLimits,
  signal: AbortSignal,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let length = 0
    const begin = performance.now()
    const settle = (error?: unknown) => {
      clearTimeout(idle)
      signal.removeEventListener('abort', onAbort)
      incoming.pause()
      incoming.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
      // Whatever else happens to the connection, nobody waits for it any more.
      incoming.on('error', () => {})
      if (error === undefined) resolve()
      else reject(error)
    }
    const onData = (chunk: Uint8Array) => {
      length += chunk.length
      if (length > maxBytes) return settle(tooLarge(maxBytes))
      if (performance.now() - begin > idleMs + length / LEAST_BYTES_PER_MS) return settle(tooSlow())
      idle.refresh()
      try {
        take(chunk)
      } catch (error) {
        settle(error)
      }
    }
    const onEnd = () => settle()
    const onGone = () => settle(new ServiceProblem(400, 'incomplete', 'the body is cut off'))
    const onAbort = () => settle(signal.reason)
    const idle = setTimeout(() => settle(tooSlow()), idleMs)
    if (signal.aborted) return onAbort()
    if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) return settle(tooLarge(maxBytes))
    signal.addEventListener('abort', onAbort, { once: true })
    incoming.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  })
}

const tooSlow = () => new ServiceProblem(408, 'slow', 'the body arrives too slowly')
const tooLarge = (maxBytes: number) => new ServiceProblem(413, 'too_large', `at most ${maxBytes} bytes are taken`)
