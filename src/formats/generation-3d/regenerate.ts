import type { Generation, Pod } from '../../compute/pods.ts'
import type { Context, Round } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import { sha256Hex } from '../../rules/digest.ts'
import { files, type Output, type Outputs } from '../../state/index.ts'
import { putContent, requireContent } from '../../store/content.ts'
import { remember } from '../../store/evidence.ts'
import { again } from './again.ts'
import { measured } from './measured.ts'
import type { Ports } from './ports.ts'
import { CONTENT_TYPES, emptyOutput, recordModel } from './preview.ts'
import { type Prompt, promptImage } from './prompts.ts'
import { keepReadable } from './readable.ts'
import { type Settings, settingsOf } from './settings.ts'

export type RegenerateResult =
  | { readonly ok: true; readonly outputs: Outputs }
  /** The image cannot be run at all. */
  | { readonly ok: false; readonly detail: string }

/**
 * Runs an image on prompts with the round's seed and compares what comes out with `compareWith`, where given.
 * Finished prompts are remembered by their inputs: the pod starts only when something is left to do.
 */
export async function regenerate(
  ports: Ports,
  round: Round,
  image: string,
  subject: string,
  prompts: readonly Prompt[],
  compareWith: Outputs,
  context: Context,
): Promise<RegenerateResult> {
  const settings = settingsOf(round.config)
  const { seed } = await round.snapshot.read(files.seed, round.number)
  const anew = again(round)
  const pod = lazyPod(
    ports,
    image,
    `${round.config.name}-${round.number}-${subject.slice(0, 10).toLowerCase()}`,
    context.signal,
  )
  const outputs: Outputs = {}
  try {
    for (const [done, prompt] of prompts.entries()) {
      context.signal.throwIfAborted()
      context.progress({ what: `regenerating ${subject.slice(0, 10)}`, done, total: prompts.length })
      const output = await regenerateOne(ports, settings, { image, seed, prompt }, anew, pod.get, context.signal)
      await keepReadable(ports, round, { subject, kind: 'generated', stem: prompt.stem }, output)
      outputs[prompt.stem] = await withDistance(ports, output, compareWith[prompt.stem], anew)
    }
    return { ok: true, outputs }
  } catch (error) {
    if (error instanceof ImageFault) return { ok: false, detail: error.message }
    throw error
  } finally {
    await pod.stop()
  }
}

type Anew = ReturnType<typeof again>

class ImageFault extends Error {}

function lazyPod(ports: Ports, image: string, name: string, signal: AbortSignal) {
  let pod: Pod | undefined
  return {
    async get(): Promise<Pod> {
      if (pod !== undefined) return pod
      const start = await ports.pods.start(image, name, signal)
      if (start.ok) {
        pod = start.pod
        return pod
      }
      if (start.fault === 'image') throw new ImageFault(start.detail)
      throw infrastructure(start.detail, image)
    },
    stop: async () => pod?.stop(),
  }
}

async function regenerateOne(
  ports: Ports,
  settings: Settings,
  job: { image: string; seed: number; prompt: Prompt },
  anew: Anew,
  pod: () => Promise<Pod>,
  signal: AbortSignal,
): Promise<Output> {
  const picture = await promptImage(ports, job.prompt, signal)
  const key = { image: job.image, seed: job.seed, prompt: sha256Hex(picture), artifact: settings.artifact, ...anew }
  const made = await remember(ports.store, 'generation', key, async () => {
    let attempts = 0
    let result: Generation
    do {
      attempts += 1
      result = await (await pod()).generate({ name: job.prompt.stem, image: picture }, job.seed, signal)
      if (!result.ok && result.fault === 'infrastructure') throw infrastructure(result.detail, job.image)
    } while (!result.ok && attempts < settings.generation_attempts)
    if (!result.ok) return { attempts, failure: result.detail }
    const { sha256 } = await putContent(ports.store, result.bytes, settings.artifact, CONTENT_TYPES[settings.artifact])
    return { attempts, sha256, seconds: result.seconds }
  })
  if (made.sha256 === undefined) return { ...emptyOutput(made.failure ?? 'unknown'), attempts: made.attempts }
  const bytes = await requireContent(ports.store, made.sha256, settings.artifact)
  const model = { sha256: made.sha256, size: bytes.length, load: async () => bytes }
  const output = await recordModel(ports, settings, model, anew, signal)
  return { ...output, generation_time: made.seconds ?? 0, attempts: made.attempts }
}

/** @throws when the distance cannot be measured: an unmeasured output is neither accepted nor refused */
async function withDistance(ports: Ports, output: Output, submitted: Output | undefined, anew: Anew): Promise<Output> {
  if (submitted?.png_sha256 === undefined || output.png_sha256 === undefined) return output
  const [a, b] = [submitted.png_sha256, output.png_sha256]
  const { distance } = await remember(
    ports.store,
    'distance',
    { measure: ports.distance.id, a, b, ...anew },
    async () => ({ distance: await measured(ports, a, b) }),
  )
  return { ...output, distance, measure: ports.distance.id }
}

const infrastructure = (detail: string, image: string) =>
  new RoundkeeperError('unavailable', `an image could not be run: ${detail}`, {
    where: image,
    hint: 'This is our own failure, not the miner’s: run again; finished prompts are kept.',
  })
