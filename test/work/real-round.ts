/** A small round with real files: three miners' models from a server on this machine, drawn and judged for real. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { AdvanceReport } from '../../src/engine/advance.ts'
import type { WorkPool } from '../../src/engine/work-pool.ts'
import { generation3d, type Ports } from '../../src/formats/generation-3d/index.ts'
import { OfflineJudge } from '../../src/judge/offline-judge.ts'
import { ClassicalDistance, promptDistance } from '../../src/media/classical-distance.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { HttpDownloader } from '../../src/media/http-downloader.ts'
import { files } from '../../src/state/index.ts'
import { competition, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { type HttpTestServer, startHttpServer } from '../support/file-server.ts'
import { sphere, writeGlb } from '../support/models.ts'

const MINERS = ['ann', 'bob', 'cem'].map((name) => miner(name, 1))
const PROMPTS = 4
const URLS = Array.from({ length: PROMPTS }, (_, at) => `http://prompts.test/p${at}.png`)

/** What all miners' hosts and that of the prompts serve; counts the models that were asked for. */
export class Hosts implements AsyncDisposable {
  readonly #server: HttpTestServer
  readonly #heard: { models: number; at: Map<number, () => void> }

  private constructor(server: HttpTestServer, heard: { models: number; at: Map<number, () => void> }) {
    this.#server = server
    this.#heard = heard
  }

  static async start(): Promise<Hosts> {
    const heard = { models: 0, at: new Map<number, () => void>() }
    const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } })
      .png()
      .toBuffer()
    const server = await startHttpServer(async ({ url = '', method }, response) => {
      const [, who, at] = /^\/(\w+)\/p(\d)\.glb$/.exec(url) ?? []
      const size = 0.2 + 0.1 * MINERS.findIndex(({ repo }) => repo.startsWith(`${who}/`)) + 0.02 * Number(at)
      if (who !== undefined && method === 'GET') heard.at.get(++heard.models)?.()
      response.end(who === undefined ? picture : writeGlb(sphere(size, 8)))
    })
    return new Hosts(server, heard)
  }

  /** When so many models were asked for, in all. */
  when(models: number, act: () => void): void {
    this.#heard.at.set(models, act)
  }

  get named() {
    const here = { address: '127.0.0.1', port: this.#server.port }
    return { 'cdn.test': here, 'prompts.test': here }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }
}

export class RealRound implements AsyncDisposable {
  readonly game: TestCompetition
  readonly ports: Ports

  private constructor(game: TestCompetition, ports: Ports) {
    this.game = game
    this.ports = ports
  }

  /** At its deadline. @param settings of the operator besides those of a folder on this machine */
  static async open(hosts: Hosts, settings: object = {}): Promise<RealRound> {
    const made: { ports?: Ports } = {}
    const game = await competition({
      config: testConfig({
        ...{ prompts_per_round: PROMPTS, carryover_prompts: 0, last_competition_date: '2026-03-01' },
        settings: { plain_http: true, preview_size: 32, deadline_sweep: true },
      }),
      pool: URLS,
      format: (store) => {
        made.ports = {
          ...fakePorts([]),
          ...{ store, downloader: new HttpDownloader({ hosts: hosts.named }), renderer: new CpuRenderer() },
          ...{ distance: new ClassicalDistance(), judge: new OfflineJudge({ distance: promptDistance }) },
        }
        return generation3d(made.ports)
      },
    })
    for (const [at, { hotkey, repo, commit }] of MINERS.entries()) {
      await game.chain.reveal(hotkey, JSON.stringify({ commit }), 5 * at + 1)
      const cdn_url = `http://cdn.test/${repo.split('/')[0]}`
      await game.chain.reveal(hotkey, JSON.stringify({ repo, cdn_url }), 5 * at + 2)
    }
    const own = { store: { folder: 'store', base_url: 'https://store.test' }, hosts: hosts.named, ...settings }
    await writeFile(join(game.dir, 'roundkeeper.json'), JSON.stringify(own))
    await game.play((report) => report.stage === 'miner_generation')
    game.clock.advance(61 * 60_000)
    return new RealRound(game, made.ports as Ports)
  }

  /** To where images would have to be audited, which nobody has. */
  async toTheEnd(pool?: WorkPool): Promise<AdvanceReport> {
    const report = await this.game.tick(pool ? { pool, format: generation3d(this.ports) } : {})
    const matrix = (await (await this.game.now()).find(files.matrix, 0)) ?? []
    if (matrix.length < 2) throw report.errors[0] ?? new Error(`it ended ${report.status}: ${report.waiting?.for}`)
    return report
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.game[Symbol.asyncDispose]()
  }
}
