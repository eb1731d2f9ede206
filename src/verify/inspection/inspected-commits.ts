/** A history's commits with what was found out about each by itself, begun while earlier ones are with the consumer. */
import type { History, HistoryCommit, NewRecord, TreeRecord } from '../../repo/history.ts'
import { parseMessage } from '../../repo/message.ts'
import { KeptBytes } from '../kept-bytes.ts'
import type { Examinable } from './examiner.ts'
import type { InspectableFile, Inspected } from './inspect-commit.ts'
import type { Inspector } from './inspector.ts'

export interface InspectedCommit {
  readonly commit: HistoryCommit
  readonly inspected: Inspected
}

/** Of files that are likely to change again: small ones. */
const MAX_RECENT_BYTES = 2 * 1024 * 1024
const SMALL_BYTES = 16 * 1024

export async function* inspectedCommits(
  history: History,
  since: string | undefined,
  inspector: Inspector,
): AsyncGenerator<InspectedCommit> {
  const inspectable = new Inspectable(history)
  const underway: Promise<InspectedCommit[]>[] = []
  let commits: HistoryCommit[] = []
  let question: Examinable[] = []
  let bytes = 0
  const ask = () => {
    const answer = inspected(inspector, commits, question)
    answer.catch(() => {}) // told when its turn comes
    underway.push(answer)
    commits = []
    question = []
    bytes = 0
  }
  for await (const commit of history.commits(since)) {
    const each = await inspectable.of(commit)
    commits.push(commit)
    question.push(each)
    bytes += sizeOf(each)
    if (bytes < inspector.questionBytes) continue
    ask()
    if (underway.length > inspector.questions) yield* (await underway.shift()) ?? []
  }
  if (commits.length > 0) ask()
  for (const answer of underway) yield* await answer
}

async function inspected(
  inspector: Inspector,
  commits: readonly HistoryCommit[],
  question: readonly Examinable[],
): Promise<InspectedCommit[]> {
  const found = await inspector.inspect(question)
  return commits.map((commit, i) => ({ commit, inspected: found[i] as Inspected }))
}

const sizeOf = ({ raw, files }: Examinable) =>
  files.reduce((sum, { before, after }) => sum + (before?.length ?? 0) + (after?.length ?? 0), raw.length)

/** What has to be read of a commit. */
class Inspectable {
  readonly #history: History
  readonly #recent = new KeptBytes(MAX_RECENT_BYTES)

  constructor(history: History) {
    this.#history = history
  }

  async of({ oid, raw, message, changed }: HistoryCommit): Promise<Examinable> {
    const evidence = parseMessage(message).trailers.Engine !== undefined
    const files: InspectableFile[] = []
    for (const { path, before, after } of changed) {
      const was = evidence ? await this.#read(before) : undefined
      const is = await this.#read(after)
      files.push({ path, ...(was && { before: was }), ...(is && { after: is }) })
    }
    return { oid, raw, changed, files, evidence }
  }

  async #read(record: TreeRecord | NewRecord | undefined): Promise<Uint8Array | undefined> {
    if (record === undefined || !record.mode.startsWith('100')) return undefined
    const given = 'bytes' in record ? record.bytes : undefined
    const found = given ?? this.#recent.get(record.oid)?.slice() ?? (await this.#history.blob(record.oid))
    if (given !== undefined && given.length <= SMALL_BYTES) this.#recent.set(record.oid, given)
    return found
  }
}
