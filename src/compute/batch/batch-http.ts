/**
 * The HTTP side of an image that makes many models at a time: `POST /generate` takes addresses of prompts, `GET /status`
 * says how far it is, `GET /results` answers with a ZIP archive.
 */
import { type Agent, request } from 'undici'
import { z } from 'zod'
import type { Clock } from '../../engine/clock.ts'
import { isError, RoundkeeperError } from '../../errors.ts'
import { within } from '../deadline.ts'
import { firstBytes, MAX_ERROR_TEXT_BYTES, tellable } from '../miner-answers.ts'
import type { Batch, BatchFailure, BatchGeneration } from '../pods.ts'
import { BadArchive, type BatchCode } from './faults.ts'
import { type BatchPauses, PAUSES } from './pauses.ts'
import { openResults } from './results-archive.ts'
import { SpooledFile } from './spooled-file.ts'

export interface BatchHttpOptions {
  /** Without a slash at the end. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly agent: Agent
  readonly clock: Clock
  /** Until it is ready. */
  readonly startMs: number
  readonly pauses?: Partial<BatchPauses> | undefined
}

const statusSchema = z.object({
  status: z.enum(['warming_up', 'ready', 'generating', 'complete', 'replace']),
  progress: z.number().optional().catch(undefined),
})
type Status = z.infer<typeof statusSchema>
const acceptedSchema = z.object({ accepted: z.number() })

const MAX_ANSWER_BYTES = 64 * 2 ** 10
/** Besides the models, for names and tables. */
const ARCHIVE_EXTRA_BYTES = 2 ** 20
/** From here on an archive needs Zip64. */
const MAX_ARCHIVE_BYTES = 2 ** 32 - 2
/** What another try may change. */
const isPassing = (status: number) => status >= 500 || [400, 404, 408, 425, 429, 430].includes(status)

type Answer = { readonly status: number; readonly text: string } | { readonly broke: string }
/** @typeParam T what comes of it where it goes well */
type Step<T> = { readonly ok: true; readonly value: T } | Failed
type Failed = Omit<BatchFailure, 'seconds'>

export class BatchHttp {
  readonly #options: BatchHttpOptions
  readonly #pauses: BatchPauses

  constructor(options: BatchHttpOptions) {
    this.#options = options
    this.#pauses = { ...PAUSES, ...options.pauses }
  }

  /** One look: whether it takes a batch now. @throws `aborted` */
  async readiness(signal: AbortSignal): Promise<'ready' | 'replace' | 'waiting'> {
    const told = await this.#status(signal)
    if ('ok' in told) return 'waiting'
    if (told.status === 'replace') return 'replace'
    return told.status === 'ready' || told.status === 'complete' ? 'ready' : 'waiting'
  }

  /**
   * `seconds` runs from here to the last byte of the archive, whatever the image says of its progress; what it takes to be
   * ready once more is part of that.
   * @throws `aborted`; `unavailable` when our own disk fails
   */
  async generate(batch: Batch, signal: AbortSignal): Promise<BatchGeneration> {
    const { clock } = this.#options
    if (signal.aborted) throw stopped(signal)
    const begun = clock.now().getTime()
    const secondsTo = (at: number) => Math.max(0, at - begun) / 1000
    try {
      const unready = await this.#becomesReady(signal)
      if (unready !== undefined) return { ...unready, seconds: secondsTo(clock.now().getTime()) }
      const done = await within(clock, batch.maxSeconds * 1000, signal, (inTime) => this.#run(batch, inTime))
      const seconds = secondsTo(clock.now().getTime())
      if (done === undefined) return { ...late(batch), seconds }
      if (!done.ok) return { ...done, seconds }
      const { file, at } = done.value
      return await this.#opened(file, batch, secondsTo(at))
    } catch (error) {
      if (signal.aborted) throw stopped(signal)
      throw error
    }
  }

  async #opened(file: SpooledFile, batch: Batch, seconds: number): Promise<BatchGeneration> {
    const { prompts, ...rules } = batch
    try {
      const results = await openResults(file, { ...rules, stems: prompts.map(({ stem }) => stem) })
      const failed = new Map([...results.failed].map(([stem, why]) => [stem, this.#tellable(why)]))
      return { ok: true, seconds, results: { ...results, failed } }
    } catch (error) {
      if (error instanceof BadArchive) return { ...ofImage(this.#tellable(error.message)), seconds }
      throw error
    }
  }

  async #becomesReady(signal: AbortSignal): Promise<Failed | undefined> {
    const { clock, startMs } = this.#options
    const begun = clock.now().getTime()
    let silentSince: number | undefined
    for (;;) {
      const told = await this.#status(signal)
      const now = clock.now().getTime()
      if ('ok' in told) {
        silentSince ??= now
        if (now - silentSince >= this.#pauses.unreachableMs) return told
      } else {
        if (told.status === 'ready' || told.status === 'complete') return undefined
        if (told.status === 'replace') return asksForAnother
        silentSince = undefined
      }
      if (now - begun >= startMs)
        return ofImage(`its /status was not "ready" within ${startMs / 1000} s`, 'batch-unready')
      await clock.sleep(this.#pauses.lookEveryMs(now - begun), signal)
    }
  }

  async #run(batch: Batch, signal: AbortSignal): Promise<Step<{ file: SpooledFile; at: number }>> {
    const refused = (await this.#submit(batch, signal)) ?? (await this.#isComplete(batch, signal))
    return refused ?? this.#download(batch, signal)
  }

  /** Undefined once it has taken all of it. */
  async #submit({ prompts, seed }: Batch, signal: AbortSignal): Promise<Failed | undefined> {
    const body = JSON.stringify({ prompts: prompts.map(({ stem, url }) => ({ stem, image_url: url })), seed })
    return this.#persistently(signal, async () => {
      const answer = await this.#ask('POST', '/generate', signal, body)
      if ('broke' in answer) return { ...broken(answer.broke), again: true }
      const { status, text } = answer
      if (status !== 200)
        return { ...ofStatus(status, this.#tellable(text), 'batch-refused'), again: isPassing(status) }
      const accepted = parsed(acceptedSchema, text)?.accepted
      if (accepted === prompts.length) return undefined
      const many = accepted ?? 'nobody knows how many'
      return ofImage(`it accepted ${many} of ${prompts.length} prompts`, 'batch-refused')
    })
  }

  /** Undefined once it has come to an end. */
  async #isComplete({ replacements, progress }: Batch, signal: AbortSignal): Promise<Failed | undefined> {
    const { clock } = this.#options
    const begun = clock.now().getTime()
    let silentSince: number | undefined
    for (;;) {
      const told = await this.#status(signal, replacements?.())
      const now = clock.now().getTime()
      if (!('ok' in told) && told.status !== 'ready') {
        if (told.status === 'complete') return undefined
        if (told.status === 'replace') return asksForAnother
        silentSince = undefined
        if (told.progress !== undefined) progress?.(told.progress)
      } else {
        silentSince ??= now
        const why = 'ok' in told ? told : ofImage('it says "ready", as if nobody had asked it', 'batch-unclear')
        if (now - silentSince >= this.#pauses.unreachableMs) return why
      }
      await clock.sleep(this.#pauses.lookEveryMs(now - begun), signal)
    }
  }

  async #download(batch: Batch, signal: AbortSignal): Promise<Step<{ file: SpooledFile; at: number }>> {
    const { clock } = this.#options
    const most = Math.min(batch.prompts.length * batch.maxModelBytes + ARCHIVE_EXTRA_BYTES, MAX_ARCHIVE_BYTES)
    const file = await SpooledFile.create()
    let at = 0
    try {
      const failed = await this.#persistently(signal, async () => {
        await file.clear()
        const result = await this.#receive(file, most, signal)
        at = clock.now().getTime()
        return result
      })
      if (failed === undefined) return { ok: true, value: { file, at } }
      await file[Symbol.asyncDispose]()
      return failed
    } catch (error) {
      await file[Symbol.asyncDispose]()
      throw error
    }
  }

  async #receive(file: SpooledFile, most: number, signal: AbortSignal): Promise<(Failed & Again) | undefined> {
    const { url, headers, agent } = this.#options
    try {
      const answer = await request(`${url}/results`, {
        ...{ headers, dispatcher: agent, signal },
        ...{ headersTimeout: this.#pauses.idleMs, bodyTimeout: this.#pauses.idleMs },
      })
      if (answer.statusCode !== 200) {
        const text = Buffer.from(await firstBytes(answer.body, MAX_ERROR_TEXT_BYTES)).toString()
        return { ...ofStatus(answer.statusCode, this.#tellable(text), 'batch-withheld'), again: true }
      }
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        if (file.size + chunk.length > most)
          return ofImage(new BadArchive('archive-too-large', `more than ${most} bytes`).message)
        await file.append(chunk)
      }
      return undefined
    } catch (error) {
      if (signal.aborted || isError(error)) throw error
      return { ...broken((error as Error).message), again: true }
    }
  }

  /** Tries again what may go better. @returns the last failure, or undefined once it has gone well */
  async #persistently(
    signal: AbortSignal,
    work: () => Promise<(Failed & Again) | undefined>,
  ): Promise<Failed | undefined> {
    for (let tries = 1; ; tries++) {
      const result = await work()
      if (result === undefined) return undefined
      const { again, ...failed } = result
      if (again !== true || tries >= this.#pauses.tries) return failed
      await this.#options.clock.sleep(this.#pauses.retryMs(tries), signal)
    }
  }

  /** What it says of itself, or why that makes no sense. */
  async #status(signal: AbortSignal, replacements?: number): Promise<Status | Failed> {
    const query = replacements === undefined ? '' : `?replacements_remaining=${replacements}`
    const answer = await this.#ask('GET', `/status${query}`, signal)
    if ('broke' in answer) return broken(answer.broke)
    const told = this.#tellable(answer.text)
    if (answer.status !== 200) return ofStatus(answer.status, told, 'batch-unclear')
    return parsed(statusSchema, answer.text) ?? ofImage(`its /status makes no sense: ${told}`, 'batch-unclear')
  }

  /** @throws when the signal is aborted */
  async #ask(method: 'GET' | 'POST', path: string, signal: AbortSignal, body?: string): Promise<Answer> {
    const { url, headers, agent, clock } = this.#options
    try {
      const answer = await within(clock, this.#pauses.questionMs, signal, async (inTime) => {
        const { statusCode, body: said } = await request(`${url}${path}`, {
          ...{ method, dispatcher: agent, signal: inTime },
          ...(body === undefined ? { headers } : { body, headers: { ...headers, 'content-type': 'application/json' } }),
        })
        return { status: statusCode, text: Buffer.from(await firstBytes(said, MAX_ANSWER_BYTES)).toString() }
      })
      return answer ?? { broke: `no answer within ${this.#pauses.questionMs / 1000} s` }
    } catch (error) {
      if (signal.aborted) throw error
      return { broke: (error as Error).message }
    }
  }

  #tellable(text: string): string {
    return tellable(text, this.#options.headers)
  }
}

type Again = { readonly again?: boolean }

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** @param code in front of it, where it has none of its own */
const ofImage = (detail: string, code?: BatchCode): Failed => ({
  ...{ ok: false, fault: 'image' },
  detail: code === undefined ? detail : `${code}: ${detail}`,
})
const ofStatus = (status: number, text: string, code: BatchCode): Failed => ({
  ...ofImage(`status ${status}: ${text}`, code),
  status,
})
const broken = (detail: string): Failed => ({ ok: false, fault: 'infrastructure', detail })
const asksForAnother: Failed = { ...ofImage('it asks to be replaced'), requested: true }
const late = ({ prompts, maxSeconds }: Batch): Failed => ({
  ...ofImage(`no models of ${prompts.length} prompts within ${maxSeconds} s`, 'batch-late'),
  stalled: true,
})

const stopped = (signal: AbortSignal) =>
  new RoundkeeperError('aborted', 'stopped while a miner’s image was at work', { cause: signal.reason })
