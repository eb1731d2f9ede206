// How much a service takes on: so many requests at work, so many waiting, so many bytes of bodies held. What is more is
// told to come again, before its body is read.
import pLimit from 'p-limit'
import { ServiceProblem } from './problem.ts'

export interface AdmissionLimits {
  /** Requests at work at the same time. */
  readonly running: number
  /** Requests let in beyond those, whose bodies are read meanwhile. */
  readonly waiting: number
  /** Of all bodies together. */
  readonly heldBytes: number
}

const [BUSY_SECONDS, STOPPING_SECONDS] = [2, 10]

export class Admission {
  readonly limits: AdmissionLimits
  readonly #limit: ReturnType<typeof pLimit>
  #inside = 0
  #heldBytes = 0
  #stopping = false

  constructor(limits: AdmissionLimits) {
    this.limits = limits
    this.#limit = pLimit(limits.running)
  }

  get running(): number {
    return this.#limit.activeCount
  }
  get inside(): number {
    return this.#inside
  }
  get heldBytes(): number {
    return this.#heldBytes
  }
  get stopping(): boolean {
    return this.#stopping
  }

  /** From now on nobody is let in; who is inside is served. */
  stop(): void {
    this.#stopping = true
  }

  /** @throws ServiceProblem 503 when it stops, 429 when it is full */
  enter(): Ticket {
    if (this.#stopping) throw new ServiceProblem(503, 'stopping', 'this server is stopping', STOPPING_SECONDS)
    if (this.#inside >= this.limits.running + this.limits.waiting) throw busy('there are too many requests')
    this.#inside++
    let held = 0
    let left = false
    return {
      get held() {
        return held
      },
      hold: (bytes) => {
        if (this.#heldBytes + bytes > this.limits.heldBytes) throw busy('too many bytes are being uploaded')
        this.#heldBytes += bytes
        held += bytes
      },
      run: (signal, work) => this.#run(signal, work),
      [Symbol.dispose]: () => {
        if (left) return
        left = true
        this.#inside--
        this.#heldBytes -= held
      },
    }
  }

  /** Who does not want to wait any longer leaves at once; the turn that comes later is let pass. */
  #run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(signal.reason)
      if (signal.aborted) return leave()
      signal.addEventListener('abort', leave, { once: true })
      this.#limit(async () => {
        if (!signal.aborted) await work().then(resolve, reject)
      }).finally(() => signal.removeEventListener('abort', leave))
    })
  }
}

/** Disposed of when the answer is there. */
export interface Ticket extends Disposable {
  readonly held: number
  /** Counts bytes that are kept for this request. @throws ServiceProblem 429 */
  hold(bytes: number): void
  /** Waits for its turn, and works. @throws the signal's reason once it is aborted */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

const busy = (why: string) => new ServiceProblem(429, 'busy', `${why}; come again`, BUSY_SECONDS)
