import type { Head } from '../rules/schedule.ts'
import type { StateFile } from '../state/state-file.ts'

/** What one step wants on record, to be committed together or not at all. */
export interface Change {
  /** Whole new contents; bytes for what has to stay as it is; null removes. */
  readonly files: ReadonlyMap<string, string | Uint8Array | null>
  /** One line a file or group of files. */
  readonly messages: readonly string[]
  /** Where the chain stood when it was decided; whoever moves the stage says so. */
  readonly head?: Head | undefined
}

type Args = readonly (string | number)[]

/** Collects a Change: `change('Round 1: duels').put(files.state, [], state)`. */
export class ChangeBuilder implements Change {
  readonly files = new Map<string, string | Uint8Array | null>()
  readonly messages: string[] = []
  head: Head | undefined

  constructor(...messages: string[]) {
    this.messages.push(...messages)
  }

  put<T, A extends Args>(file: StateFile<T, A>, args: A, value: T): this {
    this.files.set(file.path(...args), file.serialise(value))
    return this
  }

  /** The same bytes under another path. */
  move(from: string, to: string, bytes: Uint8Array): this {
    this.files.set(from, null).set(to, bytes)
    return this
  }

  at(head: Head): this {
    if (head.number >= (this.head?.number ?? 0)) this.head = head
    return this
  }

  and(other: Change): this {
    for (const [path, text] of other.files) this.files.set(path, text)
    this.messages.push(...other.messages)
    return other.head === undefined ? this : this.at(other.head)
  }
}

export const change = (...messages: string[]) => new ChangeBuilder(...messages)
