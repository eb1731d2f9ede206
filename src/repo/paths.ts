/**
 * Which names may enter a competition repository: what stock git refuses, plus what would be unsafe to check out
 * on any file system. Pure; called before anything is written.
 */
import { RoundkeeperError } from '../errors.ts'

export const MAX_PATH_BYTES = 4096
export const MAX_SEGMENT_BYTES = 255

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\\\u0000-\u001f\u007f]/
/** Code points that HFS+ ignores when it compares names. */
const IGNORABLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g
/** `.git` in all the ways in which some file system reads it: case, NTFS short name, trailing dots, streams. */
const GIT_FOLDER = /^(\.git|git~1)[ .]*(:.*)?$/i
/** What Windows keeps for devices or cannot have in a name at all. */
const NOT_ON_WINDOWS = /[<>:"|?*]|[ .]$|^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)( *\..*)?$/i
const BRANCH = /^(?!.*(\.\.|\/\/|@\{|\.lock(\/|$)|\/\.|\.$|\.\/|\/$))[^\s~^:?*[\\\u007f/.-][^\s~^:?*[\\\u007f]*$/u

/** @throws `usage` unless it is a relative `/`-separated path that every git client accepts */
export function checkPath(path: string): void {
  const fault = pathFault(path)
  if (fault === undefined) return
  throw new RoundkeeperError('usage', `${JSON.stringify(path.slice(0, 200))} is not a path of a file: ${fault}`, {
    where: JSON.stringify(path.slice(0, 200)),
    hint: 'Use a path inside the repository such as rounds/3/seed.json.',
  })
}

/** @throws `usage` unless git accepts it as the name of a branch */
export function checkBranch(branch: string): void {
  if (BRANCH.test(branch) && branch.isWellFormed() && pathFault(branch) === undefined) return
  throw new RoundkeeperError('usage', `${JSON.stringify(branch.slice(0, 200))} is not the name of a branch`, {
    hint: 'Give a plain branch name such as main.',
  })
}

/** Why git, or a file system that it is checked out to, would not take this path for a file; undefined when all would. */
export function pathFault(path: string): string | undefined {
  if (!path.isWellFormed()) return 'it is not valid Unicode'
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `it is longer than ${MAX_PATH_BYTES} bytes`
  if (FORBIDDEN.test(path)) return 'it holds a backslash or a control character'
  for (const segment of path.split('/')) {
    if (segment === '') return 'it is empty or has an empty part'
    if (segment === '.' || segment === '..') return `it has the part "${segment}"`
    if (GIT_FOLDER.test(segment.replace(IGNORABLE, ''))) return 'it reaches into .git'
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return `a part is longer than ${MAX_SEGMENT_BYTES} bytes`
  }
  return undefined
}

/** Whether Windows can hold a file of this name; names that git refuses everywhere aside. */
export const isPortable = (path: string): boolean => !path.split('/').some((segment) => NOT_ON_WINDOWS.test(segment))

/** Equal for two names that some file system takes for one: case, Unicode composition and ignored characters aside. */
export const foldName = (name: string): string =>
  name.replace(IGNORABLE, '').normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
