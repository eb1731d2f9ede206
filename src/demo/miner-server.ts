// Where a miner puts its models: one host per miner, which serves those of the current round.
import type { ModelKind } from '../media/renderer.ts'
import { brokenFile } from './broken-files.ts'
import { generate } from './generate.ts'
import { type LocalServer, type Page, startServer } from './local-server.ts'
import type { Miner, Turn } from './miners.ts'
import type { DemoPrompt } from './prompt-images.ts'
import { POOR } from './quality.ts'

export interface MinerServer extends LocalServer {
  /** The seed and the prompts are public: from now on it serves its models for them, and no others. */
  publish(round: number, seed: number, prompts: readonly DemoPrompt[]): void
}

export async function startMinerServer(miner: Miner, kind: ModelKind): Promise<MinerServer> {
  let models = new Map<string, () => Promise<Page | undefined>>()
  const server = await startServer(miner.cdnHost, (path) => models.get(path)?.())
  return {
    ...server,
    publish(round, seed, prompts) {
      const turn = miner.turns[round]
      models = new Map()
      if (turn === undefined) return
      for (const prompt of prompts)
        models.set(
          `/${prompt.stem}.${kind}`,
          once(() => modelFor(turn, prompt, seed, kind)),
        )
    },
  }
}

async function modelFor(
  { serves }: Turn,
  prompt: DemoPrompt,
  seed: number,
  kind: ModelKind,
): Promise<Page | undefined> {
  const broken = serves === 'broken'
  const body = await generate(prompt.image, seed, broken ? POOR : serves, kind)
  return broken ? brokenFile(body, prompt.stem, kind) : { type: 'application/octet-stream', body }
}

/** Made when it is first asked for, and kept. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
