/** Commits looked at on worker threads; the results are the same as on this thread. */
import { Worker } from 'node:worker_threads'
import { RoundkeeperError } from '../../errors.ts'
import type { InspectableCommit, Inspected } from './inspect-commit.ts'
import type { Inspector } from './inspector.ts'
import { pack } from './packed.ts'

/** What a thread works on, and what it works on next. */
const QUESTIONS_A_THREAD = 2
/** Room for one enormous file; what comes and goes needs little. */
const LIMITS = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 24 }
/** Beside this file, both as source and when built. */
const SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? './inspection-thread.ts' : './inspection-thread.js',
  import.meta.url,
)

export class ThreadedInspector implements Inspector {
  readonly questionBytes = 1024 * 1024
  readonly questions: number
  readonly #threads: Thread[]

  /** @param script what the threads run; for tests of how crashes are met */
  constructor(threads: number, script: URL = SCRIPT) {
    this.questions = threads * QUESTIONS_A_THREAD
    this.#threads = Array.from({ length: threads }, () => new Thread(script))
  }

  inspect(commits: readonly InspectableCommit[]): Promise<readonly Inspected[]> {
    const idlest = this.#threads.reduce((least, thread) => (thread.busy < least.busy ? thread : least))
    return idlest.ask(commits)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }
}

type Answer = PromiseWithResolvers<readonly Inspected[]>

class Thread {
  readonly #worker: Worker
  #asked: Answer[] = []
  #failure: Error | undefined

  constructor(script: URL) {
    // No environment: nothing secret reaches a thread that reads hostile files.
    this.#worker = new Worker(script, { env: {}, execArgv: [], resourceLimits: LIMITS })
    this.#worker.on('message', (inspected: readonly Inspected[]) => this.#asked.shift()?.resolve(inspected))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', (code) => this.#fail(new Error(`it ended by itself (${code})`)))
  }

  /** Questions that it has not answered. */
  get busy(): number {
    return this.#asked.length
  }

  ask(commits: readonly InspectableCommit[]): Promise<readonly Inspected[]> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const answer: Answer = Promise.withResolvers()
    this.#asked.push(answer)
    const packed = pack(commits)
    this.#worker.postMessage(packed, [packed.bytes.buffer])
    return answer.promise
  }

  async end(): Promise<void> {
    this.#failure ??= new Error('it was told to end')
    await this.#worker.terminate()
  }

  #fail(cause: Error): void {
    this.#failure ??= new RoundkeeperError('internal', `a thread that looked at files stopped: ${cause.message}`, {
      hint: 'Run it again with --jobs 1, which needs no threads.',
      cause,
    })
    for (const { reject } of this.#asked) reject(this.#failure)
    this.#asked = []
  }
}
