import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DemoScale } from '../../src/demo/config.ts'
import { runDemo } from '../../src/demo/demo.ts'
import type { Judge } from '../../src/judge/judge.ts'

/** One round with real files, previews, duels and audits, in a few seconds. */
export const SMALL: DemoScale = { rounds: 1, pool: 8, prompts: 3, carryover: 0, previewSize: 32 }

export interface SmallDemo extends AsyncDisposable {
  readonly dir: string
  /** The bare repository, and the objects. */
  readonly repo: string
  readonly store: string
}

/** @param judge instead of the offline judge */
export async function smallDemo(judge?: Judge): Promise<SmallDemo> {
  const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-demo-'))
  const { signal } = new AbortController()
  const { report, repo } = await runDemo({
    dir,
    seed: 1,
    artifact: 'glb',
    scale: SMALL,
    chain: 'clock',
    ...(judge && { judge }),
    signal,
    onEvent: () => {},
  })
  if (report.status !== 'finished') throw new Error(`the demo ended ${report.status}`)
  return {
    dir,
    repo,
    store: join(dir, 'store'),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}
