import type { Generation, Pod } from '../../compute/pods.ts'
import type { Context } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import { sha256Hex } from '../../rules/digest.ts'
import { type PodSample, podStat } from '../../rules/pod-health.ts'
import { type Attempt, bestOf, type RetryLimits } from '../../rules/retries.ts'
import type { Output, Outputs, PodStats } from '../../state/index.ts'
import { putContent, requireContent } from '../../store/content.ts'
import { recall, remember } from '../../store/evidence.ts'
import type { again } from './again.ts'
import { measured } from './measured.ts'
import { type Answer, type Crew, PodCrew, SOLO } from './pod-crew.ts'
import type { Ports } from './ports.ts'
import { CONTENT_TYPES, emptyOutput, recordModel } from './preview.ts'
import { BoardEntry, PromptBoard } from './prompt-board.ts'
import { type Prompt, promptImage } from './prompts.ts'
import type { Settings } from './settings.ts'

/** One thing to ask of an image. */
export interface Task {
  readonly prompt: Prompt
  readonly seed: number
  /** What its answer is compared with. */
  readonly against?: Output | undefined
}

export interface Subject extends Pick<Crew, 'image' | 'name' | 'owner'> {
  readonly settings: Settings
  readonly anew: ReturnType<typeof again>
}

export type Made =
  /** Without prompts that were given up. */
  | { readonly ok: true; readonly outputs: Outputs }
  /** The image cannot be run at all. */
  | { readonly ok: false; readonly detail: string }

/**
 * A prompt over which so many pods were lost, at more than one provider, is not given to another one. What a provider
 * itself took away is none of them.
 */
const MAX_BREAKS = 3

/** What the store keeps of one attempt. */
interface KeptAttempt {
  readonly pod?: string
  readonly sha256?: string
  readonly seconds?: number
  readonly failure?: string
}

interface Told extends Attempt {
  readonly kept: KeptAttempt
  readonly output: Output
}

type Entry = BoardEntry<Task & { readonly picture: string }, Told>

/**
 * Runs an image on prompts, on several pods if there may be. Every attempt is kept by its inputs as soon as it has ended:
 * begun again after a crash, nothing is generated twice, and pods start only when something is left to do.
 */
export class Regeneration implements AsyncDisposable {
  readonly #ports: Ports
  readonly #subject: Subject
  readonly #context: Pick<Context, 'signal' | 'clock' | 'progress'>
  readonly #crew: PodCrew
  #entries: readonly Entry[] = []

  constructor(ports: Ports, subject: Subject, context: Pick<Context, 'signal' | 'clock' | 'progress'>) {
    const { image, name, owner, settings } = subject
    this.#ports = ports
    this.#subject = subject
    this.#context = context
    const size = { ...SOLO, ...ports.crew }
    const hardSeconds = settings.max_generation_seconds
    this.#crew = new PodCrew({ pods: ports.pods, image, name, owner, size, clock: context.clock, hardSeconds })
  }

  /** @throws `unavailable` when it is not the image that failed; `aborted` */
  async make(tasks: readonly Task[], limits: RetryLimits): Promise<Made> {
    if (tasks.length === 0) return { ok: true, outputs: {} }
    const { signal, progress } = this.#context
    const entries: Entry[] = []
    for (const task of tasks) entries.push(await this.#entryOf(task, limits))
    this.#entries = entries
    const board = new PromptBoard(entries, limits)
    const tell = () => {
      const what = `regenerating ${this.#subject.name}`
      progress({ what, done: board.answered, total: entries.length })
    }
    tell()
    const ending = await this.#crew.work(
      board,
      async (entry, pod, stop) => {
        const answer = await this.#answer(entry, pod, stop)
        tell()
        return answer
      },
      signal,
    )
    if (ending.kind === 'not-started') return { ok: false, detail: ending.detail }
    if (ending.kind === 'trouble') throw infrastructure(ending.detail, this.#subject.image)
    if (board.hopeless) await this.#crew.stop('mismatch limit')
    const made = entries.filter(({ attempts }) => attempts.length > 0)
    return { ok: true, outputs: Object.fromEntries(made.map((entry) => [entry.task.prompt.stem, outputOf(entry)])) }
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

  /** With the attempts that were made before. */
  async #entryOf(task: Task, limits: RetryLimits): Promise<Entry> {
    const { signal } = this.#context
    signal.throwIfAborted()
    const picture = sha256Hex(await promptImage(this.#ports, task.prompt, signal))
    const entry: Entry = new BoardEntry({ ...task, picture })
    while (entry.attempts.length < limits.attempts) {
      const key = this.#keyOf(entry, entry.attempts.length + 1)
      const kept = await recall<KeptAttempt>(this.#ports.store, 'generation', key)
      if (kept === undefined) break
      entry.attempts.push(await this.#told(entry, kept, signal))
    }
    return entry
  }

  #keyOf({ task }: Entry, attempt: number) {
    const { image, settings, anew } = this.#subject
    const key = { image, seed: task.seed, prompt: task.picture, artifact: settings.artifact, ...anew }
    return attempt === 1 ? key : { ...key, attempt }
  }

  async #answer(entry: Entry, pod: Pod, signal: AbortSignal): Promise<Answer<Told>> {
    const { store } = this.#ports
    const picture = await promptImage(this.#ports, entry.task.prompt, signal)
    let generation: Generation | undefined
    try {
      const kept = await remember(
        store,
        'generation',
        this.#keyOf(entry, entry.attempts.length + 1),
        async (): Promise<KeptAttempt> => {
          generation = await pod.generate({ name: entry.task.prompt.stem, image: picture }, entry.task.seed, signal)
          if (!generation.ok) return { pod: pod.id, failure: this.#failure(entry, pod, generation) }
          const { artifact } = this.#subject.settings
          const { sha256 } = await putContent(store, generation.bytes, artifact, CONTENT_TYPES[artifact])
          return { pod: pod.id, sha256, seconds: generation.seconds }
        },
      )
      const { lost, stalled } = generation?.ok === false ? generation : {}
      const isLost = lost || (generation?.ok === false && generation.fault === 'infrastructure')
      return { attempt: await this.#told(entry, kept, signal), lost: isLost, stalled }
    } catch (error) {
      if (error instanceof Broken) return { broke: error.message, ours: error.ours }
      throw error
    }
  }

  /** @throws Broken when nothing can be said of the image */
  #failure(entry: Entry, { provider = '' }: Pod, { fault, detail, ...how }: Generation & { ok: false }): string {
    const ours = fault === 'infrastructure'
    if (how.unasked) throw new Broken(detail, ours)
    if (!ours) return detail
    if (!how.unclear) throw new Broken(detail, ours)
    const { breaks } = entry
    breaks.push(provider)
    if (breaks.length < MAX_BREAKS || new Set(breaks).size < 2) throw new Broken(detail, ours)
    return `${breaks.length} pods were lost over it: ${detail}`
  }

  async #told({ task }: Entry, kept: KeptAttempt, signal: AbortSignal): Promise<Told> {
    const output = await this.#outputOf(task, kept, signal)
    const seconds = output.png === null ? undefined : output.generation_time
    return { podId: kept.pod ?? this.#subject.name, seconds, distance: output.distance, kept, output }
  }

  async #outputOf(
    { against }: Task,
    { sha256, seconds = 0, failure }: KeptAttempt,
    signal: AbortSignal,
  ): Promise<Output> {
    if (sha256 === undefined) return emptyOutput(failure ?? 'unknown')
    const { settings, anew } = this.#subject
    const bytes = await requireContent(this.#ports.store, sha256, settings.artifact)
    const model = { sha256, size: bytes.length, load: async () => bytes }
    const output = await recordModel(this.#ports, settings, model, anew, signal)
    return { ...(await this.#compared(output, against)), generation_time: seconds }
  }

  /** @throws when the distance cannot be measured: an unmeasured output is neither accepted nor refused */
  async #compared(output: Output, against: Output | undefined): Promise<Output> {
    if (against?.png_sha256 === undefined || output.png_sha256 === undefined) return output
    const [a, b] = [against.png_sha256, output.png_sha256]
    const { store, distance: measure } = this.#ports
    const key = { measure: measure.id, a, b, ...this.#subject.anew }
    const { distance } = await remember(store, 'distance', key, async () => ({
      distance: await measured(this.#ports, a, b),
    }))
    return { ...output, distance, measure: measure.id }
  }
}

class Broken extends Error {
  readonly ours: boolean

  constructor(detail: string, ours: boolean) {
    super(detail)
    this.ours = ours
  }
}

/** Everything else is found under its own digest. */
function outputOf({ attempts }: Entry): Output {
  const best = attempts[bestOf(attempts)] as Told
  const output = { ...best.output, attempts: attempts.length }
  if (attempts.length === 1) return output
  const tries = attempts.map(({ podId, kept: { sha256, seconds, failure }, output: made }) => ({
    pod_id: podId,
    ...(seconds !== undefined && { generation_time: seconds }),
    ...(sha256 !== undefined && { glb_sha256: sha256 }),
    ...((failure ?? made.failure) !== undefined && { failure: failure ?? made.failure }),
  }))
  return { ...output, tries }
}

const infrastructure = (detail: string, image: string) =>
  new RoundkeeperError('unavailable', `an image could not be run: ${detail}`, {
    where: image,
    hint: 'This is our own failure, not the miner’s: run again; finished prompts are kept.',
  })
