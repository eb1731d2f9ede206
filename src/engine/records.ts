import type { StateFile } from '../state/state-file.ts'

type Args = readonly (string | number)[]

/** The files of a competition as they stood at one moment, for reading only. */
export interface Records {
  /** The file, or undefined when it is missing or empty. @throws `state-file` when it is malformed */
  find<T, A extends Args>(file: StateFile<T, A>, ...args: A): Promise<T | undefined>
  /** @throws `state-file` when it is missing or malformed */
  read<T, A extends Args>(file: StateFile<T, A>, ...args: A): Promise<T>
  text(path: string): Promise<string | undefined>
  /** Paths of all files under a folder ('' for all), sorted. */
  list(folder: string): Promise<string[]>
}
