/** All files of one miner that a round asks for, as one piece of work: who does it holds the bounds of one miner. */
import type { FairShare } from '../../engine/fair-share.ts'
import type { Context } from '../../engine/owner.ts'
import { recall, remember } from '../../store/evidence.ts'
import { type Downloaded, downloadModel, MAX_ATTEMPT_MS, type Wanted } from './download-model.ts'
import type { Ports } from './ports.ts'
import type { Prompt } from './prompts.ts'
import { Stopwatch } from './stopwatch.ts'

export interface Hunt extends Omit<Wanted, 'url' | 'prompt' | 'spent'> {
  readonly files: readonly { readonly url: string; readonly prompt: Prompt }[]
}

/** What became of each, by the prompt's stem; once known, it is not asked again. */
export type Haul = Readonly<Record<string, Downloaded>>

type Hands = Pick<Context, 'clock' | 'pool' | 'signal'>

/** @param told of every file that came to an end @throws `unavailable` for failures of ours */
export async function gatherDownloads(
  ports: Ports,
  share: FairShare,
  hunt: Hunt,
  context: Hands,
  told: (downloaded: Downloaded) => void,
): Promise<Haul> {
  const { key, files, settings } = hunt
  const inputs = { ...key, files: Object.fromEntries(files.map(({ url, prompt }) => [prompt.stem, url])) }
  const { artifact, max_model_bytes, plain_http } = settings
  const prompts = Object.fromEntries(files.map(({ prompt }) => [prompt.stem, prompt.url]))
  const input = { ...inputs, prompts, settings: { artifact, max_model_bytes, plain_http } }
  const make = () => remember(ports.store, 'downloads', inputs, () => fetchAll(ports, share, hunt, context, told))
  const find = async () => {
    const haul = await recall<Haul>(ports.store, 'downloads', inputs)
    if (haul !== undefined) for (const downloaded of Object.values(haul)) told(downloaded)
    return haul
  }
  return context.pool.gather({ kind: 'download', input, of: key.hotkey }, { find, make }, context.signal)
}

/** @throws the first failure of ours, once all have ended */
export async function fetchAll(
  ports: Ports,
  share: FairShare,
  { files, ...wanted }: Hunt,
  context: Pick<Context, 'clock' | 'signal'>,
  told: (downloaded: Downloaded) => void,
): Promise<Haul> {
  const spent = new Stopwatch(context.clock, MAX_ATTEMPT_MS)
  const settled = await Promise.allSettled(
    files.map(async ({ url, prompt }) => {
      const downloaded = await downloadModel(ports, share, { ...wanted, url, prompt, spent }, context)
      told(downloaded)
      return [prompt.stem, downloaded] as const
    }),
  )
  return Object.fromEntries(
    settled.map((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    }),
  )
}
