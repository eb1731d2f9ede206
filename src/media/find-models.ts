// The model files that somebody means by names of files, folders (with all below them) and globs.
import { readdir, stat } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import picomatch from 'picomatch'
import { RoundkeeperError } from '../errors.ts'
import { kindByName } from './model-kind.ts'

/**
 * @returns each once, in the order of what was named; a file that is named itself is taken whatever its extension
 * @throws `not-found` for a name that means nothing
 */
export async function findModels(names: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const name of names) {
    const paths = await pathsOf(name)
    if (paths.length === 0) {
      throw new RoundkeeperError('not-found', `there is no model at ${name}`, {
        where: name,
        hint: 'Name .glb and .ply files, folders that hold some, or a glob such as "models/*.ply".',
      })
    }
    found.push(...paths)
  }
  return [...new Set(found)]
}

async function pathsOf(name: string): Promise<string[]> {
  const entry = await stat(name).catch(() => undefined)
  if (entry?.isDirectory()) return (await filesUnder(name)).filter((path) => kindByName(path) !== undefined)
  if (entry !== undefined) return [name]
  const { base, isGlob } = picomatch.scan(name)
  if (!isGlob) return []
  const matches = picomatch(normalize(name))
  return (await filesUnder(base === '' ? '.' : base)).filter((path) => matches(path) && kindByName(path) !== undefined)
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
