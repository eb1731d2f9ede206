import { type Change, change } from '../../engine/change.ts'
import type { Context, Round } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import type { Downloader } from '../../media/download.ts'
import { files } from '../../state/files.ts'
import type { Output, Outputs } from '../../state/outputs.ts'
import type { Submission } from '../../state/submissions.ts'
import { putContent, requireContent } from '../../store/content.ts'
import { remember } from '../../store/evidence.ts'
import { again } from './again.ts'
import type { Ports } from './ports.ts'
import { emptyOutput, recordModel } from './preview.ts'
import { checkNetwork, type Prompt, promptsMissingIn } from './prompts.ts'
import { keepReadable } from './readable.ts'
import { required } from './required.ts'
import { type Settings, settingsOf } from './settings.ts'
import { Stopwatch } from './stopwatch.ts'

const MODEL_TIMEOUT_MS = 300_000
/** What the downloader may need for one model at most, with its second attempt. */
const MAX_MODEL_MS = 2 * MODEL_TIMEOUT_MS + 60_000
/** One miner's slow host must not hold up the round. Only downloads count: rendering is our own time. */
const MAX_DOWNLOADING_MS = 45 * 60_000

/** Downloads one miner's models and draws their previews. Our own failures throw and are tried again. */
export async function collect(
  ports: Ports,
  round: Round,
  hotkey: string,
  entry: Submission,
  context: Context,
): Promise<Change | undefined> {
  const { snapshot, number } = round
  const recorded: Outputs = (await snapshot.find(files.submitted, number, hotkey)) ?? {}
  const missing = await promptsMissingIn(round, recorded)
  if (missing.length === 0) return undefined

  const settings = settingsOf(round.config)
  const downloads = new Stopwatch(context.clock, MAX_MODEL_MS)
  const downloader = timed(ports.downloader, downloads)
  const fetchOne = async (prompt: Prompt, signal: AbortSignal): Promise<Output> => {
    if (downloads.ms > MAX_DOWNLOADING_MS) return emptyOutput('timeout: the host was too slow overall')
    const who = { competition: round.config.name, round: number, hotkey, ...again(round) }
    const output = await collectOne({ ...ports, downloader }, settings, who, entry, prompt, signal)
    await keepReadable(ports, round, { subject: hotkey, kind: 'submitted', stem: prompt.stem }, output)
    return output
  }
  const outputs: Outputs = { ...recorded }
  for await (const result of context.pool.run(missing, fetchOne, context.signal)) {
    if (!result.ok) throw result.error
    outputs[result.input.stem] = result.output
  }
  return change(`Update submitted for round ${number}, miner ${hotkey.slice(0, 10)}`).put(
    files.submitted,
    [number, hotkey],
    outputs,
  )
}

/** What a download is remembered by, besides its address. */
type Key = { competition: string; round: number; hotkey: string } & ReturnType<typeof again>

async function collectOne(
  ports: Ports,
  settings: Settings,
  who: Key,
  entry: Submission,
  prompt: Prompt,
  signal: AbortSignal,
): Promise<Output> {
  const { artifact } = settings
  const url = `${required(entry, 'submissions.json', 'cdn_url').cdn_url.replace(/\/+$/, '')}/${encodeURIComponent(prompt.stem)}.${artifact}`
  // The first good download counts, also after a crash: what a host serves may change at any time.
  const download = await remember(
    ports.store,
    'download',
    { ...who, url },
    async () => {
      const limits = { maxBytes: settings.max_model_bytes, timeoutMs: MODEL_TIMEOUT_MS }
      const result = await ports.downloader.fetch(url, limits, signal)
      if (result.ok)
        return { sha256: (await putContent(ports.store, result.bytes, artifact, 'application/octet-stream')).sha256 }
      if (result.fault === 'source') {
        if (result.silent) await checkNetwork(ports, prompt, signal)
        return { failure: `${result.code}: ${result.detail}` }
      }
      throw new RoundkeeperError('unavailable', `a download failed on our side: ${result.detail}`, {
        where: url,
        hint: 'Check the network of this machine and run again; nothing is lost.',
      })
    },
    (result) => 'sha256' in result,
  )
  if (!('sha256' in download) || download.sha256 === undefined) return emptyOutput(download.failure ?? 'unknown')
  return recordModel(ports, settings, await requireContent(ports.store, download.sha256, artifact), who, signal)
}

const timed = (downloader: Downloader, stopwatch: Stopwatch): Downloader => ({
  fetch: (...request) => stopwatch.time(() => downloader.fetch(...request)),
})
