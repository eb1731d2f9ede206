// Reads what a client sends, piece by piece: limits hold while it arrives, whatever was announced.
import type { IncomingMessage } from 'node:http'
import { ServiceProblem } from './problem.ts'

export interface BodyLimits {
  readonly maxBytes: number
  /** How long nothing may arrive. */
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
    const idle = setTimeout(() => settle(new ServiceProblem(408, 'slow', 'the body arrives too slowly')), idleMs)
    if (signal.aborted) return onAbort()
    if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) return settle(tooLarge(maxBytes))
    signal.addEventListener('abort', onAbort, { once: true })
    incoming.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  })
}

const tooLarge = (maxBytes: number) => new ServiceProblem(413, 'too_large', `at most ${maxBytes} bytes are taken`)
