/** A folder of pages into the object store. Objects never change: what is there already is left as it is. */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { ObjectStore } from '../store/object-store.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
}
const INDEX = 'index.html'

/** @returns the address of the page to begin with @throws what the store throws; the reason of the signal */
export async function publishFolder(
  dir: string,
  store: ObjectStore,
  key: string,
  signal: AbortSignal,
): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
  // Whoever finds the first page finds all that it leads to.
  for (const path of paths.sort((a, b) => Number(a === INDEX) - Number(b === INDEX))) {
    signal.throwIfAborted()
    const at = `${key}/${path.split(sep).join('/')}`
    if (await store.has(at)) continue
    await store.put(at, await readFile(join(dir, path)), TYPES[extname(path)] as string)
  }
  return store.url(`${key}/${INDEX}`)
}
