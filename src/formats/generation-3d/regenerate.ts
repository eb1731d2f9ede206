import type { Pod } from '../../compute/pods.ts'
import type { Context } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import { sha256Hex } from '../../rules/digest.ts'
import { type PodSample, podStat } from '../../rules/pod-health.ts'
import type { RetryLimits } from '../../rules/retries.ts'
import type { Outputs, PodStats } from '../../state/index.ts'
import { recall, remember } from '../../store/evidence.ts'
import { askForMany } from './ask-for-many.ts'
import { askForOne } from './ask-for-one.ts'
import { type Asking, attemptKey, type Entry } from './asking.ts'
import { type KeptAttempt, outputOf, type Subject, type Task, toldOf } from './attempts.ts'
import { type Ending, PodCrew, SOLO } from './pod-crew.ts'
import type { Ports } from './ports.ts'
import { BoardEntry, PromptBoard } from './prompt-board.ts'
import { promptImage } from './prompts.ts'

export type { Subject, Task } from './attempts.ts'

export type Made =
  /** Without prompts that were given up. */
  | { readonly ok: true; readonly outputs: Outputs }
  /** The image cannot be run at all. */
  | { readonly ok: false; readonly detail: string }

/**
 * Runs an image on prompts, on several pods if there may be. Every attempt is kept by its inputs as soon as it has ended:
 * begun again after a crash, nothing is generated twice, and pods start only when something is left to do.
 */
export class Regeneration implements AsyncDisposable {
  readonly #ports: Ports
  readonly #subject: Subject
  readonly #context: Pick<Context, 'pool' | 'signal' | 'clock' | 'progress'>
  readonly #crew: PodCrew
  #entries: readonly Entry[] = []

  constructor(ports: Ports, subject: Subject, context: Pick<Context, 'pool' | 'signal' | 'clock' | 'progress'>) {
    const { image, name, owner, settings } = subject
    this.#ports = ports
    this.#subject = subject
    this.#context = context
    const size = { ...SOLO, ...ports.crew }
    const { max_generation_seconds: hardSeconds, contract } = settings
    this.#crew = new PodCrew({
      pods: ports.pods,
      image,
      name,
      owner,
      size,
      clock: context.clock,
      hardSeconds,
      contract,
    })
  }

  /**
   * @param isFinal whether it is kept that the image cannot be run, or that its pods were used up: then nobody tries again
   * @throws `unavailable` when it is not the image that failed; `aborted`
   */
  async make(tasks: readonly Task[], limits: RetryLimits, isFinal = false): Promise<Made> {
    if (tasks.length === 0) return { ok: true, outputs: {} }
    const { pool, signal, progress } = this.#context
    const entries: Entry[] = []
    for (const task of tasks) entries.push(await this.#entryOf(task, limits))
    this.#entries = entries
    const { contract, batch_prompts: most } = this.#subject.settings
    const together = {
      most: contract === 'batch' ? most : 1,
      // The same prompts once more are the same batch, which is made already.
      repeats: contract === 'batch',
      alike: (a: Entry['task'], b: Entry['task']) => a.seed === b.seed,
    }
    const board = new PromptBoard(entries, limits, together)
    const underWay = new Map<string, number>()
    const tell = () => {
      const what = `regenerating ${this.#subject.name}`
      const made = [...underWay.values()].reduce((sum, each) => sum + each, board.answered)
      progress({ what, done: Math.min(made, entries.length), total: entries.length })
    }
    tell()
    const asking: Asking = {
      ...{ ports: this.#ports, subject: this.#subject, pool },
      startsLeft: () => this.#crew.startsLeft,
      underWay: (podId, made) => {
        underWay.set(podId, made)
        tell()
      },
    }
    const answer = async (some: readonly Entry[], pod: Pod, stop: AbortSignal) => {
      const [first] = some
      const single = contract === 'single' && first !== undefined
      const answered = single ? await askForOne(asking, first, pod, stop) : await askForMany(asking, some, pod, stop)
      tell()
      return answered
    }
    const work = () => this.#crew.work(board, answer, signal)
    const ending = board.done ? await work() : await this.#ending(entries, limits, isFinal, work)
    // In an earlier run it may have been ready.
    const answered = entries.some(({ attempts }) => attempts.some(({ seconds }) => seconds !== undefined))
    if (ending.kind === 'not-started' && !answered) return { ok: false, detail: ending.detail }
    if (ending.kind === 'not-started' || ending.kind === 'trouble')
      throw infrastructure(ending.detail, this.#subject.image, entries)
    if (board.hopeless) await this.#crew.stop('mismatch limit')
    const made = entries.filter(({ attempts }) => attempts.length > 0)
    return {
      ok: true,
      outputs: Object.fromEntries(made.map((entry) => [entry.task.prompt.stem, outputOf(entry.attempts)])),
    }
  }

  /** Of all pods that made what was asked for last, also before a crash. */
  stats(): PodStats {
    const samples = new Map<string, PodSample[]>()
    for (const { attempts } of this.#entries) {
      for (const [at, { podId, seconds }] of attempts.entries()) {
        const retryOf = at === 0 ? {} : { retryOf: attempts[0]?.seconds ?? 0 }
        samples.set(podId, [...(samples.get(podId) ?? []), { seconds, ...retryOf }])
      }
    }
    const { endings } = this.#crew
    const ids = [...new Set([...samples.keys(), ...endings.keys()])].sort()
    const { image, settings } = this.#subject
    const statOf = (id: string) =>
      podStat(id, samples.get(id) ?? [], settings.max_generation_seconds, endings.get(id) ?? 'no work available')
    return Object.fromEntries(ids.map((id) => [id, { ...statOf(id), image }]))
  }

  /** Stops its pods, which have nothing left to do. */
  close(): Promise<void> {
    return this.#crew.stop('no work available')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#crew.stop('stopped')
  }

  /** Who begins an image holds its pods; what it made is kept one by one, and its end where that is final. */
  #ending(
    entries: readonly Entry[],
    limits: RetryLimits,
    isFinal: boolean,
    work: () => Promise<Ending>,
  ): Promise<Ending> {
    const { pool, signal } = this.#context
    const { store } = this.#ports
    const { image, owner, settings, anew } = this.#subject
    const prompts = entries.map(({ task }) => ({ prompt: task.picture, seed: task.seed }))
    const inputs = { image, ...owner, artifact: settings.artifact, attempts: limits.attempts, prompts, ...anew }
    const isEnd = ({ kind }: Ending) => kind === 'not-started' || kind === 'given-up'
    return pool.gather<Ending>(
      { kind: 'regeneration', input: { image, ...owner } },
      {
        find: async () => (isFinal ? recall<Ending>(store, 'regeneration', inputs) : undefined),
        make: () => (isFinal ? remember(store, 'regeneration', inputs, work, isEnd) : work()),
      },
      signal,
    )
  }

  /** With the attempts that were made before. */
  async #entryOf(task: Task, limits: RetryLimits): Promise<Entry> {
    const { pool, signal } = this.#context
    signal.throwIfAborted()
    const picture = sha256Hex(await promptImage(this.#ports, task.prompt, signal))
    const entry: Entry = new BoardEntry({ ...task, picture })
    while (entry.attempts.length < limits.attempts) {
      const key = attemptKey(this.#subject, entry, entry.attempts.length + 1)
      const kept = await recall<KeptAttempt>(this.#ports.store, 'generation', key)
      if (kept === undefined) break
      entry.attempts.push(await toldOf(this.#ports, this.#subject, entry.task, kept, { pool, signal }))
    }
    return entry
  }
}

/** A break that only this image has is told from a bad provider by a second one, or by a person; never by their number. */
const SUSPECT_BREAKS = 2

function infrastructure(detail: string, image: string, entries: readonly Entry[]): RoundkeeperError {
  const suspect = entries.find(({ breaks }) => breaks.length >= SUSPECT_BREAKS && new Set(breaks).size === 1)
  const hint =
    suspect === undefined
      ? 'This is our own failure, not the miner’s: run again; finished prompts are kept.'
      : `${suspect.breaks.length} pods were lost over ${suspect.task.prompt.stem}, all at ${suspect.breaks[0]}. If that goes on, name a second provider: it tells a bad image from a bad provider. Or decide by \`audit source reject\`.`
  return new RoundkeeperError('unavailable', `an image could not be run: ${detail}`, { where: image, hint })
}
