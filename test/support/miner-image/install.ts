import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FakeMiner } from '../fake-ports.ts'
import type { Behaviour } from './behaviours.ts'

const image = fileURLToPath(new URL('image.ts', import.meta.url))

/** Lays down an image for LocalBuilder and LocalPods. @param known stems that it finds on its miner's host */
export async function installImage(
  root: string,
  { repo, commit, uploads }: FakeMiner,
  behaviour: Behaviour,
  known: readonly string[] = [],
  at = 17,
): Promise<void> {
  const folder = join(root, repo, commit)
  await mkdir(folder, { recursive: true })
  const command = ['node', image, behaviour, '--q', String(uploads('')), '--who', repo, '--at', String(at)]
  await writeFile(join(folder, 'miner.json'), JSON.stringify({ command }))
  await writeFile(join(folder, 'known.txt'), known.join('\n'))
}
