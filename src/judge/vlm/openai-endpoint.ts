// An OpenAI-compatible API (vLLM, OpenAI, OpenRouter …) through OpenAI's own client, which is loaded by the first call.
import type OpenAI from 'openai'
import { RoundkeeperError } from '../../errors.ts'
import { chatMessages, type Sending } from './chat-body.ts'
import type { Endpoint, Reply } from './endpoint.ts'
import { replyTo } from './failed-call.ts'
import { guardedFetch } from './guarded-fetch.ts'
import { type KeepText, keeping } from './kept-text.ts'
import type { Pictures } from './pictures.ts'
import type { VlmRequest } from './request.ts'

export interface OpenAiOptions extends Sending {
  /** Of the API, e.g. `http://127.0.0.1:8000/v1`; without a path, `/v1` is meant. */
  readonly url: string
  readonly concurrency: number
  readonly requestsPerMinute?: number | undefined
  readonly timeoutMs: number
  /** Asked when it is needed, and never kept in a record. @throws `unauthorised` */
  apiKey?: (() => string | undefined) | undefined
}

/** Longer answers than any that is asked for, and longer names. */
const MAX_CONTENT = 100_000
const MAX_REFUSAL = 10_000
const MAX_NAME = 200
const MAX_BYTES = 4 * 2 ** 20

export class OpenAiEndpoint implements Endpoint {
  readonly name: string
  readonly concurrency: number
  readonly requestsPerMinute: number | undefined
  readonly #options: OpenAiOptions
  #client: OpenAI | undefined
  #keep: KeepText = keeping(undefined)
  /** Until a server says that it does not know them. */
  #schemas = true

  constructor(options: OpenAiOptions) {
    const url = new URL(options.url)
    if (url.pathname === '/') url.pathname = '/v1'
    this.name = `${url.origin}${url.pathname.replace(/\/$/, '')}`
    this.concurrency = options.concurrency
    this.requestsPerMinute = options.requestsPerMinute
    this.#options = options
  }

  async ask(request: VlmRequest, pictures: Pictures, signal: AbortSignal): Promise<Reply> {
    const messages = await chatMessages(request, pictures, this.#options)
    const reply = await this.#send(request, messages, this.#schemas, signal)
    const isUnknown = reply.kind === 'answered' && this.#schemas && isAboutSchema(reply.answer.rejected)
    if (!isUnknown) return reply
    const plain = await this.#send(request, messages, false, signal)
    if (plain.kind === 'answered' && plain.answer.rejected === undefined) this.#schemas = false
    return plain
  }

  async #send(request: VlmRequest, messages: unknown, schema: boolean, signal: AbortSignal): Promise<Reply> {
    const { model, temperature, max_tokens, seed, response_format } = request
    const body = { model, temperature, max_tokens, seed, messages, ...(schema && { response_format }) }
    const client = await this.#open()
    try {
      const completion = await client.chat.completions.create(
        body as unknown as OpenAI.ChatCompletionCreateParamsNonStreaming,
        { signal },
      )
      return answered(completion, schema, this.#keep)
    } catch (error) {
      if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped while judging', { cause: signal.reason })
      return replyTo(error, schema, this.#keep)
    }
  }

  /** @throws `unauthorised` without the key that it is to have */
  async #open(): Promise<OpenAI> {
    if (this.#client === undefined) {
      const { default: Client } = await import('openai')
      const { timeoutMs } = this.#options
      const key = this.#options.apiKey?.()
      this.#keep = keeping(key)
      this.#client ??= new Client({
        baseURL: this.name,
        // Attempts, their pauses and other endpoints are ours; and the key comes from nowhere else.
        apiKey: key ?? 'none',
        organization: null,
        project: null,
        fetch: guardedFetch({ maxBytes: MAX_BYTES, timeoutMs }),
        timeout: timeoutMs,
        maxRetries: 0,
        logLevel: 'off',
      })
    }
    return this.#client
  }
}

const isAboutSchema = (rejected: string | undefined) =>
  rejected !== undefined && /response_format|json_schema|guided|structured/i.test(rejected)

/** Compatible servers send what they like: nothing is taken for granted. */
function answered(completion: OpenAI.ChatCompletion, schema: boolean, keep: KeepText): Reply {
  const choice = completion?.choices?.[0]
  const message = choice?.message
  if (!message) return { kind: 'failed', detail: 'an answer without a message' }
  const isTooLong = textOf(message.content).length > MAX_CONTENT
  return {
    kind: 'answered',
    answer: {
      content: keep(message.content, MAX_CONTENT) ?? null,
      refusal: keep(message.refusal, MAX_REFUSAL) ?? null,
      finish_reason: isTooLong ? 'length' : (keep(choice?.finish_reason, MAX_NAME) ?? null),
    },
    model: keep(completion.model, MAX_NAME) ?? null,
    fingerprint: keep(completion.system_fingerprint, MAX_NAME) ?? null,
    tokens: {
      prompt: countOf(completion.usage?.prompt_tokens),
      completion: countOf(completion.usage?.completion_tokens),
    },
    schema,
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
const countOf = (value: unknown) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null)
