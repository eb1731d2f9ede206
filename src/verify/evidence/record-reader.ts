import { isError } from '../../errors.ts'
import type { History } from '../../repo/history.ts'
import type { StateFile } from '../../state/state-file.ts'
import { Lru } from '../lru.ts'
import type { Naming } from './ledger.ts'

type Args = readonly (string | number)[]

const MAX_PARSED_BYTES = 24 * 2 ** 20

/** Files as they stood when something was recorded, for a second walk over those that name evidence. */
export class RecordReader {
  readonly #history: Pick<History, 'blob'>
  readonly #blobs: Map<string, string>
  readonly #parsed = new Lru<string, unknown>(MAX_PARSED_BYTES)

  /** @param blobs what lay where before the first of them */
  constructor(history: Pick<History, 'blob'>, blobs: Iterable<readonly [path: string, blob: string]>) {
    this.#history = history
    this.#blobs = new Map(blobs)
  }

  apply({ path, after }: Naming): void {
    if (after === undefined) this.#blobs.delete(path)
    else this.#blobs.set(path, after)
  }

  /** As it stands now; undefined where it is not, or cannot be read, which other checks find. */
  find<T, A extends Args>(file: StateFile<T, A>, ...args: A): Promise<T | undefined> {
    return this.parse(file, file.path(...args), this.#blobs.get(file.path(...args)))
  }

  async parse<T, A extends Args>(
    file: StateFile<T, A>,
    path: string,
    blob: string | undefined,
  ): Promise<T | undefined> {
    if (blob === undefined) return undefined
    const key = `${file.name} ${blob}`
    if (!this.#parsed.has(key)) {
      const text = new TextDecoder().decode((await this.#history.blob(blob)) ?? new Uint8Array())
      this.#parsed.set(key, parsed(file, text, path), 4 * text.length)
    }
    return this.#parsed.get(key) as T | undefined
  }
}

function parsed<T, A extends Args>(file: StateFile<T, A>, text: string, path: string): T | undefined {
  try {
    return text.trim() === '' ? undefined : file.parse(text, path)
  } catch (error) {
    if (isError(error, 'state-file')) return undefined
    throw error
  }
}
