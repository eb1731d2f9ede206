import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { Clock } from '../engine/clock.ts'
import { isError, RoundkeeperError } from '../errors.ts'
import { freePort, isPortFree } from './free-port.ts'
import { findLocalMiner, type LocalMiner, minerIn, parseLocalImage } from './local-image.ts'
import { LocalProcess } from './local-process.ts'
import { MinerHttp, type MinerHttpLimits } from './miner-http.ts'
import type { Batch, BatchGeneration, Contract, Generation, Pod, PodOwner, PodStart, Pods } from './pods.ts'

const defaultLimits: MinerHttpLimits = {
  maxBytes: 200 * 2 ** 20,
  generateMs: 360_000,
  healthMs: 5_000,
  startMs: 60_000,
  healthEveryMs: 50,
}

export interface LocalPodsOptions {
  /** Holds `<owner>/<repo>/<commit>/miner.json`. */
  readonly root: string
  /** One's own miner, of whatever name: no other is run. */
  readonly folder?: string
  /** Of the machine that the processes run on; a virtual one says nothing about them. */
  readonly clock: Clock
  readonly limits?: Partial<MinerHttpLimits>
}

/**
 * Runs miners' code as processes of this machine, on the loopback. They know none of our secrets and end with us, but
 * nothing else confines them: for code that the operator trusts.
 */
export class LocalPods implements Pods {
  readonly id = 'local'
  readonly #root: string
  readonly #folder: string | undefined
  readonly #clock: Clock
  readonly #limits: MinerHttpLimits
  readonly #ports = new Set<number>()

  constructor(options: LocalPodsOptions) {
    this.#root = options.root
    this.#folder = options.folder
    this.#clock = options.clock
    this.#limits = { ...defaultLimits, ...options.limits }
  }

  /** @throws `aborted` */
  async start(
    image: string,
    name: string,
    signal: AbortSignal,
    _owner?: PodOwner,
    contract: Contract = 'single',
  ): Promise<PodStart> {
    if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped before the start', { cause: signal.reason })
    try {
      const miner = await this.#find(image)
      return await this.#run(miner, image, name, contract, signal)
    } catch (error) {
      if (isError(error, 'aborted')) throw error
      const fault = isError(error, 'refused') ? 'image' : 'infrastructure'
      return { ok: false, fault, detail: (error as Error).message }
    }
  }

  async #find(image: string): Promise<LocalMiner> {
    const miner = this.#folder === undefined ? await this.#named(image) : await minerIn(this.#folder)
    if (miner === undefined) throw new RoundkeeperError('refused', `there is no ${image} on this machine`)
    return miner
  }

  async #named(image: string): Promise<LocalMiner | undefined> {
    const name = parseLocalImage(image)
    if (name === undefined) throw new RoundkeeperError('usage', `${image} is not an image of this machine`)
    return findLocalMiner(this.#root, name.repo, name.commit)
  }

  async #run(
    miner: LocalMiner,
    image: string,
    name: string,
    contract: Contract,
    signal: AbortSignal,
  ): Promise<PodStart> {
    const port = await this.#takePort()
    const home = await mkdtemp(join(tmpdir(), 'roundkeeper-pod-'))
    const release = async () => {
      this.#ports.delete(port)
      await rm(home, { recursive: true, force: true })
    }
    const child = new LocalProcess(miner.command, miner.folder, environment(home, port))
    const http = new MinerHttp(`http://127.0.0.1:${port}`, this.#clock, this.#limits)
    const pod = new LocalPod(name, child, http, this.#clock, release)
    const over = new AbortController()
    try {
      const ready = http.becomesReady(contract, AbortSignal.any([signal, over.signal]))
      const first = await Promise.race([ready, child.ended])
      if (first === true && child.running) return { ok: true, pod }
      await pod.stop()
      const taken = typeof first === 'string' && !(await isPortFree(port))
      if (taken) return { ok: false, fault: 'infrastructure', detail: `somebody else took port ${port}` }
      const what = typeof first === 'string' ? first : `it was not ready within ${this.#limits.startMs / 1000} s`
      return { ok: false, fault: 'image', detail: explain(`${image} did not start: ${what}`, child) }
    } catch (error) {
      await pod.stop()
      throw error
    } finally {
      over.abort()
    }
  }

  async #takePort(): Promise<number> {
    let port = await freePort()
    while (this.#ports.has(port)) port = await freePort()
    this.#ports.add(port)
    return port
  }
}

const EXIT_MS = 1000

type Failure = Extract<Generation, { ok: false }>

class LocalPod implements Pod {
  readonly id: string
  readonly #child: LocalProcess
  readonly #http: MinerHttp
  readonly #clock: Clock
  readonly #release: () => Promise<void>
  /** One at a time, so that what comes next knows whether the last one ended it. */
  readonly #slot = pLimit(1)

  constructor(id: string, child: LocalProcess, http: MinerHttp, clock: Clock, release: () => Promise<void>) {
    this.id = id
    this.#child = child
    this.#http = http
    this.#clock = clock
    this.#release = release
  }

  /** @throws `aborted` */
  generate(prompt: { image: Uint8Array }, seed: number, signal: AbortSignal): Promise<Generation> {
    return this.#slot(async () => {
      // Its port may be another's by now.
      if (!this.#child.running) return this.#failed({ detail: await this.#child.ended, unasked: true })
      const generation = await this.#http.generate(prompt.image, seed, signal)
      if (generation.ok) return generation
      // On the loopback nobody but the image itself breaks a connection, and its end is heard of a little later.
      if (generation.fault === 'infrastructure')
        await Promise.race([this.#child.ended, wait(EXIT_MS)]).catch(() => undefined)
      return this.#failed(generation)
    })
  }

  /** @throws `aborted`; `unavailable` when our own disk fails */
  generateBatch(batch: Batch, signal: AbortSignal): Promise<BatchGeneration> {
    return this.#slot(async () => {
      if (!this.#child.running)
        return { ...this.#failed({ detail: await this.#child.ended, unasked: true }), seconds: 0 }
      const over = new AbortController()
      // Nobody has to ask for minutes what became of a process that ended.
      void this.#child.ended.catch(() => undefined).then(() => over.abort())
      const begun = this.#clock.now().getTime()
      try {
        const generation = await this.#http.generateBatch(batch, AbortSignal.any([signal, over.signal]))
        return generation.ok ? generation : { ...generation, ...this.#failed(generation) }
      } catch (error) {
        if (signal.aborted || !over.signal.aborted) throw error
        const seconds = (this.#clock.now().getTime() - begun) / 1000
        return { ...this.#failed({ detail: await this.#child.ended }), seconds }
      }
    })
  }

  async stop(): Promise<void> {
    await this.#http.close()
    await this.#child.kill()
    await this.#release()
  }

  #failed({ detail, ...more }: Pick<Failure, 'detail' | 'status' | 'stalled' | 'unasked'>): Failure {
    return { ...more, ok: false, fault: 'image', detail: explain(detail, this.#child), lost: !this.#child.running }
  }
}

function environment(home: string, port: number): Record<string, string> {
  // Ahead of all others the Node that we run on, so that a miner's `node` is no older than ours.
  const path = [dirname(process.execPath), process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter)
  return { PATH: path, HOME: home, PORT: String(port) }
}

function explain(what: string, child: LocalProcess): string {
  return child.output === '' ? what : `${what}\n${child.output}`
}
