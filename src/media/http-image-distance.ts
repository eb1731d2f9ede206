// The distance of two pictures by a service: `roundkeeper serve-distance`, which is sent them, or the original's, which
// fetches them. A measurement that failed is an error, never a number.
import { RoundkeeperError } from '../errors.ts'
import { type FormBody, formBody } from './form-body.ts'
import type { ImageDistance } from './image-distance.ts'
import { detailOf, jsonOf, type ServiceAnswer, ServiceClient, type ServiceClientOptions } from './service-client.ts'

export interface HttpImageDistanceOptions extends ServiceClientOptions {
  /** Which service, and which model it measures with, for the record. */
  readonly id?: string
  /** Where the service can fetch a picture: for the original's, which is sent none. */
  readonly publish?: (image: Uint8Array) => Promise<string>
}

const MAX_ANSWER_BYTES = 64 * 1024
/** Of the cosine distance, 0 to 2; rounding may leave a trace below 0. */
const [LEAST, MOST] = [-1e-6, 2.000001]

export class HttpImageDistance implements ImageDistance {
  readonly id: string
  readonly deterministic = false
  readonly #client: ServiceClient
  readonly #publish: HttpImageDistanceOptions['publish']

  /** @throws `usage` */
  constructor({ id = 'http-distance/1', publish, ...options }: HttpImageDistanceOptions) {
    this.id = id
    this.#publish = publish
    this.#client = new ServiceClient(options)
  }

  /** @throws `refused` for what cannot be decoded, `unavailable` when nothing was measured */
  async distance(a: Uint8Array, b: Uint8Array): Promise<number> {
    const never = new AbortController().signal
    const body = await this.#body(a, b)
    return measured(await this.#client.post('/distance', body, MAX_ANSWER_BYTES, never))
  }

  async #body(a: Uint8Array, b: Uint8Array): Promise<FormBody | string> {
    if (this.#publish !== undefined) {
      return JSON.stringify({ url_a: await this.#publish(a), url_b: await this.#publish(b) })
    }
    const pictures = Object.entries({ image_a: a, image_b: b })
    return formBody(
      pictures.map(([name, value]) => ({
        name,
        value,
        file: { name: `${name}.png`, type: 'application/octet-stream' },
      })),
    )
  }
}

/** @returns four digits, as they go on record */
function measured(answer: ServiceAnswer): number {
  if (!answer.ok) throw failed(answer.detail)
  const { status, bytes } = answer
  const body = jsonOf(bytes)
  if (status === 400 && body?.code === 'refused') {
    throw new RoundkeeperError('refused', detailOf(bytes), { hint: 'Give undamaged PNG, JPEG or WebP pictures.' })
  }
  if (status !== 200) throw failed(`HTTP ${status}: ${detailOf(bytes)}`)
  const { distance, error } = body ?? {}
  if (typeof distance !== 'number')
    throw failed(typeof error === 'string' ? error.slice(0, 200) : 'no distance came back')
  if (!(distance >= LEAST && distance <= MOST)) throw failed(`${distance} is no distance`)
  return Math.max(0, Number(distance.toFixed(4)))
}

const failed = (why: string) =>
  new RoundkeeperError('unavailable', `the distance of two pictures was not measured: ${why}`, {
    hint: 'Look whether the image-distance service runs and reaches the pictures; then run again.',
  })
