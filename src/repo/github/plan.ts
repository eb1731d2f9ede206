/** What a change adds to a listing of files and takes away from it, within what one commit through GitHub's API can do. Pure. */
import { RoundkeeperError } from '../../errors.ts'
import type { ChangeSet } from '../state-repo.ts'
import { blobId, type Listing } from './objects.ts'

export interface Plan {
  readonly additions: readonly { readonly path: string; readonly bytes: Uint8Array }[]
  readonly deletions: readonly string[]
}

/**
 * Of all contents of one commit. GitHub documents no limit; clients report that it takes requests of 45 MB. As base64 this
 * is half of that.
 */
export const MAX_CHANGE_BYTES = 16 * 2 ** 20
/** What the API writes, whatever was there before. */
const FILE = '100644'

/**
 * Without what changes nothing.
 * @throws RoundkeeperError `usage` for a name that would be a file and a folder; `refused` for what is too
 * large or would lose its mode
 */
export function planChange(before: Listing, files: ChangeSet['files']): Plan {
  const additions: { path: string; bytes: Uint8Array }[] = []
  const deletions: string[] = []
  for (const [path, content] of files) {
    const old = before.get(path)
    if (content === null) {
      if (old !== undefined) deletions.push(path)
      continue
    }
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    if (old?.oid === blobId(bytes) && old.mode !== LINK) continue
    if (old !== undefined && old.mode !== FILE) throw losesMode(path, old.mode)
    additions.push({ path, bytes })
  }
  checkNames(before, additions, new Set(deletions))
  const size = additions.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (size > MAX_CHANGE_BYTES) throw tooLarge(additions, size)
  return { additions, deletions }
}

const LINK = '120000'

function checkNames(before: Listing, additions: Plan['additions'], gone: ReadonlySet<string>): void {
  const names = new Set([...before.keys()].filter((path) => !gone.has(path)))
  for (const { path } of additions) names.add(path)
  const folders = new Set([...names].flatMap(foldersOf))
  for (const { path } of additions) {
    const both = [path, ...foldersOf(path)].find((name) => names.has(name) && folders.has(name))
    if (both === undefined) continue
    throw new RoundkeeperError('usage', `${both} cannot be a file and a folder at once`, {
      where: both,
      hint: `Remove ${both === path ? `what lies under ${path}/` : both} in the same change, or choose another name.`,
    })
  }
}

function foldersOf(path: string): string[] {
  const folders: string[] = []
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at))
  return folders
}

const losesMode = (path: string, mode: string) =>
  new RoundkeeperError(
    'refused',
    `${path} has the mode ${mode}, which a commit through GitHub’s API would take from it`,
    {
      where: path,
      hint: 'Change it by a commit of your own in a clone; or set `repo` to the https URL, which speaks git.',
    },
  )

function tooLarge(additions: Plan['additions'], size: number): RoundkeeperError {
  const [largest] = additions.toSorted((a, b) => b.bytes.length - a.bytes.length)
  return new RoundkeeperError(
    'refused',
    `one change of ${size} bytes is more than the ${MAX_CHANGE_BYTES} that a commit through GitHub’s API takes; what was decided together is never torn apart`,
    {
      where: largest?.path ?? '',
      hint: 'Set `repo` to the https URL of the repository, which speaks git and has no such limit.',
    },
  )
}
