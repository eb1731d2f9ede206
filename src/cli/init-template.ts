/** What every competition begins with: `state-template/`. */
import { access, readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RoundkeeperError } from '../errors.ts'

/** It lies beside the sources, and beside `dist` in the published package. */
export async function templateDir(): Promise<string> {
  for (const path of ['../../state-template', '../../../state-template']) {
    const dir = fileURLToPath(new URL(path, import.meta.url))
    const isThere = await access(dir).then(
      () => true,
      () => false,
    )
    if (isThere) return dir
  }
  throw new RoundkeeperError('internal', 'the template of a competition is missing from this installation')
}

/** All of it, by path in the repository; the founding writes over what it makes itself. */
export async function templateFiles(template: string): Promise<[path: string, text: string][]> {
  const entries = await readdir(template, { recursive: true, withFileTypes: true })
  const found = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(
    found.map(
      async (path): Promise<[string, string]> => [
        relative(template, path).split(sep).join('/'),
        await readFile(path, 'utf8'),
      ],
    ),
  )
}
