/** Commits looked at on worker threads, many in one message; the results are the same as on this thread. */
import { Worker } from 'node:worker_threads'
import { RoundkeeperError } from '../../errors.ts'
import type { InspectableCommit, Inspected } from './inspect-commit.ts'
import type { Inspector } from './inspector.ts'
import { pack } from './packed.ts'

/** A message is sent when it is as large, or when nothing more comes for the moment. */
const MESSAGE_BYTES = 1024 * 1024
/** For each thread: what it works on, and what it works on next. */
const APPETITE_BYTES = 4 * 1024 * 1024
const HEAP_MB = 1024
/** Beside this file, both as source and when built. */
const SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? './inspection-thread.ts' : './inspection-thread.js',
  import.meta.url,
)

interface Question {
  readonly commit: InspectableCommit
  readonly bytes: number
  resolve(inspected: Inspected): void
  reject(error: Error): void
}

export class ThreadedInspector implements Inspector {
  readonly appetiteBytes: number
  readonly #threads: Thread[]
  #waiting: Question[] = []
  #bytes = 0

  /** @param script what the threads run; for tests of how crashes are met */
  constructor(threads: number, script: URL = SCRIPT) {
    this.appetiteBytes = threads * APPETITE_BYTES
    this.#threads = Array.from({ length: threads }, () => new Thread(script))
  }

  inspect(commit: InspectableCommit): Promise<Inspected> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#send())
      const bytes = sizeOf(commit)
      this.#waiting.push({ commit, bytes, resolve, reject })
      this.#bytes += bytes
      if (this.#bytes >= MESSAGE_BYTES) this.#send()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }

  #send(): void {
    const [first, ...others] = this.#threads
    if (this.#waiting.length === 0 || first === undefined) return
    others.reduce((least, thread) => (thread.bytes < least.bytes ? thread : least), first).ask(this.#waiting)
    this.#waiting = []
    this.#bytes = 0
  }
}

export const sizeOf = ({ raw, files }: InspectableCommit) =>
  files.reduce((sum, { before, after }) => sum + (before?.length ?? 0) + (after?.length ?? 0), raw.length)

class Thread {
  /** Of what it has not answered. */
  bytes = 0
  readonly #worker: Worker
  readonly #asked: (readonly Question[])[] = []
  #failure: Error | undefined

  constructor(script: URL) {
    // No environment: nothing secret reaches a thread that reads hostile files.
    this.#worker = new Worker(script, { env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } })
    this.#worker.on('message', (answers: readonly Inspected[]) => this.#take(answers))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', (code) => this.#fail(new Error(`it ended by itself (${code})`)))
    this.#worker.unref()
  }

  ask(questions: readonly Question[]): void {
    if (this.#failure !== undefined) {
      for (const { reject } of questions) reject(this.#failure)
      return
    }
    const { bytes, commits } = pack(questions.map(({ commit }) => commit))
    this.#asked.push(questions)
    this.bytes += bytes.length
    this.#worker.ref()
    this.#worker.postMessage({ bytes, commits }, [bytes.buffer])
  }

  async end(): Promise<void> {
    this.#failure ??= new Error('it was told to end')
    await this.#worker.terminate()
  }

  #take(answers: readonly Inspected[]): void {
    const questions = this.#asked.shift() ?? []
    for (const [i, { bytes, resolve }] of questions.entries()) {
      this.bytes -= bytes
      resolve(answers[i] as Inspected)
    }
    if (this.#asked.length === 0) this.#worker.unref()
  }

  #fail(cause: Error): void {
    this.#failure ??= new RoundkeeperError('internal', `a thread that looked at files stopped: ${cause.message}`, {
      hint: 'Run it again with --jobs 1, which needs no threads.',
      cause,
    })
    for (const { reject } of this.#asked.splice(0).flat()) reject(this.#failure)
  }
}
