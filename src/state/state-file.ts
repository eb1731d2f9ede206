import type { z } from 'zod'
import type { Stage } from './state.ts'

/** Who may write a file. `human` files are edited by hand and read only by the engine. */
export type Writer = 'collector' | 'judge' | 'auditor' | 'round-manager' | 'human'

/**
 * One kind of file of the competition repository: where it lies, what it holds, who may write it and when.
 * `parse` and `serialise` are inverse on machine-written bytes; fields that we do not know survive both.
 */
export interface StateFile<T, A extends readonly (string | number)[]> {
  readonly name: string
  readonly schema: z.ZodType<T>
  readonly writers: readonly Writer[]
  /** Stages in which the engine may write it; empty for files of the operator. */
  readonly stages: readonly Stage[]
  /** Path inside the repository, e.g. `rounds/3/seed.json`. */
  path(...args: A): string
  /** @throws RoundkeeperError `state-file` naming path, field, what was found and what was expected */
  parse(text: string, path: string): T
  serialise(value: T): string
  /** Whether a text is, to the byte, what would be written for the value that was read from it. Never throws. */
  isWritten(text: string, value: T): boolean
  /** Both at once, as quickly as can be: the value, if that is so. Undefined where nobody can tell, too. Never throws. */
  readWritten(bytes: Uint8Array, text: string): T | undefined
}

/** What a codec needs to know to make a StateFile of it. */
export type Definition<T, A extends readonly (string | number)[]> = Pick<
  StateFile<T, A>,
  'name' | 'schema' | 'path' | 'writers' | 'stages'
>

// biome-ignore lint/suspicious/noExplicitAny: the list of all files is heterogeneous by nature
export type AnyStateFile = StateFile<any, any>

/** For what was read but is nothing that we would write. */
export function isSame(text: string, write: () => string): boolean {
  try {
    return write() === text
  } catch {
    return false
  }
}
