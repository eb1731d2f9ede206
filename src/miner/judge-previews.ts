/** Previews of a folder, by the prompts that they are of. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'

export interface LocalPreview {
  readonly path: string
  readonly bytes: Uint8Array
}

/** A drawn preview is far smaller. */
const MAX_BYTES = 64 * 2 ** 20

/**
 * `{stem}.png`, as `miner render` names it; `{stem up to its first dot}.png`, as the original's does; or the newer tool's
 * `{stem}/grid.png`.
 * @returns by stem, those that are there
 * @throws `not-found` for no folder, `usage` for a file that no preview is as large as
 */
export async function previewsIn(
  dir: string,
  stems: readonly string[],
  option: string,
): Promise<Map<string, LocalPreview>> {
  if (!(await stat(dir).catch(() => undefined))?.isDirectory()) {
    throw new RoundkeeperError('not-found', `there is no folder ${dir}`, {
      where: option,
      hint: 'Name a folder of previews: `roundkeeper miner render` draws them.',
    })
  }
  const previews = new Map<string, LocalPreview>()
  for (const stem of stems) {
    const found = await firstOf(dir, [`${stem}.png`, `${stem.split('.')[0]}.png`, join(stem, 'grid.png')])
    if (found !== undefined) previews.set(stem, found)
  }
  return previews
}

async function firstOf(dir: string, names: readonly string[]): Promise<LocalPreview | undefined> {
  for (const name of names) {
    const path = join(dir, name)
    const found = await stat(path).catch(() => undefined)
    if (!found?.isFile()) continue
    if (found.size <= MAX_BYTES) return { path, bytes: await readFile(path) }
    throw new RoundkeeperError('usage', `${path} is too large for a preview (${found.size} bytes)`, { where: path })
  }
  return undefined
}
