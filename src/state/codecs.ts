import { z } from 'zod'
import type { StateFile } from './state-file.ts'

type Definition<T, A extends readonly (string | number)[]> = Pick<
  StateFile<T, A>,
  'name' | 'schema' | 'path' | 'writers' | 'stages'
>

/** JSON layouts: indented; indented with non-ASCII escaped; one line with a space after colon and comma. */
export type JsonStyle = 'indented' | 'ascii' | 'one-line'

export function jsonFile<T, A extends readonly (string | number)[]>(
  definition: Definition<T, A> & { style?: JsonStyle },
): StateFile<T, A> {
  return {
    ...definition,
    parse: (text) => definition.schema.parse(JSON.parse(text)),
    serialise: (value) => JSON.stringify(value, null, 2),
  }
}

export function linesFile<A extends readonly (string | number)[]>(
  definition: Omit<Definition<string[], A>, 'schema'>,
): StateFile<string[], A> {
  return {
    ...definition,
    schema: z.array(z.string()),
    parse: (text) =>
      text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    serialise: (lines) => lines.join('\n'),
  }
}

export function csvFile<T extends Record<string, string | number>, A extends readonly (string | number)[]>(
  definition: Definition<T[], A>,
): StateFile<T[], A> {
  return { ...definition, parse: () => [], serialise: () => '' }
}
