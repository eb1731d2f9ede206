import { mkdir, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { ModelKind } from '../media/renderer.ts'
import { type Cast, versionsOf } from './miners.ts'
import type { Quality } from './quality.ts'

/** The program and its arguments that run a miner's image; from source or from what was built of it. */
export function generatorCommand(quality: Quality, kind: ModelKind): string[] {
  const script = join(import.meta.dirname, `generator${extname(import.meta.filename)}`)
  return [process.execPath, script, '--quality', JSON.stringify(quality), '--format', kind]
}

/** Lays down `<root>/<owner>/<repo>/<commit>/miner.json` for every version that can be built. */
export async function installImages(root: string, cast: Cast, kind: ModelKind): Promise<void> {
  for (const { repo, commit, image } of versionsOf(cast)) {
    if (image === null) continue
    const folder = join(root, repo, commit)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'miner.json'), `${JSON.stringify({ command: generatorCommand(image, kind) })}\n`)
  }
}
