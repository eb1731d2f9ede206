import type { Records } from '../engine/records.ts'
import { isError } from '../errors.ts'
import type { StateFile } from '../state/state-file.ts'

/** What cannot be read is undefined, as if it were missing: to tell is for the check of files. */
export async function readable<T, A extends readonly (string | number)[]>(
  records: Records,
  file: StateFile<T, A>,
  ...args: A
): Promise<T | undefined> {
  try {
    return await records.find(file, ...args)
  } catch (error) {
    if (isError(error, 'state-file')) return undefined
    throw error
  }
}
