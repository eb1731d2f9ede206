/** Several pods of one image at work on the same prompts: started one after another, replaced when they fail, all stopped. */
import type { Contract, Pod, PodOwner, Pods } from '../../compute/pods.ts'
import type { Clock } from '../../engine/clock.ts'
import { isBadPod, type PodSample, takesRetries } from '../../rules/pod-health.ts'
import type { Attempt } from '../../rules/retries.ts'
import type { BoardEntry, PromptBoard } from './prompt-board.ts'
import { together } from './together.ts'

/** How many machines one miner gets; the operator's. */
export interface CrewSize {
  readonly pods: number
  /** Started at once; the others when one of these is ready. */
  readonly first: number
  /** Of all, with those that take the place of others. */
  readonly starts: number
  /** Between two starts of the others. */
  readonly staggerMs: number
  /** Prompts that a pod has at a time, of which it makes one: the others are drawn and measured meanwhile. */
  readonly promptsAtOnce: number
}

export const SOLO: CrewSize = { pods: 1, first: 1, starts: 3, staggerMs: 30_000, promptsAtOnce: 2 }

/** An image that was never ready on so many machines is not started again. */
const REFUSALS = 2
/** Answers in a row that never came, after which a pod is stuck. */
const STALLS = 2

export interface Crew {
  readonly pods: Pods
  readonly image: string
  /** Of the first pod, without its number. */
  readonly name: string
  readonly owner: PodOwner
  readonly size: CrewSize
  readonly clock: Clock
  /** A longer generation is no success. */
  readonly hardSeconds: number
  /** A pod that is asked for many models at a time is asked once at a time. */
  readonly contract: Contract
}

export type Answer<A> =
  /** One attempt at each of the prompts, in their order. */
  | { readonly attempts: readonly A[]; readonly lost?: boolean | undefined; readonly stalled?: boolean | undefined }
  /** The pod is gone, and nothing is said about the prompts; `why` for the record, where it is no common end. */
  | { readonly broke: string; readonly ours: boolean; readonly why?: string }

/** Asks a pod about prompts that the board lets be asked for together. */
type Ask<T, A extends Attempt> = (
  entries: readonly BoardEntry<T, A>[],
  pod: Pod,
  signal: AbortSignal,
) => Promise<Answer<A>>

export type Ending =
  | { readonly kind: 'done' }
  /** Its pods were used up, through faults of its own: what is left was not made. */
  | { readonly kind: 'given-up' }
  /** It never became ready. */
  | { readonly kind: 'not-started'; readonly detail: string }
  /** No pods were to be had, or they were lost. */
  | { readonly kind: 'trouble'; readonly detail: string }

interface Member {
  readonly pod: Pod
  readonly samples: PodSample[]
  /** Aborted when it answers nothing any more. */
  readonly over: AbortController
  stalls: number
  /** Whether it takes prompts at all: one that waits for others must not wait for a pod that does not. */
  serving: boolean
  ended?: string
}

export class PodCrew implements AsyncDisposable {
  readonly #crew: Crew
  /** By place; one that is lost leaves its place to another. */
  readonly #members = new Map<number, Member>()
  readonly #endings = new Map<string, string>()
  readonly #refusals: string[] = []
  readonly #ready = Promise.withResolvers<void>()
  #starts = 0
  #isReady = false
  /** Once starts were lost to it, an end without enough of them is never the image's fault. */
  #trouble: string | undefined

  constructor(crew: Crew) {
    this.#crew = crew
  }

  /** Why each pod ended that was started here and is not at work any more. */
  get endings(): ReadonlyMap<string, string> {
    return this.#endings
  }

  /** How many pods may still be started. */
  get startsLeft(): number {
    return Math.max(0, this.#crew.size.starts - this.#starts)
  }

  /** @throws whatever `answer` throws; `aborted` */
  async work<T, A extends Attempt>(board: PromptBoard<T, A>, answer: Ask<T, A>, signal: AbortSignal): Promise<Ending> {
    const { size } = this.#crew
    const places = Array.from({ length: Math.max(1, size.pods) }, (_, place) => place)
    const [first, more] = [places.slice(0, Math.max(1, size.first)), places.slice(Math.max(1, size.first))]
    const over = new AbortController()
    await together(signal, (stop) => {
      stop.addEventListener('abort', () => board.wake(), { once: true })
      const openers = Promise.all(first.map((place) => this.#hold(place, board, answer, stop))).finally(() =>
        over.abort(),
      )
      const others = more.map(async (place, at) => {
        const isHere = this.#members.has(place)
        if (!isHere && !(await this.#isTime(at + 1, AbortSignal.any([stop, over.signal])))) return
        await this.#hold(place, board, answer, stop)
      })
      return [openers, ...others]
    })
    if (board.done) return { kind: 'done' }
    if (!this.#isReady && this.#refusals.length > 0 && this.#trouble === undefined)
      return { kind: 'not-started', detail: this.#refusals[0] ?? '' }
    return this.#trouble === undefined ? { kind: 'given-up' } : { kind: 'trouble', detail: this.#trouble }
  }

  /** @param why it is on record with every pod that was still at work */
  async stop(why: string): Promise<void> {
    await Promise.all([...this.#members.keys()].map((place) => this.#dismiss(place, why)))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop('stopped')
  }

  /** Once one is ready; false when the work is over before its turn. */
  async #isTime(turn: number, signal: AbortSignal): Promise<boolean> {
    const gone = new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await Promise.race([this.#ready.promise, gone])
    if (signal.aborted) return false
    await this.#crew.clock.sleep(turn * this.#crew.size.staggerMs, signal).catch(() => undefined)
    return !signal.aborted
  }

  /** Keeps a place filled as long as there is something to do. */
  async #hold<T, A extends Attempt>(
    place: number,
    board: PromptBoard<T, A>,
    answer: Ask<T, A>,
    signal: AbortSignal,
  ): Promise<void> {
    const { contract } = this.#crew
    while (!board.done && !signal.aborted) {
      const here = this.#members.get(place)
      if (here === undefined && !board.hasFree) return
      const member = here ?? (await this.#start(signal))
      if (member === undefined) return board.wake()
      this.#members.set(place, member)
      member.serving = true
      await together(signal, (stop) => {
        stop.addEventListener('abort', () => board.wake(), { once: true })
        const lanes = contract === 'batch' ? 1 : this.#crew.size.promptsAtOnce
        return Array.from({ length: lanes }, () => this.#serve(member, board, answer, stop))
      })
      member.serving = false
      board.wake()
      if (member.ended === undefined) return
      await this.#dismiss(place, member.ended)
      board.wake()
    }
  }

  async #start(signal: AbortSignal): Promise<Member | undefined> {
    const { pods, image, name, owner, size, contract } = this.#crew
    while (this.#starts < size.starts && (this.#isReady || this.#refusals.length < REFUSALS)) {
      this.#starts += 1
      const start = await pods.start(image, `${name}-${this.#starts}`, signal, owner, contract)
      if (start.ok) {
        this.#isReady = true
        this.#ready.resolve()
        return { pod: start.pod, samples: [], over: new AbortController(), stalls: 0, serving: false }
      }
      // What was ready before is an image that starts: if it does not now, that says more of the machines.
      if (start.fault === 'infrastructure' || this.#isReady) this.#trouble ??= start.detail
      if (start.fault === 'infrastructure') return undefined
      this.#refusals.push(start.detail)
    }
    return undefined
  }

  async #serve<T, A extends Attempt>(
    member: Member,
    board: PromptBoard<T, A>,
    answer: Ask<T, A>,
    signal: AbortSignal,
  ): Promise<void> {
    const { hardSeconds } = this.#crew
    while (member.ended === undefined) {
      signal.throwIfAborted()
      const entries = board.take({
        podId: member.pod.id,
        retries: takesRetries(member.samples, hardSeconds),
        others: this.#othersThan(member),
      })
      if (entries === undefined) return
      if (entries === 'spent') {
        member.ended ??= 'no work available'
        return
      }
      if (entries === 'wait') {
        await board.changed
        continue
      }
      const earlier = entries.map(({ attempts }) => attempts[0])
      const until = AbortSignal.any([signal, member.over.signal])
      try {
        this.#heed(member, await answer(entries, member.pod, until), (attempt, at) => {
          board.record(entries[at] as BoardEntry<T, A>, attempt)
          const first = earlier[at]
          const retryOf = first === undefined ? {} : { retryOf: first.seconds ?? 0 }
          member.samples.push({ seconds: attempt.seconds, ...retryOf })
        })
        if (isBadPod(member.samples, hardSeconds)) member.ended ??= 'bad pod'
      } catch (error) {
        if (member.over.signal.aborted && !signal.aborted) return
        throw error
      } finally {
        for (const entry of entries) board.giveBack(entry)
      }
    }
  }

  #heed<A extends Attempt>(member: Member, answer: Answer<A>, record: (attempt: A, at: number) => void): void {
    const end = (why: string) => {
      member.ended ??= why
      member.over.abort()
    }
    if ('broke' in answer) {
      if (answer.ours) this.#trouble ??= answer.broke
      end(answer.why ?? (answer.ours ? 'lost' : 'it ended'))
      return
    }
    for (const [at, attempt] of answer.attempts.entries()) record(attempt, at)
    member.stalls = answer.stalled ? member.stalls + 1 : 0
    if (answer.lost) end(answer.stalled ? 'stalled' : 'it ended')
    else if (member.stalls >= STALLS) end('stalled')
  }

  #othersThan(member: Member): string[] {
    const { hardSeconds } = this.#crew
    return [...this.#members.values()]
      .filter(
        (other) =>
          other !== member && other.serving && other.ended === undefined && takesRetries(other.samples, hardSeconds),
      )
      .map(({ pod }) => pod.id)
  }

  async #dismiss(place: number, why: string): Promise<void> {
    const member = this.#members.get(place)
    if (member === undefined) return
    this.#members.delete(place)
    this.#endings.set(member.pod.id, why)
    await member.pod.stop()
  }
}
