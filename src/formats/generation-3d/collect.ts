/** Gathers what miners uploaded: all are downloaded from side by side, and drawn as soon as one's files are in. */
import { type Change, change } from '../../engine/change.ts'
import type { FairShare } from '../../engine/fair-share.ts'
import type { Context, Round } from '../../engine/owner.ts'
import { missedDeadline, NOT_AT_DEADLINE } from '../../rules/deadline.ts'
import { blockSeconds, etaOfBlock } from '../../rules/schedule.ts'
import { files } from '../../state/files.ts'
import type { Output, Outputs } from '../../state/outputs.ts'
import type { Submission, Submissions } from '../../state/submissions.ts'
import { contentKey, requireContent } from '../../store/content.ts'
import { again } from './again.ts'
import type { Downloaded, Wanted } from './download-model.ts'
import { DownloadProgress } from './download-progress.ts'
import { gatherDownloads } from './gather-downloads.ts'
import { modelUrl } from './model-url.ts'
import { OwnNetwork } from './own-network.ts'
import type { Ports } from './ports.ts'
import { emptyOutput, recordModel } from './preview.ts'
import { type Prompt, promptsMissingIn } from './prompts.ts'
import { keepReadable } from './readable.ts'
import { settingsOf } from './settings.ts'
import { asSettled } from './settled.ts'

interface Todo {
  readonly hotkey: string
  readonly entry: Submission
  readonly recorded: Outputs
  readonly missing: readonly Prompt[]
}

/**
 * Yields a change for every entry that is not complete on record, in the order of the entries. A failure of ours stops
 * nobody else and is thrown at the end, to be tried again.
 */
export async function* collect(
  ports: Ports,
  share: FairShare,
  round: Round,
  entries: Submissions,
  context: Context,
): AsyncGenerator<Change, void, void> {
  const todos = await todosOf(round, entries)
  const until = await endOfRetries(round, entries, context)
  const left = new AbortController()
  const within: Context = { ...context, signal: AbortSignal.any([context.signal, left.signal]) }
  const progress = new DownloadProgress(round.number, todos, within)
  const network = new OwnNetwork(ports.downloader, within.signal)
  const fetching = todos.map((todo) => download(ports, share, round, { ...todo, until, network }, progress, within))
  const ready = new Map<number, Change | undefined>()
  let failure: unknown
  let next = 0
  try {
    for await (const { index, result } of asSettled(fetching)) {
      if (result.status === 'rejected') failure ??= result.reason
      const todo = todos[index] as Todo
      const drawn = result.status === 'fulfilled' ? record(ports, round, todo, result.value, within) : undefined
      ready.set(
        index,
        await drawn?.catch((error: unknown) => {
          failure ??= error
          return undefined
        }),
      )
      progress.entry()
      for (; ready.has(next); next++) {
        const made = ready.get(next)
        if (made !== undefined) yield made
      }
    }
  } finally {
    left.abort()
    await Promise.allSettled(fetching)
  }
  if (failure !== undefined) throw failure
}

async function todosOf(round: Round, entries: Submissions): Promise<Todo[]> {
  const { snapshot, number } = round
  const todos: Todo[] = []
  for (const [hotkey, entry] of Object.entries(entries)) {
    const recorded: Outputs = (await snapshot.find(files.submitted, number, hotkey)) ?? {}
    const missing = await promptsMissingIn(round, recorded)
    if (missing.length > 0) todos.push({ hotkey, entry, recorded, missing })
  }
  return todos
}

/** Counted from the sweep where there was one, so that a run that goes on does not begin anew. */
async function endOfRetries(
  { snapshot, config, number }: Round,
  entries: Submissions,
  { chain, clock }: Context,
): Promise<Date> {
  const budgetMs = settingsOf(config).download_minutes * 60_000
  const [hotkey = ''] = Object.keys(entries)
  const swept = await snapshot.find(files.deadline, number, hotkey)
  const began =
    swept === undefined ? clock.now() : etaOfBlock(swept.asked_at_block, await chain.head(), blockSeconds(config))
  return new Date(began.getTime() + budgetMs)
}

/** What became of the models, in the order of the prompts. */
async function download(
  ports: Ports,
  share: FairShare,
  round: Round,
  { hotkey, entry, missing, until, network }: Todo & Pick<Wanted, 'until' | 'network'>,
  progress: DownloadProgress,
  context: Context,
): Promise<Downloaded[]> {
  const settings = settingsOf(round.config)
  const deadline = await round.snapshot.find(files.deadline, round.number, hotkey)
  const key = { competition: round.config.name, round: round.number, hotkey, ...again(round) }
  const late = new Map<string, Downloaded>()
  for (const { stem } of missing) {
    const failure = missedDeadline(deadline, stem)
    if (failure !== undefined) late.set(stem, { failure, code: NOT_AT_DEADLINE, attempts: 0 })
  }
  const told = (downloaded: Downloaded) => progress.file('size' in downloaded ? downloaded.size : 0)
  for (const each of late.values()) told(each)
  const there = missing.filter(({ stem }) => !late.has(stem))
  const wanted = there.map((prompt) => ({ prompt, url: modelUrl(entry, prompt.stem, settings.artifact) }))
  const hunt = { key, files: wanted, settings, until, network }
  const haul = wanted.length === 0 ? {} : await gatherDownloads(ports, share, hunt, context, told)
  return missing.map(({ stem }) => (late.get(stem) ?? haul[stem]) as Downloaded)
}

async function record(
  ports: Ports,
  round: Round,
  { hotkey, recorded, missing }: Todo,
  downloads: readonly Downloaded[],
  context: Context,
): Promise<Change> {
  const pieces = missing.map((prompt, index) => ({ prompt, downloaded: downloads[index] as Downloaded }))
  const describe = async ({ prompt, downloaded }: (typeof pieces)[number], signal: AbortSignal): Promise<Output> => {
    const output = await outputOf(ports, round, hotkey, downloaded, { pool: context.pool, signal })
    await keepReadable(ports, round, { subject: hotkey, kind: 'submitted', stem: prompt.stem }, output)
    return output
  }
  const outputs: Outputs = { ...recorded }
  for await (const result of context.pool.run(pieces, describe, context.signal)) {
    if (!result.ok) throw result.error
    outputs[result.input.prompt.stem] = result.output
  }
  return change(`Update submitted for round ${round.number}, miner ${hotkey.slice(0, 10)}`).put(
    files.submitted,
    [round.number, hotkey],
    outputs,
  )
}

async function outputOf(
  ports: Ports,
  round: Round,
  hotkey: string,
  downloaded: Downloaded,
  hands: Pick<Context, 'pool' | 'signal'>,
): Promise<Output> {
  const { attempts } = downloaded
  if ('failure' in downloaded) {
    const { failure, code } = downloaded
    return { ...emptyOutput(failure), download_failure: code, download_attempts: attempts }
  }
  const settings = settingsOf(round.config)
  const { sha256, size } = downloaded
  const load = () => requireContent(ports.store, sha256, settings.artifact)
  // What was drawn before need not be read again; that it is gone has to be known all the same.
  if (!(await ports.store.has(contentKey(sha256, settings.artifact)))) await load()
  const model = { sha256, size, of: hotkey, load }
  const output = await recordModel(ports, settings, model, again(round), hands)
  return attempts > 1 ? { ...output, download_attempts: attempts } : output
}
