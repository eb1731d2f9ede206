// Everything around the demo's competition, on this machine: prompt images, miners, their hosts and their images.
import { localImage } from '../compute/local-image.ts'
import { RoundkeeperError } from '../errors.ts'
import type { ModelKind, Renderer } from '../media/renderer.ts'
import type { LeaderEntry } from '../state/leader.ts'
import { type Entry, entryOf, type RevealWindow } from './entries.ts'
import { installImages } from './install-images.ts'
import { type LocalServer, startServer } from './local-server.ts'
import { type MinerServer, startMinerServer } from './miner-server.ts'
import { type Cast, castOf } from './miners.ts'
import { drawObjects } from './objects.ts'
import { type DemoPrompt, drawPrompts } from './prompt-images.ts'

export const PROMPT_HOST = 'prompts.demo.test'

export interface WorldOptions {
  /** All objects, miners and models follow from it. */
  readonly seed: string
  readonly kind: ModelKind
  /** Draws the prompt images. */
  readonly renderer: Renderer
  /** Where the miners' images are laid down: the root of LocalBuilder and LocalPods. */
  readonly imagesDir: string
  readonly signal: AbortSignal
  /** How many prompts the pool has; 60 unless told otherwise. */
  readonly objects?: number
}

export class DemoWorld implements AsyncDisposable {
  readonly cast: Cast
  /** The pool: addresses of all prompt images. */
  readonly pool: readonly string[]
  /** Where the names of this world really are, for a downloader. */
  readonly hosts: Readonly<Record<string, { readonly address: string; readonly port: number }>>
  readonly #prompts: ReadonlyMap<string, DemoPrompt>
  readonly #miners: readonly MinerServer[]
  readonly #servers: readonly LocalServer[]

  private constructor(
    cast: Cast,
    prompts: ReadonlyMap<string, DemoPrompt>,
    miners: MinerServer[],
    others: LocalServer[],
  ) {
    this.cast = cast
    this.pool = [...prompts.keys()]
    this.#prompts = prompts
    this.#miners = miners
    this.#servers = [...miners, ...others]
    this.hosts = Object.fromEntries(this.#servers.map(({ name, address, port }) => [name, { address, port }]))
  }

  /** @throws RoundkeeperError `aborted` */
  static async open({ seed, kind, renderer, imagesDir, signal, objects }: WorldOptions): Promise<DemoWorld> {
    const cast = castOf(seed)
    const drawn = await drawPrompts(drawObjects(seed, objects), renderer, signal)
    const prompts = new Map(drawn.map((prompt) => [`http://${PROMPT_HOST}/${prompt.stem}.png`, prompt]))
    await installImages(imagesDir, cast, kind)
    const promptServer = await startServer(PROMPT_HOST, (path) => {
      const prompt = prompts.get(`http://${PROMPT_HOST}${path}`)
      return prompt && { type: 'image/png', body: prompt.image }
    })
    const miners = await Promise.all(cast.miners.map((miner) => startMinerServer(miner, kind)))
    return new DemoWorld(cast, prompts, miners, [promptServer])
  }

  /** The entry of leader.json that the competition begins with. */
  get firstLeader(): LeaderEntry {
    const { hotkey, turns } = this.cast.leader
    const { repo, commit } = turns[0]!.version
    return { hotkey, repo, commit, docker: localImage(repo, commit), weight: 0, effective_block: 0 }
  }

  /** What the miners commit to the chain in a round. */
  entries(round: number, window: RevealWindow): Entry[] {
    return this.cast.miners.flatMap((miner) => entryOf(miner, round, window) ?? [])
  }

  /**
   * Tells the miners a round's seed and prompts.
   * @param urls of the pool
   * @throws RoundkeeperError `not-found` for a prompt of another world
   */
  publish(round: number, seed: number, urls: readonly string[]): void {
    const prompts = urls.map((url) => {
      const prompt = this.#prompts.get(url)
      if (prompt !== undefined) return prompt
      throw new RoundkeeperError('not-found', 'the demo has no such prompt', { where: url })
    })
    for (const miner of this.#miners) miner.publish(round, seed, prompts)
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
