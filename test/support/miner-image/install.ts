import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FakeMiner } from '../fake-ports.ts'
import type { BatchBehaviour, Behaviour } from './behaviours.ts'

const IMAGES = { single: 'image.ts', batch: 'batch-program.ts' } as const
const programOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Lays down an image for LocalBuilder and LocalPods. @param known stems that it finds on its miner's host */
export async function installImage(
  root: string,
  { repo, commit, uploads }: FakeMiner,
  behaviour: Behaviour | BatchBehaviour,
  known: readonly string[] = [],
  at = 17,
  contract: keyof typeof IMAGES = 'single',
): Promise<void> {
  const folder = join(root, repo, commit)
  await mkdir(folder, { recursive: true })
  const image = programOf(IMAGES[contract])
  const command = ['node', image, behaviour, '--q', String(uploads('')), '--who', repo, '--at', String(at)]
  await writeFile(join(folder, 'miner.json'), JSON.stringify({ command }))
  await writeFile(join(folder, 'known.txt'), known.join('\n'))
}
