import pLimit from 'p-limit'
import { Agent, request } from 'undici'
import type { Clock } from '../engine/clock.ts'
import { isError, RoundkeeperError } from '../errors.ts'
import { formBody } from '../media/form-body.ts'
import { BatchHttp } from './batch/batch-http.ts'
import type { BatchPauses } from './batch/pauses.ts'
import { within } from './deadline.ts'
import { firstBytes, MAX_ERROR_TEXT_BYTES, tellable } from './miner-answers.ts'
import type { Batch, BatchGeneration, Contract, Generation } from './pods.ts'

export interface MinerHttpLimits {
  /** Of one model. */
  readonly maxBytes: number
  /** For one generation, from the request to the last byte of the model. */
  readonly generateMs: number
  /** For one question whether it is ready. */
  readonly healthMs: number
  /** From the start until it is ready. */
  readonly startMs: number
  /** Between two questions whether it is ready. */
  readonly healthEveryMs: number
  /** Of an image that makes many models at a time. */
  readonly batch?: Partial<BatchPauses>
}

type Failure = Generation & { readonly ok: false }

/**
 * The HTTP side of a miner's image: `GET /health` answers 200 when it is ready; `POST /generate` with the form fields
 * `prompt_image_file` and `seed` answers with the bytes of a model.
 */
export class MinerHttp {
  readonly #baseUrl: string
  readonly #clock: Clock
  readonly #limits: MinerHttpLimits
  readonly #headers: Readonly<Record<string, string>>
  readonly #agent: Agent
  readonly #batches: BatchHttp
  /** An image has one GPU: it gets one request at a time, so that each is timed by itself. */
  readonly #slot = pLimit(1)

  /**
   * @param baseUrl without a slash at the end
   * @param headers that whoever stands before the image wants to see with every request
   */
  constructor(baseUrl: string, clock: Clock, limits: MinerHttpLimits, headers: Readonly<Record<string, string>> = {}) {
    this.#baseUrl = baseUrl
    this.#headers = headers
    this.#clock = clock
    this.#limits = limits
    // Only our own limits count time: generations may take longer than undici waits by default.
    this.#agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 30_000 } })
    const { startMs, batch: pauses } = limits
    this.#batches = new BatchHttp({ url: baseUrl, headers, agent: this.#agent, clock, startMs, pauses })
  }

  /** Asks until it is ready; false when the time is up, or it wants another machine. @throws `aborted` */
  async becomesReady(contract: Contract, signal: AbortSignal): Promise<boolean> {
    const { startMs, healthEveryMs } = this.#limits
    const ready = await within(this.#clock, startMs, signal, async (inTime) => {
      for (;;) {
        const readiness = (await this.isHealthy(inTime)) ? await this.readiness(contract, inTime) : 'waiting'
        if (readiness !== 'waiting') return readiness === 'ready'
        await this.#clock.sleep(healthEveryMs, inTime)
      }
    })
    return ready ?? false
  }

  /** Of one that is healthy: whether it takes prompts now. @throws `aborted` */
  async readiness(contract: Contract, signal: AbortSignal): Promise<'ready' | 'replace' | 'waiting'> {
    return contract === 'single' ? 'ready' : this.#batches.readiness(signal)
  }

  /** Models for many prompts, in one piece. @throws `aborted`; `unavailable` when our own disk fails */
  generateBatch(batch: Batch, signal: AbortSignal): Promise<BatchGeneration> {
    return this.#slot(() => this.#batches.generate(batch, signal))
  }

  /**
   * One model for one prompt. What the image answers is its own fault, a broken connection is `infrastructure`'s.
   * `seconds` runs to the last byte: an image that answers early and generates while it sends gains nothing.
   * @throws `aborted`
   */
  generate(image: Uint8Array, seed: number, signal: AbortSignal): Promise<Generation> {
    return this.#slot(async () => {
      if (signal.aborted) throw stopped(signal)
      const begun = this.#clock.now().getTime()
      try {
        const bytes = await within(this.#clock, this.#limits.generateMs, signal, (inTime) =>
          this.#post(image, seed, inTime),
        )
        if (bytes === undefined) {
          const detail = `no model within ${this.#limits.generateMs / 1000} s`
          return { ok: false, fault: 'image', detail, stalled: true }
        }
        if (!(bytes instanceof Uint8Array)) return bytes
        return { ok: true, bytes, seconds: (this.#clock.now().getTime() - begun) / 1000 }
      } catch (error) {
        if (signal.aborted) throw stopped(signal)
        const fault = isError(error, 'refused') ? 'image' : 'infrastructure'
        return { ok: false, fault, detail: (error as Error).message }
      }
    })
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }

  /** Asks once whether it is ready. @throws `aborted` */
  async isHealthy(signal: AbortSignal): Promise<boolean> {
    return (await this.health(signal)) === 200
  }

  /** The status of the answer to that; undefined where there is none. @throws `aborted` */
  async health(signal: AbortSignal): Promise<number | undefined> {
    try {
      return await within(this.#clock, this.#limits.healthMs, signal, async (inTime) => {
        const { statusCode, body } = await request(`${this.#baseUrl}/health`, {
          headers: this.#headers,
          dispatcher: this.#agent,
          signal: inTime,
        })
        body.on('error', () => undefined).destroy()
        return statusCode
      })
    } catch {
      if (signal.aborted) throw stopped(signal)
      return undefined
    }
  }

  async #post(image: Uint8Array, seed: number, signal: AbortSignal): Promise<Uint8Array | Failure> {
    const form = formBody([
      { name: 'prompt_image_file', value: image, file: { name: 'prompt.jpg', type: 'image/jpeg' } },
      { name: 'seed', value: String(seed) },
    ])
    const url = `${this.#baseUrl}/generate`
    const answer = await request(url, {
      method: 'POST',
      headers: { ...this.#headers, 'content-type': form.contentType },
      body: form.bytes,
      dispatcher: this.#agent,
      signal,
    })
    if (answer.statusCode !== 200) {
      const text = Buffer.from(await firstBytes(answer.body, MAX_ERROR_TEXT_BYTES)).toString()
      const detail = `status ${answer.statusCode}: ${tellable(text, this.#headers)}`
      return { ok: false, fault: 'image', detail, status: answer.statusCode }
    }
    const { maxBytes } = this.#limits
    // One byte more than allowed is enough to know.
    const bytes = await firstBytes(answer.body, maxBytes + 1)
    if (bytes.length > maxBytes) throw refused(`a model of more than ${maxBytes} bytes`)
    if (bytes.length === 0) throw refused('an empty model')
    return bytes
  }
}

const refused = (message: string) => new RoundkeeperError('refused', message)

const stopped = (signal: AbortSignal) =>
  new RoundkeeperError('aborted', 'stopped while a miner’s image was at work', { cause: signal.reason })
