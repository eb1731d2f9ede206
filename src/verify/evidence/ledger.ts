import { isError } from '../../errors.ts'
import { files } from '../../state/files.ts'
import type { AnyStateFile } from '../../state/state-file.ts'
import type { Changed, Check, Step } from '../step.ts'
import { DigestSet } from './digest-set.ts'
import { isDigest, modelOf, previewOf, promptOf, publishedAt, transcriptOf } from './named.ts'

/** One change of a file that evidence is named in, or follows from. Small: a long history has many. */
export interface Naming {
  readonly commit: string
  readonly path: string
  /** Blobs; absent where the file was not there. */
  readonly before?: string
  readonly after?: string
}

/** Within a commit, what others refer to comes first; a config is in force from the next commit on. */
const ORDER: readonly AnyStateFile[] = [files.submitted, files.generated, files.duels, files.config]

/** Remembers where evidence is named, to be read again when somebody has a store to look it up in; and counts it. */
export class Ledger implements Check {
  readonly name = 'evidence'
  readonly namings: Naming[] = []
  readonly #digests = new DigestSet()
  #published: string | undefined

  /** How many objects are named. */
  get named(): number {
    return this.#digests.size
  }

  /** Where the record itself says that the objects are. */
  get published(): string | undefined {
    return this.#published
  }

  async step({ commit, changed, after }: Step): Promise<void> {
    const rank = ({ located }: Changed) => (located === undefined ? -1 : ORDER.indexOf(located.file))
    const relevant = changed.filter((each) => rank(each) >= 0).sort((a, b) => rank(a) - rank(b))
    for (const { path, before, after: now } of relevant) {
      this.namings.push({
        commit: commit.oid,
        path,
        ...(before === undefined ? {} : { before: before.oid }),
        ...(now === undefined ? {} : { after: now.oid }),
      })
    }
    for (const each of relevant) await this.#count(each, after)
  }

  async #count({ located, after: now }: Changed, records: Step['after']): Promise<void> {
    if (located === undefined || now === undefined) return
    const add = (...names: ({ sha256: string } | undefined)[]) => {
      for (const name of names) if (name !== undefined && isDigest(name.sha256)) this.#digests.add(name.sha256)
    }
    try {
      const [round, ...who] = located.args as [number, string, string]
      if (located.file === files.duels) {
        const report = await records.find(files.duels, round, ...(who as [string, string]))
        for (const duel of report?.duels ?? []) add(transcriptOf(duel), promptOf(duel))
      } else if (located.file !== files.config) {
        const file = located.file === files.submitted ? files.submitted : files.generated
        const outputs = (await records.find(file, round, who[0])) ?? {}
        for (const [stem, output] of Object.entries(outputs)) {
          add(modelOf(stem, output, ''), previewOf(stem, output))
          this.#published ??= publishedAt(output)
        }
      }
    } catch (error) {
      // What cannot be read is found by the check of files.
      if (!isError(error, 'state-file')) throw error
    }
  }
}
