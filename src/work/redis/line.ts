/**
 * Asks workers for pieces of work, and waits: until one says that it is done, until Redis has forgotten it, or until
 * nobody is there who would do it. Whoever waits looks in the store then; what Redis says is a hint and nothing else.
 */
import type { Queue, QueueEvents } from 'bullmq'
import { connectionTo, JOB_OPTIONS, QUEUE, type QueueAddress } from './queue.ts'

export interface LineOptions extends QueueAddress {
  /** How long nobody may be there, neither Redis nor a worker, before the asking ends. */
  readonly patienceMs: number
  /** How often is looked whether what was asked for is still known. */
  readonly checkMs: number
  /** How long one piece may take. */
  readonly pieceMs: number
  /** For people; the same thing once. */
  readonly tell: (text: string) => void
}

/** `ended`: well or not; `forgotten`: to be asked for again; `nobody`: to be done here. */
export type Answer = 'ended' | 'forgotten' | 'nobody'

interface Asked {
  readonly name: string
  readonly priority: number
  readonly since: number
  readonly answered: Promise<Answer>
  readonly answer: (answer: Answer) => void
  added: boolean
}

export class TaskLine implements AsyncDisposable {
  readonly #options: LineOptions
  readonly #asked = new Map<string, Asked>()
  readonly #told = new Set<string>()
  readonly #over = new AbortController()
  #open: Promise<{ readonly queue: Queue; readonly events: QueueEvents }> | undefined
  #timer: NodeJS.Timeout | undefined
  #isChecking = false
  #isThere = true
  /** Since when nothing has happened that shows that somebody is there. */
  #quietSince = performance.now()
  /** Nobody is there: nothing is asked until somebody is. */
  #closed = false

  constructor(options: LineOptions) {
    this.#options = options
  }

  /** @param id of the piece: what has the same one is asked for once, also by others */
  async ask(id: string, name: string, priority: number, signal: AbortSignal): Promise<Answer> {
    if (this.#closed || signal.aborted) return 'nobody'
    const { answered } = this.#asked.get(id) ?? this.#begin(id, name, priority)
    const { promise: stopped, resolve } = Promise.withResolvers<Answer>()
    const stop = () => resolve('nobody')
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await Promise.race([answered, stopped])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  #begin(id: string, name: string, priority: number): Asked {
    if (this.#asked.size === 0) this.#quietSince = performance.now()
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const answer = (how: Answer) => {
      this.#asked.delete(id)
      resolve(how)
    }
    const asked = { name, priority, since: performance.now(), answered: promise, answer, added: false }
    this.#asked.set(id, asked)
    this.#timer ??= setInterval(() => void this.#check(), this.#options.checkMs)
    // If it cannot be added now, the next check does.
    this.#add(id).catch((error: unknown) => this.#note(error))
    return asked
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    this.#over.abort()
    for (const { answer } of this.#asked.values()) answer('nobody')
    const opened = await this.#open?.catch(() => undefined)
    if (opened === undefined) return
    const end = async (each: Queue | QueueEvents) => {
      // One that tries to come back is told to stop before nobody listens to it any more.
      if (!this.#isThere) await each.disconnect()
      await each.close()
    }
    // Whoever is not there is not waited for.
    await Promise.all([opened.queue, opened.events].map((each) => within(END_MS, end(each)).catch(() => undefined)))
  }

  async #add(id: string): Promise<void> {
    const { queue } = await this.#opened()
    await queue.waitUntilReady()
    const asked = this.#asked.get(id)
    if (asked === undefined || asked.added) return
    asked.added = true
    try {
      await queue.add(asked.name, {}, { ...JOB_OPTIONS, jobId: id, priority: asked.priority })
    } catch (error) {
      asked.added = false
      throw error
    }
  }

  #opened() {
    this.#open ??= this.#connect()
    return this.#open
  }

  async #connect() {
    const { Queue, QueueEvents } = await import('bullmq')
    const { prefix } = this.#options
    const note = (error: unknown) => this.#note(error)
    const queue = new Queue(QUEUE, { connection: connectionTo(this.#options, false, this.#over.signal), prefix })
    const events = new QueueEvents(QUEUE, { connection: connectionTo(this.#options, true, this.#over.signal), prefix })
    const ended = (id: string) => {
      this.#quietSince = performance.now()
      this.#asked.get(id)?.answer('ended')
    }
    events.on('completed', ({ jobId }) => ended(jobId))
    events.on('failed', ({ jobId, failedReason }) => {
      if (this.#asked.has(jobId)) this.#say(`a worker says: ${failedReason.slice(0, MAX_REASON)}`)
      ended(jobId)
    })
    events.on('active', () => {
      this.#quietSince = performance.now()
    })
    queue.on('error', note)
    events.on('error', note)
    return { queue, events }
  }

  async #check(): Promise<void> {
    if (this.#isChecking) return
    this.#isChecking = true
    try {
      await within(this.#options.patienceMs, this.#look())
      this.#isThere = true
    } catch (error) {
      this.#isThere = false
      this.#note(error)
    }
    this.#isChecking = false
    if (this.#asked.size === 0 || performance.now() - this.#quietSince <= this.#options.patienceMs) return
    this.#closed = true
    this.#say('no worker is there: the work is done here')
    const { queue } = await this.#opened()
    for (const [id, { answer }] of this.#asked) {
      answer('nobody')
      void queue.remove(id).catch(() => undefined)
    }
  }

  async #look(): Promise<void> {
    const { queue } = await this.#opened()
    if ((await queue.getWorkersCount()) > 0) {
      this.#quietSince = performance.now()
      this.#closed = false
    }
    for (const [id, asked] of this.#asked) {
      if (performance.now() - asked.since > this.#options.pieceMs) asked.answer('nobody')
      else if (!asked.added) await this.#add(id)
      else if ((await queue.getJobState(id)) === 'unknown') asked.answer('forgotten')
    }
  }

  #note(error: unknown): void {
    const { message } = error as Error
    // Of every command that was under way; that the connection is gone was said.
    if (message !== '' && !/enableOfflineQueue|Connection is closed|max retries/i.test(message))
      this.#say(`Redis: ${message}`)
  }

  #say(text: string): void {
    if (this.#told.has(text) || this.#told.size > MAX_TOLD) return
    this.#told.add(text)
    this.#options.tell(text)
  }
}

const MAX_TOLD = 50
const MAX_REASON = 300
/** For a connection to end in good order. */
const END_MS = 2_000

/** @throws what the work throws, and when it takes longer */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${ms} ms`)), ms)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
