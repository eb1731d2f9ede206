/**
 * Builds the tree that a change makes out of another tree. Only touched folders are read and written.
 */
import type { TreeEntry } from 'isomorphic-git'
import pLimit from 'p-limit'
import { RoundkeeperError } from '../errors.ts'
import type { Objects } from './objects.ts'
import { checkPath } from './paths.ts'
import type { ChangeSet } from './state-repo.ts'

/** Objects written side by side. */
const WRITERS = 16
const FILE = '100644'
const EXECUTABLE = '100755'
const FOLDER = '040000'

/** What happens to one name of a folder: to the file (an id, or null to remove it) and to what is below it. */
interface Edit {
  file?: string | null
  readonly below: Map<string, Edit>
}

/**
 * @returns the id of the new root tree; that of `root` when nothing changes
 * @throws `usage` for a bad path, or a name that would be a file and a folder at once
 */
export async function writeChanges(objects: Objects, root: string | undefined, files: ChangeSet['files']) {
  for (const path of files.keys()) checkPath(path)
  const limit = pLimit(WRITERS)
  const written = await Promise.all(
    Array.from(files, ([path, content]) =>
      limit(async () => [path, content === null ? null : await objects.writeBlob(bytesOf(content))] as const),
    ),
  )
  const edits = new Map<string, Edit>()
  for (const [path, oid] of written) plant(edits, path.split('/'), oid)
  return (await editTree(objects, root, edits, '')) ?? objects.writeTree([])
}

const bytesOf = (content: string | Uint8Array) => (typeof content === 'string' ? Buffer.from(content) : content)

function plant(edits: Map<string, Edit>, segments: readonly string[], oid: string | null): void {
  const [name = '', ...rest] = segments
  const edit = edits.get(name) ?? { below: new Map<string, Edit>() }
  edits.set(name, edit)
  if (rest.length === 0) edit.file = oid
  else plant(edit.below, rest, oid)
}

/** @returns the id of the edited tree, or undefined when nothing is left in it */
async function editTree(
  objects: Objects,
  oid: string | undefined,
  edits: ReadonlyMap<string, Edit>,
  at: string,
): Promise<string | undefined> {
  const before = oid === undefined ? undefined : await objects.tree(oid)
  const entries = new Map(before)
  let changed = false
  for (const [name, edit] of edits) {
    const old = entries.get(name)
    const entry = await editEntry(objects, old, edit, name, at)
    if (entry?.oid === old?.oid && entry?.mode === old?.mode) continue
    changed = true
    if (entry === undefined) entries.delete(name)
    else entries.set(name, entry)
  }
  if (entries.size === 0) return undefined
  return changed ? objects.writeTree([...entries.values()]) : oid
}

async function editEntry(
  objects: Objects,
  old: TreeEntry | undefined,
  edit: Edit,
  name: string,
  at: string,
): Promise<TreeEntry | undefined> {
  const path = `${at}${name}`
  const oldFolder = old?.type === 'tree' ? old.oid : undefined
  const folder = edit.below.size === 0 ? oldFolder : await editTree(objects, oldFolder, edit.below, `${path}/`)
  const file = edit.file === undefined && old?.type !== 'tree' ? old : fileEntry(old, edit.file, name)
  if (folder === undefined) return file
  if (file === undefined) return { mode: FOLDER, path: name, oid: folder, type: 'tree' }
  throw new RoundkeeperError('usage', `${path} cannot be a file and a folder at once`, {
    where: path,
    hint: `Remove ${edit.file === undefined ? path : `what lies under ${path}/`} in the same change, or choose another name.`,
  })
}

function fileEntry(old: TreeEntry | undefined, oid: string | null | undefined, name: string): TreeEntry | undefined {
  if (oid === null || oid === undefined) return undefined
  return { mode: old?.mode === EXECUTABLE ? EXECUTABLE : FILE, path: name, oid, type: 'blob' }
}
