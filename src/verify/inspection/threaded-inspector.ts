/** Commits looked at on worker threads; the results are the same as on this thread. */
import { Worker } from 'node:worker_threads'
import { RoundkeeperError } from '../../errors.ts'
import type { ChangedPath, History } from '../../repo/history.ts'
import type { Entries, Examinable } from './examiner.ts'
import type { Inspected } from './inspect-commit.ts'
import type { Inspector } from './inspector.ts'
import type { Answer, Message } from './messages.ts'
import { pack } from './packed.ts'

/** What a thread works on, and what it works on next. */
const QUESTIONS_A_THREAD = 2
/** Room for one enormous file; what comes and goes needs little. */
const LIMITS = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 12 }
/** Beside this file, both as source and when built. */
const SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? './inspection-thread.ts' : './inspection-thread.js',
  import.meta.url,
)

export class ThreadedInspector implements Inspector {
  readonly questionBytes = 512 * 1024
  readonly questions: number
  readonly #threads: Thread[]

  /** @param script what the threads run; for tests of how crashes are met */
  constructor(threads: number, source: Source, script: URL = SCRIPT) {
    this.questions = threads * QUESTIONS_A_THREAD
    this.#threads = Array.from({ length: threads }, () => new Thread(source, script))
  }

  inspect(commits: readonly Examinable[]): Promise<readonly Inspected[]> {
    const idlest = this.#threads.reduce((least, thread) => (thread.busy < least.busy ? thread : least))
    const bare = commits.map((commit) => ({ ...commit, changed: commit.changed.map(withoutContents) }))
    for (const thread of this.#threads) if (thread !== idlest) thread.pass(bare.map(({ changed }) => changed))
    return idlest.ask(bare)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }
}

interface Source {
  /** For what came with an earlier commit. */
  readonly history: Pick<History, 'blob'>
  readonly entries: Entries
}

function withoutContents({ path, before, after }: ChangedPath): ChangedPath {
  const now = after && { mode: after.mode, oid: after.oid, size: after.size }
  return { path, ...(before && { before }), ...(now && { after: now }) }
}

type Awaited = PromiseWithResolvers<readonly Inspected[]>

class Thread {
  readonly #worker: Worker
  readonly #history: Source['history']
  #asked: Awaited[] = []
  #passed: (readonly ChangedPath[])[] = []
  #failure: Error | undefined

  constructor({ history, entries }: Source, script: URL) {
    this.#history = history
    // No environment: nothing secret reaches a thread that reads hostile files.
    this.#worker = new Worker(script, { env: {}, execArgv: [], resourceLimits: LIMITS, workerData: entries })
    this.#worker.on('message', (answer: Answer) => {
      if (answer.kind === 'answer') this.#asked.shift()?.resolve(answer.inspected)
      else void this.#bring(answer.oid)
    })
    this.#worker.on('error', (error) => this.#stopped(error))
    this.#worker.on('exit', (code) => this.#stopped(new Error(`it ended by itself (${code})`)))
  }

  /** Questions that it has not answered. */
  get busy(): number {
    return this.#asked.length
  }

  /** Commits that another thread looks at. */
  pass(changed: readonly (readonly ChangedPath[])[]): void {
    this.#passed.push(...changed)
  }

  ask(commits: readonly Examinable[]): Promise<readonly Inspected[]> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const answer: Awaited = Promise.withResolvers()
    this.#asked.push(answer)
    const packed = pack(commits)
    this.#say({ kind: 'question', passed: this.#passed, packed }, packed.bytes)
    this.#passed = []
    return answer.promise
  }

  async end(): Promise<void> {
    this.#failure ??= new Error('it was told to end')
    await this.#worker.terminate()
  }

  async #bring(oid: string): Promise<void> {
    try {
      const bytes = await this.#history.blob(oid)
      this.#say({ kind: 'blob', oid, bytes })
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #say(message: Message, { buffer }: Partial<Uint8Array<ArrayBuffer>> = {}): void {
    this.#worker.postMessage(message, buffer === undefined ? [] : [buffer])
  }

  #stopped(cause: Error): void {
    const what = `a thread that looked at files stopped: ${cause.message}`
    this.#fail(
      new RoundkeeperError('internal', what, { hint: 'Run it again with --jobs 1, which needs no threads.', cause }),
    )
  }

  #fail(failure: Error): void {
    this.#failure ??= failure
    for (const { reject } of this.#asked) reject(this.#failure)
    this.#asked = []
  }
}
