/** At the deadline: which of the entries' files are there. Kept by miner in the store, so that one answer stands. */
import { type Change, change } from '../../engine/change.ts'
import type { FairShare } from '../../engine/fair-share.ts'
import type { Context, Round } from '../../engine/owner.ts'
import type { DownloadLimits, LookResult } from '../../media/download.ts'
import type { Deadline, Seen } from '../../state/deadline.ts'
import { files } from '../../state/files.ts'
import type { Submission } from '../../state/submissions.ts'
import { recall, remember } from '../../store/evidence.ts'
import { hostOf, modelUrl } from './model-url.ts'
import { OwnNetwork } from './own-network.ts'
import type { Ports } from './ports.ts'
import { type Prompt, promptsOf } from './prompts.ts'
import { settingsOf } from './settings.ts'
import { Stopwatch } from './stopwatch.ts'

/** Waits before a host that did not answer, or was in trouble, is asked again; after the last that is its answer. */
export const SWEEP_WAITS_MS: readonly number[] = [20_000, 40_000, 80_000, 160_000]
const LOOK_TIMEOUT_MS = 30_000
/** What one miner's silent host may keep us waiting for, all files side by side; what is left is asked for once, briefly. */
const MAX_WAITING_MS = 300_000
const BRIEF_TIMEOUT_MS = 2_000

/** @returns undefined where the competition does not ask @throws `unavailable` when it is our network that is down */
export async function sweep(
  ports: Ports,
  share: FairShare,
  round: Round,
  context: Context,
): Promise<Change | undefined> {
  const { snapshot, number, config } = round
  if (!settingsOf(config).deadline_sweep) return undefined
  const prompts = (await promptsOf(round)).filter((prompt) => prompt.void === undefined)
  const entries = Object.entries(await snapshot.read(files.submissions, number))
  const progress = { done: 0, total: entries.length * prompts.length }
  const network = new OwnNetwork(ports.downloader, context.signal)
  const ofMiner = ([hotkey, entry]: [string, Submission]) => {
    const inputs = { competition: config.name, round: number, hotkey }
    const look = async () => {
      const { number: asked_at_block } = await context.chain.head()
      const waited = new Stopwatch(context.clock, 2 * LOOK_TIMEOUT_MS)
      const seen = await Promise.all(
        prompts.map(async (prompt) => {
          const sight = await seenOf(ports, share, round, { hotkey, entry, prompt, waited, network }, context)
          progress.done += 1
          context.progress({ what: `round ${number}: files looked for at the deadline`, ...progress })
          return [prompt.stem, sight] as const
        }),
      )
      return { asked_at_block, files: Object.fromEntries(seen) } satisfies Deadline
    }
    return context.pool.gather<Deadline>(
      { kind: 'deadline', input: inputs, of: hotkey },
      {
        find: () => recall(ports.store, 'deadline', inputs),
        make: () => remember(ports.store, 'deadline', inputs, look),
      },
      context.signal,
    )
  }
  const settled = await Promise.allSettled(entries.map(ofMiner))
  const swept = change()
  for (const [index, result] of settled.entries()) {
    if (result.status === 'rejected') throw result.reason
    swept.put(files.deadline, [number, entries[index]?.[0] ?? ''], result.value)
  }
  return swept
}

interface Sought {
  readonly hotkey: string
  readonly entry: Submission
  readonly prompt: Prompt
  readonly waited: Stopwatch
  readonly network: OwnNetwork
}

async function seenOf(
  ports: Ports,
  share: FairShare,
  { config }: Round,
  { hotkey, entry, prompt, waited, network }: Sought,
  { clock, signal }: Context,
): Promise<Seen> {
  const { artifact, max_model_bytes: maxBytes, plain_http: plainHttp } = settingsOf(config)
  const url = modelUrl(entry, prompt.stem, artifact)
  const isLate = () => waited.ms > MAX_WAITING_MS
  const look = () => {
    const limits: DownloadLimits = { maxBytes, timeoutMs: isLate() ? BRIEF_TIMEOUT_MS : LOOK_TIMEOUT_MS, plainHttp }
    return waited.time(() => ports.downloader.look(url, limits, signal))
  }
  for (let asks = 1; ; asks++) {
    const result = await share.run(hotkey, hostOf(url), look)
    const waitMs = SWEEP_WAITS_MS[asks - 1]
    if (result.ok || result.transient !== true || waitMs === undefined || isLate()) {
      if (!result.ok && result.silent === true) await network.mustBeUp(prompt)
      return seenBy(result, asks)
    }
    await clock.sleep(waitMs, signal)
  }
}

function seenBy(result: LookResult, asks: number): Seen {
  if (result.ok) {
    const { status, method, size, etag, lastModified } = result
    return {
      there: 'yes',
      asks,
      method,
      status,
      ...(size !== undefined && { size }),
      ...(etag !== undefined && { etag }),
      ...(lastModified !== undefined && { last_modified: lastModified }),
    }
  }
  const { fault, status, code, detail } = result
  return {
    there: fault === 'source' ? 'no' : 'unknown',
    asks,
    ...(status !== undefined && { status }),
    failure: `${code}: ${detail}`,
  }
}
