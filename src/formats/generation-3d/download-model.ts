/** One model of one miner: fetched into the store, tried again while there is time, and never twice once it is there. */
import type { FairShare } from '../../engine/fair-share.ts'
import type { Context } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import type { DownloadLimits } from '../../media/download.ts'
import { receiveContent } from '../../store/content.ts'
import { remember } from '../../store/evidence.ts'
import { hostOf } from './model-url.ts'
import type { OwnNetwork } from './own-network.ts'
import type { Ports } from './ports.ts'
import { CONTENT_TYPES } from './preview.ts'
import type { Prompt } from './prompts.ts'
import type { Settings } from './settings.ts'
import type { Stopwatch } from './stopwatch.ts'

const MODEL_TIMEOUT_MS = 300_000
/** What one attempt may take at most, and a little. */
export const MAX_ATTEMPT_MS = MODEL_TIMEOUT_MS + 30_000
/** One miner's slow host must not hold up the round. Only downloads count: waiting and rendering are our own time. */
const MAX_DOWNLOADING_MS = 45 * 60_000
const FIRST_WAIT_MS = 3_000
const MAX_WAIT_MS = 300_000

interface Kept {
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  readonly attempts: number
}
interface Failed {
  /** `code: detail`, for the miner to read. */
  readonly failure: string
  readonly code: string
  readonly attempts: number
}
export type Downloaded = Kept | Failed

export interface Wanted {
  /** What the download is remembered by, with its address. */
  readonly key: { readonly hotkey: string } & Readonly<Record<string, unknown>>
  readonly url: string
  readonly prompt: Prompt
  readonly settings: Pick<Settings, 'artifact' | 'max_model_bytes' | 'plain_http'>
  /** When failures are not tried again any more. */
  readonly until: Date
  /** How long this miner's downloads took so far. */
  readonly spent: Stopwatch
  readonly network: OwnNetwork
}

/** @throws `unavailable` for failures of ours */
export async function downloadModel(
  ports: Ports,
  share: FairShare,
  wanted: Wanted,
  context: Pick<Context, 'clock' | 'signal'>,
): Promise<Downloaded> {
  const { key, url, prompt, until, network } = wanted
  const { clock, signal } = context
  for (let attempts = 1; ; attempts++) {
    // What came is on record before the next file is asked for: a crash loses no more than is under way.
    const tried = await share.run(key.hotkey, hostOf(url), () => remembered(ports, wanted, attempts, signal))
    if ('sha256' in tried) return tried
    if (tried.silent) await network.mustBeUp(prompt)
    const waitMs = backOff(attempts, clock.random())
    if (!tried.transient || clock.now().getTime() + waitMs > until.getTime()) {
      const { failure, code } = tried
      return { failure, code, attempts: tried.attempts }
    }
    await clock.sleep(waitMs, signal)
  }
}

type Tried = Kept | (Failed & { readonly silent: boolean; readonly transient: boolean })

/** The first good download counts, also after a crash: what a host serves may change at any time. */
const remembered = (ports: Ports, wanted: Wanted, attempts: number, signal: AbortSignal): Promise<Tried> =>
  remember(
    ports.store,
    'download',
    { ...wanted.key, url: wanted.url },
    () => tryOnce(ports, wanted, attempts, signal),
    (tried) => 'sha256' in tried,
  )

async function tryOnce(ports: Ports, wanted: Wanted, attempts: number, signal: AbortSignal): Promise<Tried> {
  const { url, settings, spent } = wanted
  if (spent.ms > MAX_DOWNLOADING_MS) return { ...TOO_SLOW, attempts: attempts - 1 }
  const limits: DownloadLimits = {
    maxBytes: settings.max_model_bytes,
    timeoutMs: MODEL_TIMEOUT_MS,
    plainHttp: settings.plain_http,
  }
  const { artifact } = settings
  const take = (chunks: AsyncIterable<Uint8Array>) =>
    receiveContent(ports.store, chunks, artifact, CONTENT_TYPES[artifact])
  const result = await spent.time(() => ports.downloader.stream(url, limits, take, signal))
  if (result.ok) return { sha256: result.value.sha256, size: result.value.size, attempts }
  const { fault, code, detail, silent = false, transient = false } = result
  if (fault === 'infrastructure') throw ours(detail, url)
  return { failure: `${code}: ${detail}`, code, attempts, silent, transient }
}

/** 3 s, 6 s, 12 s … up to five minutes, of which a random half is left out so that not all come at once. */
export const backOff = (attempts: number, random: number): number =>
  Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1)) * (1 - random / 2)

const TOO_SLOW = {
  failure: 'timeout: the host was too slow overall',
  code: 'timeout',
  silent: false,
  transient: false,
}

const ours = (detail: string, where: string) =>
  new RoundkeeperError('unavailable', `a download failed on our side: ${detail}`, {
    where,
    hint: 'Check the network of this machine and run again; nothing is lost.',
  })
