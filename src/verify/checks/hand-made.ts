/** How a file differs from what the engine would have written for the same contents. */
import type { Located } from '../../state/locate.ts'
import { parseWithSource } from '../../state/raw-json.ts'
import type { FileProblem } from './inspect-file.ts'
import { listed, shown } from './words.ts'

/** @param made what the engine would have written; undefined when it could not */
export function handMade(located: Located, text: string, made: string | undefined, value: unknown): FileProblem[] {
  const { file } = located
  if (file.writers.length === 1 && file.writers[0] === 'human') return [] // laid out as its writer likes
  const isJson = file.path(...located.args).endsWith('.json')
  const missing = isJson ? missingFields(text, value) : []
  // A file that is laid out by a machine but lacks fields is of another version of the machine.
  if (missing.length > 0 && isMachineLayout(text)) {
    return [{ code: 'file/shape', message: `the engine would also have written ${listed(missing)}` }]
  }
  const how = made === undefined ? 'what is in it' : firstDifference(text, made)
  return [{ code: 'file/hand-edited', message: `the engine does not write ${how}` }]
}

function firstDifference(text: string, made: string): string {
  if (text === `${made}\n`) return 'the line break at its end'
  const [read, wanted] = [text.split('\n'), made.split('\n')]
  const at = read.findIndex((line, index) => line !== wanted[index])
  const line = (lines: readonly string[]) => (lines[at] === undefined ? 'nothing' : shown(lines[at].trim()))
  if (at < 0) return `an end after line ${read.length}`
  const same = read[at]?.trim() === wanted[at]?.trim()
  return same ? `the spaces in line ${at + 1}` : `line ${at + 1}, ${line(read)}, where it would write ${line(wanted)}`
}

const isMachineLayout = (text: string) => JSON.stringify(parse(text), null, 2) === text || !text.includes('\n')

/** An empty file is an empty collection. */
const parse = (text: string): unknown =>
  text.trim() === '' ? undefined : parseWithSource(text.replace(/^\uFEFF/, ''), () => undefined)

/** Fields that reading fills in where a file leaves them out, by name. */
function missingFields(text: string, value: unknown): string[] {
  const missing = new Set<string>()
  const compare = (read: unknown, made: unknown): void => {
    if (typeof read !== 'object' || read === null || typeof made !== 'object' || made === null) return
    for (const [key, inner] of Object.entries(made)) {
      if (Object.hasOwn(read, key)) compare(Reflect.get(read, key), inner)
      else if (inner !== undefined) missing.add(key)
    }
  }
  compare(parse(text), value)
  return [...missing]
}
