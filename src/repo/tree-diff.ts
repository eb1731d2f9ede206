/** What differs between two trees, by ids alone; folders that are equal are never read. */

import { RoundkeeperError } from '../errors.ts'

/** What a tree says of a name or a path. */
export interface TreeRecord {
  /** `100644` file, `100755` executable, `120000` symbolic link, `160000` submodule; `040000` folder, inside trees. */
  readonly mode: string
  readonly oid: string
}

/** The entries of a tree, by name. */
export type ReadTree = (oid: string) => Promise<ReadonlyMap<string, TreeRecord>>

export interface Difference {
  readonly path: string
  /** Absent where the path was not there. */
  readonly before?: TreeRecord
  /** Absent where the path was removed. */
  readonly after?: TreeRecord
}

/** More in one tree, or changed by one commit, is an attack: a folder may hold itself many times over. */
export const MAX_PATHS = 500_000

export const FOLDER_MODE = '040000'

/**
 * Paths of files whose entry differs, in no order; `before` is undefined where there was nothing at all.
 * @throws `refused` for more than anybody has
 */
export async function diffTrees(read: ReadTree, before: string | undefined, after: string, prefix = '') {
  const differences: Difference[] = []
  if (before === after) return differences
  const old: ReadonlyMap<string, TreeRecord> = before === undefined ? new Map() : await read(before)
  const now = await read(after)
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(name), now.get(name)]
    if (was?.oid === is?.oid && was?.mode === is?.mode) continue
    const path = `${prefix}${name}`
    const inside = was?.mode === FOLDER_MODE && is?.mode === FOLDER_MODE
    const found = inside ? await diffTrees(read, was.oid, is.oid, `${path}/`) : await replaced(read, path, was, is)
    for (const each of found) differences.push(each)
    if (differences.length > MAX_PATHS) throw tooManyPaths(path)
  }
  return differences
}

/** Every file, link and submodule below a tree, in the tree's order. @throws `refused` for more than anybody has */
export async function filesBelow(read: ReadTree, tree: string, prefix = ''): Promise<[string, TreeRecord][]> {
  const files: [string, TreeRecord][] = []
  for (const [name, entry] of await read(tree)) {
    for (const file of await filesAt(read, `${prefix}${name}`, entry)) files.push(file)
    if (files.length > MAX_PATHS) throw tooManyPaths(prefix)
  }
  return files
}

/** A file may have taken the place of a folder. */
async function replaced(read: ReadTree, path: string, was?: TreeRecord, is?: TreeRecord): Promise<Difference[]> {
  const removed = new Map(was && (await filesAt(read, path, was)))
  const added = new Map(is && (await filesAt(read, path, is)))
  return [...new Set([...removed.keys(), ...added.keys()])].map((at) => {
    const [before, after] = [removed.get(at), added.get(at)]
    return { path: at, ...(before && { before }), ...(after && { after }) }
  })
}

async function filesAt(read: ReadTree, path: string, { mode, oid }: TreeRecord): Promise<[string, TreeRecord][]> {
  return mode === FOLDER_MODE ? filesBelow(read, oid, `${path}/`) : [[path, { mode, oid }]]
}

export const tooManyPaths = (where: string) =>
  new RoundkeeperError('refused', `there are more than ${MAX_PATHS} paths`, {
    where,
    hint: 'No competition has as many files: this history was made to exhaust whoever reads it.',
  })
