import { connect } from 'node:net'
import { ClassicalDistance } from '../../src/media/classical-distance.ts'
import { HttpDownloader, type HttpDownloaderOptions } from '../../src/media/http-downloader.ts'
import type { Renderer } from '../../src/media/renderer.ts'
import { type DistanceServiceOptions, distanceService } from '../../src/services/distance-service.ts'
import { type Listening, listen } from '../../src/services/listen.ts'
import { type RenderServiceOptions, renderService } from '../../src/services/render-service.ts'
import type { RequestEvent, Service } from '../../src/services/service.ts'

export interface Running extends Listening, AsyncDisposable {
  readonly service: Service
  /** Requests that were answered, in their order. */
  readonly events: readonly RequestEvent[]
}

const LIMITS = { running: 2, waiting: 8, heldBytes: 2 ** 30, requestTimeoutMs: 120_000, idleMs: 60_000 }

async function start(make: (tell: (event: RequestEvent) => void) => Service): Promise<Running> {
  const events: RequestEvent[] = []
  const service = make((event) => events.push(event))
  const listening = await listen(service, { host: '127.0.0.1', port: 0 })
  return { ...listening, service, events, [Symbol.asyncDispose]: () => listening.stop(0) }
}

/** A render service on a free port; stopped at once when it is disposed of. */
export const startRenderService = (renderer: Renderer, options: Partial<RenderServiceOptions> = {}): Promise<Running> =>
  start((tell) => renderService({ ...LIMITS, tell, renderer, size: 32, ...options }))

export const startDistanceService = (
  options: Partial<DistanceServiceOptions> = {},
  { hosts }: HttpDownloaderOptions = {},
): Promise<Running> => {
  const downloader = new HttpDownloader({ ...(hosts && { hosts }), sleep: async () => undefined })
  const distance = new ClassicalDistance()
  return start((tell) =>
    distanceService({ ...LIMITS, tell, downloader, distance, downloadTimeoutMs: 2_000, ...options }),
  )
}

/** A form with one file, as a browser sends it. */
export function formOf(files: Readonly<Record<string, { name: string; bytes: Uint8Array }>>): FormData {
  const form = new FormData()
  for (const [field, { name, bytes }] of Object.entries(files)) {
    form.set(field, new File([Uint8Array.from(bytes)], name))
  }
  return form
}

/**
 * Says something by hand, and listens until the other side closes.
 * @param pieces what is sent, one after the other; `end` closes our half
 */
export function sayRaw(port: number, ...pieces: readonly (string | Uint8Array | 'end')[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
    // A server that has said what it has to say may close while we are still talking.
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
    for (const piece of pieces) {
      if (piece === 'end') socket.end()
      else socket.write(piece)
    }
  })
}
