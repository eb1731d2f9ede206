/** Reads pinned to a commit, the same for every adapter. */
import type { Objects } from './objects.ts'
import type { CommitInfo } from './state-repo.ts'
import { diffTrees } from './tree-diff.ts'

export async function readFileAt(objects: Objects, head: string, path: string): Promise<Uint8Array | undefined> {
  const entry = await objects.find(await objects.rootOf(head), path)
  return entry?.type === 'blob' ? objects.blob(entry.oid) : undefined
}

export async function listFilesAt(objects: Objects, head: string, folder: string): Promise<string[]> {
  const root = await objects.rootOf(head)
  if (folder === '') return (await filesBelow(objects, root, '')).sort()
  const entry = await objects.find(root, folder)
  return entry?.type === 'tree' ? (await filesBelow(objects, entry.oid, `${folder}/`)).sort() : []
}

export async function changedPaths(objects: Objects, base: string, head: string): Promise<string[]> {
  const [before, after] = [await objects.rootOf(base), await objects.rootOf(head)]
  const differences = await diffTrees((oid) => objects.tree(oid), before, after)
  return differences.map(({ path }) => path).sort()
}

async function filesBelow(objects: Objects, tree: string, prefix: string): Promise<string[]> {
  const paths: string[] = []
  for (const entry of (await objects.tree(tree)).values()) {
    if (entry.type === 'blob') paths.push(prefix + entry.path)
    else if (entry.type === 'tree') {
      for (const path of await filesBelow(objects, entry.oid, `${prefix}${entry.path}/`)) paths.push(path)
    }
  }
  return paths
}

/**
 * All ancestors of `head` and itself, newest first by commit time. `deepen` is called once, when a parent is missing
 * because the history was cut there; it should bring the rest.
 */
export async function* walkHistory(
  objects: Objects,
  head: string,
  deepen?: () => Promise<void>,
): AsyncGenerator<CommitInfo> {
  const seen = new Set([head])
  const frontier = [await commitInfo(objects, head)]
  let whole = deepen === undefined
  for (let next = frontier.shift(); next !== undefined; next = frontier.shift()) {
    yield next
    for (const parent of next.parents) {
      if (seen.has(parent)) continue
      seen.add(parent)
      if (!whole && !(await objects.has(parent))) {
        await deepen?.()
        whole = true
      }
      const info = await commitInfo(objects, parent)
      const at = frontier.findIndex((other) => other.committer.at < info.committer.at)
      frontier.splice(at < 0 ? frontier.length : at, 0, info)
    }
  }
}

async function commitInfo(objects: Objects, oid: string): Promise<CommitInfo> {
  await objects.rootOf(oid) // for its error when there is none
  const commit = await objects.findCommit(oid)
  if (commit === undefined) throw new Error(`commit ${oid} vanished`)
  const { author, committer, message, parent } = commit
  return { oid, parents: parent, message, author: signature(author), committer: signature(committer) }
}

const signature = (who: { name: string; email: string; timestamp: number }) => ({
  name: who.name,
  email: who.email,
  at: new Date(who.timestamp * 1000),
})
