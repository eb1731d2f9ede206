import { rmSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DemoScale } from '../../src/demo/config.ts'
import { runDemo } from '../../src/demo/demo.ts'
import type { Judge } from '../../src/judge/judge.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'

/** One round with real files, previews, duels and audits, in a few seconds. */
export const SMALL: DemoScale = { rounds: 1, pool: 8, prompts: 3, carryover: 0, previewSize: 32 }

export interface SmallDemo extends AsyncDisposable {
  readonly dir: string
  /** The bare repository, and the objects. */
  readonly repo: string
  readonly store: string
}

/** Played once by every process, and copied, unless somebody else judges. */
let played: Promise<string> | undefined

/** @param judge instead of the offline judge */
export async function smallDemo(judge?: Judge): Promise<SmallDemo> {
  const dir = judge === undefined ? await copyOfPlayed() : await play(judge)
  return {
    dir,
    repo: join(dir, 'state.git'),
    store: join(dir, 'store'),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }),
  }
}

const folder = () => mkdtemp(join(tmpdir(), 'roundkeeper-demo-'))

async function copyOfPlayed(): Promise<string> {
  played ??= play()
  const copy = await folder()
  await cp(await played, copy, { recursive: true })
  return copy
}

async function play(judge?: Judge): Promise<string> {
  const dir = await folder()
  if (judge === undefined) process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  const { report } = await runDemo({
    dir,
    seed: 1,
    artifact: 'glb',
    scale: SMALL,
    chain: 'clock',
    renderer: new CpuRenderer(),
    ...(judge && { judge }),
    signal: new AbortController().signal,
    onEvent: () => {},
  })
  if (report.status !== 'finished') throw new Error(`the demo ended ${report.status}`)
  return dir
}
