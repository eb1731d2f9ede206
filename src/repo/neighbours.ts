/** Which contents are likely to be read with one file: those of its round, or of its folder. Pure but for the trees. */
import type { Objects } from './objects.ts'

/** `rounds/3/…` is read as a whole. */
const TOGETHER = 2

/** Ids of at most `max` contents, without an order. */
export async function neighboursOf(objects: Objects, root: string, path: string, max: number): Promise<string[]> {
  const folders = path.split('/').slice(0, -1)
  const found: string[] = []
  let tree = await objects.tree(root)
  for (const name of folders.slice(0, TOGETHER)) {
    const entry = tree.get(name)
    if (entry?.type !== 'tree') return found
    tree = await objects.tree(entry.oid)
  }
  const left = [tree]
  for (let next = left.shift(); next !== undefined && found.length < max; next = left.shift()) {
    for (const { type, oid } of next.values()) {
      if (type === 'blob' && found.length < max) found.push(oid)
      if (type === 'tree' && folders.length >= TOGETHER) left.push(await objects.tree(oid))
    }
  }
  return found
}
