import { RoundkeeperError } from '../errors.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import type { StateFile } from '../state/state-file.ts'
import type { Change } from './change.ts'
import type { Records } from './records.ts'

type Args = readonly (string | number)[]

/**
 * The competition as of one head, plus what the current run has decided but not yet committed.
 * Everything that a stage knows about the competition comes from here.
 */
export class Snapshot implements Records {
  readonly head: string
  readonly #repo: Pick<StateRepo, 'read' | 'list'>
  readonly #pending = new Map<string, string | Uint8Array | null>()

  constructor(repo: Pick<StateRepo, 'read' | 'list'>, head: string) {
    this.#repo = repo
    this.head = head
  }

  async find<T, A extends Args>(file: StateFile<T, A>, ...args: A): Promise<T | undefined> {
    const path = file.path(...args)
    const text = await this.text(path)
    return text === undefined || text.trim() === '' ? undefined : file.parse(text, path)
  }

  async read<T, A extends Args>(file: StateFile<T, A>, ...args: A): Promise<T> {
    const found = await this.find(file, ...args)
    if (found !== undefined) return found
    const path = file.path(...args)
    throw new RoundkeeperError('state-file', `${path} is missing`, {
      where: `${path} at ${this.head.slice(0, 10)}`,
      hint: `Commit ${path} (schema: docs/schemas/${file.name}.schema.json) and run again.`,
    })
  }

  async text(path: string): Promise<string | undefined> {
    const pending = this.#pending.get(path)
    if (pending === null || typeof pending === 'string') return pending ?? undefined
    const bytes = pending ?? (await this.#repo.read(this.head, path))
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
  }

  /** As they are; none for a file that is not there. */
  async bytes(path: string): Promise<Uint8Array> {
    const pending = this.#pending.get(path)
    if (typeof pending === 'string') return new TextEncoder().encode(pending)
    return (pending === undefined ? await this.#repo.read(this.head, path) : pending) ?? new Uint8Array()
  }

  /** With what is pending. */
  async list(folder: string): Promise<string[]> {
    const paths = new Set(await this.#repo.list(this.head, folder))
    for (const [path, text] of this.#pending) {
      if (folder !== '' && !path.startsWith(`${folder}/`)) continue
      if (text === null) paths.delete(path)
      else paths.add(path)
    }
    return [...paths].sort()
  }

  /** Makes a decided change visible to the steps after it. */
  apply(change: Change): void {
    for (const [path, text] of change.files) this.#pending.set(path, text)
  }
}
