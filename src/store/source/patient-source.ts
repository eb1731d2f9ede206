import { setTimeout as wait } from 'node:timers/promises'
import { isError, RoundkeeperError } from '../../errors.ts'
import type { ObjectSource, ReadLimits } from './object-source.ts'
import { stopped } from './read-body.ts'

export interface PatienceOptions {
  readonly attempts?: number
  /** For one object, from the question to its last byte. */
  readonly timeoutMs?: number
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

const ATTEMPTS = 4
const FIRST_PAUSE_MS = 500
const TIMEOUT_MS = 600_000

/** Asks again, after ever longer pauses, when a store does not answer or takes too long. */
export class PatientSource implements ObjectSource {
  readonly id: string
  readonly #source: ObjectSource
  readonly #attempts: number
  readonly #timeoutMs: number
  readonly #sleep: NonNullable<PatienceOptions['sleep']>

  constructor(source: ObjectSource, options: PatienceOptions = {}) {
    this.id = source.id
    this.#source = source
    this.#attempts = options.attempts ?? ATTEMPTS
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS
    this.#sleep = options.sleep ?? ((ms, signal) => wait(ms, undefined, { signal }))
  }

  async get(key: string, limits: ReadLimits): Promise<Uint8Array | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#ask(key, limits)
      } catch (error) {
        if (!isError(error, 'unavailable') || attempt >= this.#attempts) throw error
      }
      await this.#sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), limits.signal).catch((error: unknown) => {
        throw limits.signal.aborted ? stopped(limits.signal) : error
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source[Symbol.asyncDispose]()
  }

  async #ask(key: string, { maxBytes, signal }: ReadLimits): Promise<Uint8Array | undefined> {
    const late = AbortSignal.timeout(this.#timeoutMs)
    try {
      return await this.#source.get(key, { maxBytes, signal: AbortSignal.any([signal, late]) })
    } catch (error) {
      if (!late.aborted || signal.aborted) throw error
      throw new RoundkeeperError('unavailable', `the object did not arrive within ${this.#timeoutMs} ms`, {
        where: `${key} in ${this.id}`,
        hint: 'Check the network, and try again.',
        cause: error,
      })
    }
  }
}
