/** What a folder of evidence says of itself, for people and scripts. Nobody who lets evidence in believes it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stage } from '../state/state.ts'
import type { Share } from './share.ts'

export const MANIFEST = 'manifest.json'

export interface Manifest {
  readonly competition: string
  readonly head: string
  readonly round: number
  readonly stage: Stage
  readonly shard: Share
  readonly kinds: readonly string[]
  readonly run: string
  readonly engine: string
  /** How many pieces of work of each kind were done. */
  readonly made: Readonly<Record<string, number>>
  readonly failed: readonly { readonly what: string; readonly why: string }[]
  /** Of other shards, or of kinds that were not asked for. */
  readonly left: number
}

export const writeManifest = (folder: string, manifest: Manifest): Promise<void> =>
  writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
