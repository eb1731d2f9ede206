/**
 * Many prompts, one request, one archive. What is in it is kept model by model as soon as it has been looked at. The time of a
 * batch is shared evenly by the prompts that it was asked for, and a prompt that is asked for again carries what was spent
 * on it in vain: failing gains no time.
 */
import pLimit from 'p-limit'
import type { Batch, BatchGeneration, Pod } from '../../compute/pods.ts'
import { RoundkeeperError } from '../../errors.ts'
import { sha256Hex } from '../../rules/digest.ts'
import { receiveContent } from '../../store/content.ts'
import { remember } from '../../store/evidence.ts'
import { type Asking, attemptKey, Broken, blameFor, type Entry } from './asking.ts'
import { type KeptAttempt, type Told, toldOf } from './attempts.ts'
import type { Answer } from './pod-crew.ts'
import { CONTENT_TYPES } from './preview.ts'
import { PROMPT_IMAGE_LIMITS } from './prompts.ts'

type Received = Extract<BatchGeneration, { ok: true }>

/** Models that are drawn and measured, and pictures that are looked for, side by side. */
const AT_ONCE = 4

/** @throws `unavailable` when something of ours fails; `aborted` */
export async function askForMany(
  asking: Asking,
  entries: readonly Entry[],
  pod: Pod,
  signal: AbortSignal,
): Promise<Answer<Told>> {
  const { ports, subject, pool } = asking
  if (pod.generateBatch === undefined)
    throw new RoundkeeperError('internal', `pod ${pod.id} was not started for batches`)
  const answered = await pod.generateBatch(batchOf(asking, entries, pod), signal)
  asking.underWay(pod.id, 0)
  try {
    const kept = answered.ok
      ? await keepResults(asking, entries, pod, answered, signal)
      : await keepFailure(asking, entries, pod, answered, signal)
    const tell = ({ task }: Entry, at: number) =>
      toldOf(ports, subject, task, kept[at] as KeptAttempt, { pool, signal })
    const attempts = await someAtOnce(entries, tell)
    // Nobody knows what an image is at that did not come to an end.
    return answered.ok ? { attempts } : { attempts, lost: true, stalled: answered.stalled }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    const why = !answered.ok && answered.requested ? { why: 'requested' } : {}
    return { broke: error.message, ours: error.ours, ...why }
  }
}

function batchOf({ ports, subject, startsLeft, underWay }: Asking, entries: readonly Entry[], pod: Pod): Batch {
  const { artifact, batch_seconds: maxSeconds, max_model_bytes: maxModelBytes } = subject.settings
  const { addressOf = (url: string) => url } = ports
  return {
    prompts: entries.map(({ task: { prompt } }) => ({ stem: prompt.stem, url: addressOf(prompt.url) })),
    seed: entries[0]?.task.seed ?? 0,
    ...{ extensions: [artifact], maxModelBytes, maxSeconds, replacements: startsLeft },
    progress: (made) => underWay(pod.id, Math.min(Math.max(0, made), entries.length)),
  }
}

async function keepResults(
  asking: Asking,
  entries: readonly Entry[],
  { id: pod }: Pod,
  { results, seconds }: Received,
  signal: AbortSignal,
): Promise<KeptAttempt[]> {
  const { store } = asking.ports
  const { artifact } = asking.subject.settings
  const type = CONTENT_TYPES[artifact]
  const spent = seconds / entries.length
  await using open = results
  const kept = new Map<Entry, KeptAttempt>()
  const failures = new Map<Entry, string>()
  // All models first: what is said of the others may have to wait.
  for (const entry of entries) {
    signal.throwIfAborted()
    const { stem } = entry.task.prompt
    const said = open.failed.get(stem)
    if (said !== undefined) failures.set(entry, `the image says: ${said}`)
    else if (!open.delivered.has(stem)) failures.set(entry, 'nothing of it is in the results')
    else {
      const model = await open.take(stem, (chunks) => receiveContent(store, chunks, artifact, type))
      if (!model.ok) failures.set(entry, model.detail)
      else {
        const attempt = { pod, sha256: model.value.sha256, seconds: spent + inVain(entry), spent }
        kept.set(entry, await keep(asking, entry, attempt))
      }
    }
  }
  await picturesAreThere(asking, [...failures.keys()], signal)
  for (const [entry, failure] of failures) kept.set(entry, await keep(asking, entry, { pod, failure, spent }))
  return entries.map((entry) => kept.get(entry) as KeptAttempt)
}

/** @throws Broken when nothing can be said of the image */
async function keepFailure(
  asking: Asking,
  entries: readonly Entry[],
  pod: Pod,
  failure: Extract<BatchGeneration, { ok: false }>,
  signal: AbortSignal,
): Promise<KeptAttempt[]> {
  if (failure.requested) throw new Broken(failure.detail, false)
  const blame = blameFor(entries, pod, failure)
  await picturesAreThere(asking, entries, signal)
  const spent = failure.seconds / entries.length
  const kept: KeptAttempt[] = []
  for (const entry of entries) kept.push(await keep(asking, entry, { pod: pod.id, failure: blame(entry), spent }))
  return kept
}

const keep = ({ ports, subject }: Asking, entry: Entry, attempt: KeptAttempt): Promise<KeptAttempt> =>
  remember(ports.store, 'generation', attemptKey(subject, entry, entry.attempts.length + 1), async () => attempt)

/** Of earlier attempts without a model that can be drawn, seconds. */
const inVain = ({ attempts }: Entry): number =>
  attempts.reduce((sum, { seconds, kept }) => sum + (seconds === undefined ? (kept.spent ?? 0) : 0), 0)

/** @throws `unavailable` when the image could not fetch what we handed out: that is held against nobody */
async function picturesAreThere({ ports }: Asking, entries: readonly Entry[], signal: AbortSignal): Promise<void> {
  const look = async ({ task }: Entry) => {
    const { url } = task.prompt
    const found = await ports.downloader.fetch(url, PROMPT_IMAGE_LIMITS, signal)
    if (found.ok && sha256Hex(found.bytes) === task.picture) return
    const what = found.ok ? 'is another one by now' : `is not there any more: ${found.detail}`
    throw new RoundkeeperError('unavailable', `an image made no model of a prompt whose picture ${what}`, {
      where: url,
      hint: 'Images fetch pictures from their addresses: bring the very same one back, then run again.',
    })
  }
  await someAtOnce(entries, look)
}

/** In the order of the entries; whatever is begun has ended before the first failure is thrown. */
async function someAtOnce<T>(entries: readonly Entry[], work: (entry: Entry, at: number) => Promise<T>): Promise<T[]> {
  const limit = pLimit(AT_ONCE)
  const settled = await Promise.allSettled(entries.map((entry, at) => limit(() => work(entry, at))))
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason
    return each.value
  })
}
