// Several endpoints that serve the same model, as one: each asked no more than it takes, the idlest first; one that fails
// is paused, then left alone for a while, and the others go on.
import type { Clock } from '../../engine/clock.ts'
import { RoundkeeperError } from '../../errors.ts'
import type { Endpoint, Reply } from './endpoint.ts'
import { EndpointState } from './endpoint-state.ts'
import type { Pictures } from './pictures.ts'
import type { VlmRequest } from './request.ts'
import { requestDigest } from './request.ts'
import type { Call } from './transcript.ts'

/** How often one call is tried where only the line fails, and how often and how long it lets itself be sent away. */
const MAX_FAILURES = 8
const MAX_LIMITED = 100
const MAX_LIMITED_MS = 1_800_000

export class Endpoints {
  readonly #states: readonly EndpointState[]
  readonly #clock: Clock
  #freed = Promise.withResolvers<void>()

  constructor(endpoints: readonly Endpoint[], clock: Clock) {
    this.#states = endpoints.map((endpoint) => new EndpointState(endpoint))
    this.#clock = clock
  }

  /**
   * @throws `unavailable` when every endpoint is down, or this call failed too often; `unauthorised`, `not-found` when the
   * endpoint will not have us; `aborted`
   */
  async call(request: VlmRequest, pictures: Pictures, signal: AbortSignal): Promise<Call> {
    let [failures, limited, putOffMs] = [0, 0, 0]
    for (;;) {
      const { state, epoch } = await this.#take(signal)
      const { endpoint } = state
      const begun = this.#now()
      const reply = await endpoint.ask(request, pictures, signal).finally(() => this.#free(state))
      if (reply.kind === 'answered') {
        state.answered()
        return callOf(request, endpoint, reply, this.#now() - begun)
      }
      if (reply.kind === 'closed') {
        state.closed(this.#now(), reply)
        if (this.#states.every((each) => each.refusal !== undefined)) throw closed(endpoint, reply)
      } else if (reply.kind === 'limited') {
        // Not by the clock: to wait for others' turns is not to be sent away.
        putOffMs += state.limited(this.#now(), reply.afterMs)
        if (++limited >= MAX_LIMITED || putOffMs > MAX_LIMITED_MS)
          throw unavailable(`it was put off ${limited} times`, [state])
      } else {
        state.failed(this.#now(), epoch, reply.detail, this.#clock.random())
        if (++failures >= MAX_FAILURES) throw unavailable(`it failed ${failures} times: ${reply.detail}`, [state])
      }
    }
  }

  /** A place at the idlest that may be asked now. */
  async #take(signal: AbortSignal): Promise<{ state: EndpointState; epoch: number }> {
    for (;;) {
      const now = this.#now()
      const up = this.#states.filter((state) => !state.isDown(now))
      if (up.length === 0) throw unavailable(`none is up: ${this.#states[0]?.detail ?? ''}`, this.#states)
      const open = up.filter((state) => !state.isFull)
      const ready = open.filter((state) => state.waitMs(now) === 0)
      const [first, ...others] = ready
      if (first !== undefined) {
        const state = others.reduce((best, each) => (load(each) < load(best) ? each : best), first)
        return { state, epoch: state.take(now) }
      }
      await this.#change(Math.min(...open.map((state) => state.waitMs(now))), signal)
    }
  }

  /** Until a place is free, or that long; without end where nothing else is to be waited for. */
  async #change(ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController()
    const stop = AbortSignal.any([signal, over.signal])
    const slept = Number.isFinite(ms) ? this.#clock.sleep(ms, stop) : untilStopped(stop)
    try {
      await Promise.race([slept, this.#freed.promise])
    } finally {
      over.abort()
      await slept.catch(() => undefined)
    }
  }

  #free(state: EndpointState): void {
    state.inFlight -= 1
    this.#freed.resolve()
    this.#freed = Promise.withResolvers()
  }

  #now(): number {
    return this.#clock.now().getTime()
  }
}

/** @throws `aborted`, as a sleep does */
const untilStopped = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const stop = () => reject(new RoundkeeperError('aborted', 'stopped while waiting', { cause: signal.reason }))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })

const load = ({ inFlight, endpoint }: EndpointState) => inFlight / endpoint.concurrency

const callOf = (
  request: VlmRequest,
  { name }: Endpoint,
  { kind: _, ...answered }: Reply & { kind: 'answered' },
  latencyMs: number,
): Call => ({
  request: requestDigest(request),
  ...answered,
  answer: { ...answered.answer },
  endpoint: name,
  latency_ms: Math.max(0, Math.round(latencyMs)),
})

function unavailable(what: string, states: readonly EndpointState[]): RoundkeeperError {
  return new RoundkeeperError('unavailable', `the judge cannot be asked: ${what}`, {
    where: states.map(({ endpoint }) => endpoint.name).join(', '),
    hint: 'Nobody loses by this: see to the model server and run again; answered calls are not asked again.',
  })
}

function closed({ name }: Endpoint, { detail, unauthorised }: Reply & { kind: 'closed' }): RoundkeeperError {
  return new RoundkeeperError(unauthorised ? 'unauthorised' : 'not-found', `the judge does not answer us: ${detail}`, {
    where: name,
    hint: unauthorised
      ? 'Put its key into the environment: ROUNDKEEPER_JUDGE_API_KEY, or the variable that the endpoint names.'
      : 'Check the endpoint’s URL (it ends with /v1 as a rule) and the name of the model.',
  })
}
