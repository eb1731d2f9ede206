import type { StateFile } from '../state/state-file.ts'

/** What one step wants on record, to be committed together or not at all. */
export interface Change {
  readonly files: ReadonlyMap<string, string | null>
  /** One line a file or group of files. */
  readonly messages: readonly string[]
  /** `sha256:…` digests of what the step saw outside the repository. */
  readonly evidence: readonly string[]
}

type Args = readonly (string | number)[]

/** Collects a Change: `change('Round 1: duels').put(files.state, [], state)`. */
export class ChangeBuilder implements Change {
  readonly files = new Map<string, string | null>()
  readonly messages: string[] = []
  readonly evidence: string[] = []

  constructor(...messages: string[]) {
    this.messages.push(...messages)
  }

  put<T, A extends Args>(file: StateFile<T, A>, args: A, value: T): this {
    this.files.set(file.path(...args), file.serialise(value))
    return this
  }

  saw(...digests: readonly string[]): this {
    this.evidence.push(...digests)
    return this
  }

  and(other: Change): this {
    for (const [path, text] of other.files) this.files.set(path, text)
    this.messages.push(...other.messages)
    this.evidence.push(...other.evidence)
    return this
  }
}

export const change = (...messages: string[]) => new ChangeBuilder(...messages)
