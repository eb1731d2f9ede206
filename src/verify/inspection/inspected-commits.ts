/** A history's commits with what was found out about each by itself, begun while earlier ones are with the consumer. */
import type { ChangedPath, History, HistoryCommit, TreeRecord } from '../../repo/history.ts'
import { parseMessage } from '../../repo/message.ts'
import { Lru } from '../lru.ts'
import type { InspectableCommit, InspectableFile, Inspected } from './inspect-commit.ts'
import type { Inspector } from './inspector.ts'
import { sizeOf } from './threaded-inspector.ts'

export interface InspectedCommit {
  readonly commit: HistoryCommit
  readonly inspected: Inspected
}

/** Of files that are likely to change again. */
const MAX_RECENT_BYTES = 8 * 1024 * 1024

export async function* inspectedCommits(
  history: History,
  since: string | undefined,
  inspector: Inspector,
): AsyncGenerator<InspectedCommit> {
  const inspectable = new Inspectable(history)
  const underway: { readonly result: Promise<InspectedCommit>; readonly bytes: number }[] = []
  let bytes = 0
  for await (const commit of history.commits(since)) {
    const question = await inspectable.of(commit)
    const result = inspector.inspect(question).then((inspected) => ({ commit, inspected }))
    result.catch(() => {}) // told when its turn comes
    underway.push({ result, bytes: sizeOf(question) })
    bytes += sizeOf(question)
    while (bytes > inspector.appetiteBytes) {
      const next = underway.shift()
      if (next === undefined) break
      bytes -= next.bytes
      yield await next.result
    }
  }
  for (const { result } of underway) yield await result
}

/** What has to be read of a commit. */
class Inspectable {
  readonly #history: History
  readonly #recent = new Lru<string, Uint8Array>(MAX_RECENT_BYTES)

  constructor(history: History) {
    this.#history = history
  }

  async of({ raw, message, changed }: HistoryCommit): Promise<InspectableCommit> {
    const evidence = parseMessage(message).trailers.Engine !== undefined
    const files: InspectableFile[] = []
    for (const { path, before, after } of changed) {
      const was = evidence && before !== undefined ? await this.#read(before) : undefined
      const is = after === undefined ? undefined : await this.#read(after)
      files.push({ path, ...(was && { before: was }), ...(is && { after: is }) })
    }
    return { raw, files, evidence }
  }

  async #read(record: TreeRecord & Pick<NonNullable<ChangedPath['after']>, 'bytes'>): Promise<Uint8Array | undefined> {
    const { mode, oid, bytes } = record
    if (!mode.startsWith('100')) return undefined
    const found = bytes ?? this.#recent.get(oid) ?? (await this.#history.blob(oid))
    if (found !== undefined) this.#recent.set(oid, found, found.length)
    return found
  }
}
