import { z } from 'zod'
import { unwritable } from './broken.ts'
import { checkSize } from './read-json.ts'
import { type Definition, isSame, type StateFile } from './state-file.ts'

/**
 * Text, one item a line: trimmed, without blank lines. As the public records have it, without a line break at its end;
 * files of ours that people add lines to have one, since `>>` would else join two lines.
 */
export function linesFile<A extends readonly (string | number)[]>(
  definition: Omit<Definition<string[], A>, 'schema'> & { description: string; lastLineEnds?: boolean },
): StateFile<string[], A> {
  const { description, lastLineEnds = false, ...described } = definition
  const { name } = described
  const serialise = (lines: string[]) => {
    const text = lines.join('\n')
    const read = split(text)
    const lost = lines.findIndex((line, index) => line !== read[index])
    if (lost >= 0) throw unwritable(`${name}.${lost}`, lines[lost], 'one trimmed, non-empty line')
    return lastLineEnds && text !== '' ? `${text}\n` : text
  }
  return {
    ...described,
    schema: z.array(z.string()).describe(description),
    parse(text, path) {
      checkSize(text, path, name)
      return split(text)
    },
    serialise,
    isWritten: (text, lines) => isSame(text, () => serialise(lines)),
    readWritten: () => undefined,
  }
}

const split = (text: string) =>
  text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
