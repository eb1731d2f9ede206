/** How one endpoint is doing: how busy it is, when it may be asked next, and whether it is left alone for a while. */
import type { Endpoint, Reply } from './endpoint.ts'

/** Pauses after one failure, two in a row, and so on. After the last the endpoint counts as down. */
const PAUSES_MS = [1_000, 5_000, 15_000]
const DOWN_MS = 60_000
/** Without word of when to come back. */
const LIMITED_MS = 5_000
const MAX_LIMITED_MS = 600_000

export class EndpointState {
  readonly endpoint: Endpoint
  inFlight = 0
  /** Why it was left alone last. */
  detail = ''
  /** It will not have us. */
  refusal: (Reply & { kind: 'closed' }) | undefined
  #notBefore = 0
  #downUntil = 0
  #failures = 0
  /** Calls that were begun before a pause say nothing new when they fail as well. */
  #epoch = 0

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint
  }

  isDown(nowMs: number): boolean {
    return nowMs < this.#downUntil
  }

  get isFull(): boolean {
    return this.inFlight >= this.endpoint.concurrency
  }

  /** How long until it may be asked. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#notBefore - nowMs, this.#downUntil - nowMs)
  }

  /** @returns what `failed` wants to know */
  take(nowMs: number): number {
    this.inFlight += 1
    const perMinute = this.endpoint.requestsPerMinute
    if (perMinute !== undefined) this.#notBefore = Math.max(this.#notBefore, nowMs) + 60_000 / perMinute
    return this.#epoch
  }

  answered(): void {
    this.#failures = 0
    this.refusal = undefined
  }

  closed(nowMs: number, refusal: Reply & { kind: 'closed' }): void {
    this.refusal = refusal
    this.detail = refusal.detail
    this.#downUntil = nowMs + DOWN_MS
  }

  /** @returns for how long */
  limited(nowMs: number, afterMs = LIMITED_MS): number {
    const pause = Math.min(afterMs, MAX_LIMITED_MS)
    this.#notBefore = Math.max(this.#notBefore, nowMs + pause)
    return pause
  }

  /** @param jitter in [0, 1): so that not everybody comes back at once */
  failed(nowMs: number, epoch: number, detail: string, jitter: number): void {
    this.detail = detail
    if (epoch !== this.#epoch) return
    this.#epoch += 1
    const pause = PAUSES_MS[this.#failures]
    this.#failures += 1
    if (pause === undefined) this.#downUntil = nowMs + DOWN_MS
    else this.#notBefore = Math.max(this.#notBefore, nowMs + pause * (1 + jitter / 2))
  }
}
