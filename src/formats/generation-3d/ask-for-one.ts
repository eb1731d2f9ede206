/** One prompt, one request, one model. */
import type { Generation, Pod } from '../../compute/pods.ts'
import { putContent } from '../../store/content.ts'
import { remember } from '../../store/evidence.ts'
import { type Asking, attemptKey, Broken, blameFor, type Entry } from './asking.ts'
import { type KeptAttempt, type Told, toldOf } from './attempts.ts'
import type { Answer } from './pod-crew.ts'
import { CONTENT_TYPES } from './preview.ts'
import { promptImage } from './prompts.ts'

/** @throws `unavailable` when something of ours fails; `aborted` */
export async function askForOne(
  { ports, subject, pool }: Asking,
  entry: Entry,
  pod: Pod,
  signal: AbortSignal,
): Promise<Answer<Told>> {
  const { store } = ports
  const { prompt, seed } = entry.task
  const picture = await promptImage(ports, prompt, signal)
  let generation: Generation | undefined
  try {
    const key = attemptKey(subject, entry, entry.attempts.length + 1)
    const kept = await remember(store, 'generation', key, async (): Promise<KeptAttempt> => {
      generation = await pod.generate({ name: prompt.stem, image: picture }, seed, signal)
      if (!generation.ok) return { pod: pod.id, failure: blameFor([entry], pod, generation)(entry) }
      const { artifact } = subject.settings
      const { sha256 } = await putContent(store, generation.bytes, artifact, CONTENT_TYPES[artifact])
      return { pod: pod.id, sha256, seconds: generation.seconds }
    })
    const { lost, stalled } = generation?.ok === false ? generation : {}
    const isLost = lost || (generation?.ok === false && generation.fault === 'infrastructure')
    const told = await toldOf(ports, subject, entry.task, kept, { pool, signal })
    return { attempts: [told], lost: isLost, stalled }
  } catch (error) {
    if (error instanceof Broken) return { broke: error.message, ours: error.ours }
    throw error
  }
}
