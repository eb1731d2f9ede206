// `serve-distance`: how far two pictures are apart. They are fetched, as the original does, or sent.
import { z } from 'zod'
import { isError } from '../errors.ts'
import { ByteSink } from '../media/byte-sink.ts'
import type { Downloader } from '../media/download.ts'
import type { ImageDistance } from '../media/image-distance.ts'
import { MAX_IMAGE_BYTES } from '../media/limits.ts'
import type { Ticket } from './admission.ts'
import { ServiceProblem } from './problem.ts'
import { readBody } from './read-body.ts'
import { isForm, readForm } from './read-form.ts'
import { makeService, type Service, type ServiceContext, type ServiceOptions, wrongMethod } from './service.ts'

export interface DistanceServiceOptions extends ServiceOptions {
  readonly distance: ImageDistance
  readonly downloader: Downloader
  readonly downloadTimeoutMs: number
  readonly maxFileBytes?: number
}

const MAX_JSON_BYTES = 16 * 1024
const urlsSchema = z.object({ url_a: z.string().min(1), url_b: z.string().min(1) })
/** What a host said, as opposed to not being reached. */
const ANSWERED = new Set(['http_status', 'redirect'])

export function distanceService({
  distance,
  downloader,
  downloadTimeoutMs,
  maxFileBytes = MAX_IMAGE_BYTES,
  ...options
}: DistanceServiceOptions): Service {
  const service = makeService(options)
  const { idleMs } = options

  /** Measures pictures that were sent: what cannot be decoded is refused. */
  const ofForm = async (context: ServiceContext, ticket: Ticket, signal: AbortSignal) => {
    const limits = { maxFileBytes, idleMs, hold: ticket.hold }
    const files = await readForm(context.env.incoming, ['image_a', 'image_b'], limits, signal)
    const [a, b] = [files.get('image_a'), files.get('image_b')]
    if (a === undefined || b === undefined) {
      throw new ServiceProblem(422, 'no_file', 'a form needs the parts `image_a` and `image_b`')
    }
    try {
      const measured = await ticket.run(signal, () => distance.distance(a.bytes, b.bytes))
      return answered(context, measured)
    } catch (error) {
      if (isError(error, 'refused')) throw new ServiceProblem(400, 'refused', error.message)
      throw error
    }
  }

  const fetched = async (url: string, ticket: Ticket, signal: AbortSignal) => {
    const got = await downloader.fetch(
      url,
      { maxBytes: maxFileBytes, timeoutMs: downloadTimeoutMs, plainHttp: true, maxRedirects: 0 },
      signal,
    )
    if (got.ok) {
      ticket.hold(got.bytes.length)
      return got.bytes
    }
    if (got.fault === 'infrastructure')
      throw new ServiceProblem(500, got.code, `the image was not fetched: ${got.detail}`)
    return ANSWERED.has(got.code) ? ('file_not_found' as const) : ('request_error' as const)
  }

  /** The original's way: a picture that is not there is an answer, a broken one is not. */
  const ofUrls = async (context: ServiceContext, ticket: Ticket, signal: AbortSignal) => {
    const { url_a, url_b } = await readUrls(context, ticket, idleMs, signal)
    const images: Uint8Array[] = []
    for (const url of [url_a, url_b]) {
      const image = await fetched(url, ticket, signal)
      if (typeof image === 'string') return answered(context, null, image)
      images.push(image)
    }
    try {
      const measured = await ticket.run(signal, () => distance.distance(images[0]!, images[1]!))
      return answered(context, measured)
    } catch (error) {
      if (isError(error, 'refused')) throw new ServiceProblem(500, 'refused', error.message)
      throw error
    }
  }

  const answered = (context: ServiceContext, value: number | null, error: string | null = null) => {
    if (value !== null && !Number.isFinite(value)) throw new ServiceProblem(500, 'measure', 'no distance came out')
    context.header('x-measure', distance.id)
    if (error !== null) context.set('code', error)
    return context.json({ distance: value, error })
  }

  service.app
    .post(
      '/distance',
      service.work((context, ticket, signal) =>
        (isForm(context.env.incoming) ? ofForm : ofUrls)(context, ticket, signal),
      ),
    )
    .all('/distance', wrongMethod('POST'))
  return service
}

/** @throws ServiceProblem 422 for another shape */
async function readUrls({ env }: ServiceContext, ticket: Ticket, idleMs: number, signal: AbortSignal) {
  const sink = new ByteSink(MAX_JSON_BYTES)
  await readBody(env.incoming, { maxBytes: MAX_JSON_BYTES, idleMs }, signal, (chunk) => {
    ticket.hold(chunk.length)
    sink.add(chunk)
  })
  try {
    return urlsSchema.parse(JSON.parse(Buffer.from(sink.bytes()).toString('utf8')))
  } catch {
    throw new ServiceProblem(422, 'body', 'the body has to be {"url_a": "…", "url_b": "…"}')
  }
}
