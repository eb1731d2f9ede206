/** Who wrote what: by the trailers of a commit; in histories without them by the lines of its message. */
import type { Writer } from '../../state/state-file.ts'
import type { Changed, Step } from '../step.ts'
import { claimant, claimsOf, hasNewerLine } from './message-lines.ts'

/** `engine`: some service of the original, and which cannot be told. */
export type Author = Writer | 'engine'

export interface Authored {
  /** Whether trailers say it. */
  readonly typed: boolean
  /** Whether nothing says it: no trailers, and no service has been recognised so far. */
  readonly unknown: boolean
  of(changed: Changed): Author
}

export class Authorship {
  /** Of commits whose every file had its line: the services commit under these, and people under others. */
  readonly #services = new Set<string>()

  begin(memory: unknown): void {
    for (const identity of (memory ?? []) as string[]) this.#services.add(identity)
  }

  memory(): unknown {
    return [...this.#services]
  }

  of(step: Step, isFounding: boolean): Authored {
    const { Engine, Owner } = step.trailers
    if (Engine !== undefined) {
      const owner = isWriter(Owner) ? Owner : 'engine'
      return { typed: true, unknown: false, of: () => owner }
    }
    if (step.strict) return { typed: false, unknown: false, of: () => 'human' }
    return this.#byMessage(step, isFounding)
  }

  #byMessage({ text, commit, changed }: Step, isFounding: boolean): Authored {
    const claims = claimsOf(text)
    const identity = `${commit.author.email} ${commit.committer.email}`
    const records = changed.filter(({ located }) => located !== undefined)
    const claimed = records.filter(({ located }) => located && claimant(claims, located) !== undefined)
    if (claimed.length > 0 && claimed.length === records.length) this.#services.add(identity)
    const unknown = records.length > 0 && this.#services.size === 0 && !isFounding
    const isService = unknown || (this.#services.has(identity) && hasNewerLine(text))
    return {
      typed: false,
      unknown,
      of: ({ located }) => (located && claimant(claims, located)) ?? (isService ? 'engine' : 'human'),
    }
  }
}

const WRITERS: readonly string[] = ['collector', 'judge', 'auditor', 'round-manager', 'human'] satisfies Writer[]
const isWriter = (name: string | undefined): name is Writer => name !== undefined && WRITERS.includes(name)
