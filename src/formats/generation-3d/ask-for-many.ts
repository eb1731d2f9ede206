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

/** Models that are drawn and measured side by side. */
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
    const limit = pLimit(AT_ONCE)
    const tell = ({ task }: Entry, at: number) =>
      limit(() => toldOf(ports, subject, task, kept[at] as KeptAttempt, { pool, signal }))
    const attempts = await Promise.all(entries.map(tell))
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
  { id }: Pod,
  { results, seconds }: Received,
  signal: AbortSignal,
): Promise<KeptAttempt[]> {
  const { store } = asking.ports
  const { artifact } = asking.subject.settings
  const spent = seconds / entries.length
  await using open = results
  const kept: KeptAttempt[] = []
  for (const entry of entries) {
    signal.throwIfAborted()
    const { stem } = entry.task.prompt
    const failed = async (failure: string) => {
      await pictureIsThere(asking, entry, signal)
      return { pod: id, failure, spent }
    }
    const receive = async (): Promise<KeptAttempt> => {
      const said = open.failed.get(stem)
      if (said !== undefined) return failed(`the image says: ${said}`)
      if (!open.delivered.has(stem)) return failed('nothing of it is in the results')
      const type = CONTENT_TYPES[artifact]
      const model = await open.take(stem, (chunks) => receiveContent(store, chunks, artifact, type))
      if (!model.ok) return failed(model.detail)
      return { pod: id, sha256: model.value.sha256, seconds: spent + inVain(entry), spent }
    }
    kept.push(await keep(asking, entry, receive))
  }
  return kept
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
  const limit = pLimit(AT_ONCE)
  await Promise.all(entries.map((entry) => limit(() => pictureIsThere(asking, entry, signal))))
  const spent = failure.seconds / entries.length
  const kept: KeptAttempt[] = []
  for (const entry of entries)
    kept.push(await keep(asking, entry, async () => ({ pod: pod.id, failure: blame(entry), spent })))
  return kept
}

const keep = ({ ports, subject }: Asking, entry: Entry, make: () => Promise<KeptAttempt>): Promise<KeptAttempt> =>
  remember(ports.store, 'generation', attemptKey(subject, entry, entry.attempts.length + 1), make)

/** Of earlier attempts without a model that can be drawn, seconds. */
const inVain = ({ attempts }: Entry): number =>
  attempts.reduce((sum, { seconds, kept }) => sum + (seconds === undefined ? (kept.spent ?? 0) : 0), 0)

/** @throws `unavailable` when the image could not fetch what we handed out: that is held against nobody */
async function pictureIsThere({ ports }: Asking, { task }: Entry, signal: AbortSignal): Promise<void> {
  const { url } = task.prompt
  const found = await ports.downloader.fetch(url, PROMPT_IMAGE_LIMITS, signal)
  if (found.ok && sha256Hex(found.bytes) === task.picture) return
  const what = found.ok ? 'is another one by now' : `is not there any more: ${found.detail}`
  throw new RoundkeeperError('unavailable', `an image made no model of a prompt whose picture ${what}`, {
    where: url,
    hint: 'Images fetch pictures from their addresses: bring the very same one back, then run again.',
  })
}
