import { files } from '../../state/files.ts'
import type { AnyStateFile } from '../../state/state-file.ts'
import type { Changed, Check, Step } from '../step.ts'
import { DigestSet } from './digest-set.ts'

/** One change of a file that evidence is named in, or follows from. Small: a long history has many. */
export interface Naming {
  readonly commit: string
  readonly path: string
  /** Blobs; absent where the file was not there. */
  readonly before?: string
  readonly after?: string
}

/** Within a commit, what others refer to comes first; a config is in force from the next commit on. */
const ORDER: readonly AnyStateFile[] = [
  files.seed,
  files.submitted,
  files.generated,
  files.unseen,
  files.duels,
  files.confirmation,
  files.judgeChecks,
  files.config,
]

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

  step({ commit, changed, inspected }: Step): void {
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
    this.#digests.addAll(inspected.named)
    this.#published ??= inspected.published
  }
}
