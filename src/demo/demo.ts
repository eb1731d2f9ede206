/**
 * A whole competition on one machine, in virtual time: a real repository, real HTTP hosts, real processes for miners'
 * images. Killed at any moment and run again in the same folder, it ends at the same files.
 */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { owners } from '../../stages/index.ts'
import { LocalBuilder } from '../compute/local-builder.ts'
import { LocalPods } from '../compute/local-pods.ts'
import { type AdvanceReport, advance } from '../engine/advance.ts'
import { InProcessPool } from '../engine/in-process-pool.ts'
import type { Progress } from '../engine/owner.ts'
import { Snapshot } from '../engine/snapshot.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { generation3d } from '../formats/generation-3d/index.ts'
import { settingsOf } from '../formats/generation-3d/settings.ts'
import type { Judge } from '../judge/judge.ts'
import { OfflineJudge } from '../judge/offline-judge.ts'
import { ClassicalDistance, promptDistance } from '../media/classical-distance.ts'
import { HttpDownloader } from '../media/http-downloader.ts'
import { PixelCanaryPictures } from '../media/pixel-canary-pictures.ts'
import type { ModelKind, Renderer } from '../media/renderer.ts'
import { WorkerRenderer } from '../media/worker-renderer.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { identitiesOf } from '../signing/holders.ts'
import { files } from '../state/index.ts'
import { FolderStore } from '../store/folder-store.ts'
import { ENGINE } from '../version.ts'
import type { DemoChain } from './chain/demo-chain.ts'
import { onClockChain } from './chain/on-clock-chain.ts'
import { onDevChain } from './chain/on-dev-chain.ts'
import { DEMO_BEGINS, DEMO_SCALE, type DemoScale, demoConfig } from './config.ts'
import { openRepo, prepareFolder, STORE_URL } from './folder.ts'
import { demoKeys } from './keys.ts'
import type { Cast } from './miners.ts'
import { timeless } from './timeless-pods.ts'
import { VirtualTime } from './virtual-time.ts'
import { DemoWorld } from './world.ts'

export type DemoEvent =
  | { readonly kind: 'commit'; readonly at: Date; readonly oid: string; readonly lines: readonly string[] }
  | ({ readonly kind: 'progress' } & Progress)

export interface DemoOptions {
  /** An empty folder, or that of a demo with the same seed that was interrupted. */
  readonly dir: string
  readonly seed: number
  readonly artifact: ModelKind
  readonly scale?: DemoScale
  /** A node that everybody signs for and reads over its socket, which is what people get to see; or just a clock, which is quicker. */
  readonly chain?: 'dev' | 'clock'
  /** Instead of the offline judge. */
  readonly judge?: Judge
  /** Instead of processes that draw, which take a moment to start. */
  readonly renderer?: Renderer
  readonly signal: AbortSignal
  onEvent(event: DemoEvent): void
  /** Wraps every port before it is used, e.g. to count calls. */
  around?<T extends object>(port: T): T
}

export interface DemoResult {
  readonly dir: string
  readonly repo: string
  readonly head: string
  readonly report: AdvanceReport
  readonly cast: Cast
}

export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { dir, seed, artifact, signal } = options
  const scale = options.scale ?? DEMO_SCALE
  const around = options.around ?? (<T extends object>(port: T) => port)
  // What no round can be played with is refused here, and not in the middle of one.
  settingsOf(demoConfig(artifact, scale))
  await prepareFolder(dir, seed, artifact)
  await using processes = new ClosingRenderer({ workers: availableParallelism() })
  const renderer = options.renderer ?? processes
  const imagesDir = join(dir, 'images')
  options.onEvent({ kind: 'progress', what: 'drawing the prompt images' })
  await using world = await DemoWorld.open({
    seed: String(seed),
    kind: artifact,
    renderer,
    imagesDir,
    signal,
    objects: scale.pool,
  })
  const time = await VirtualTime.open(join(dir, 'clock.txt'), DEMO_BEGINS)
  const { clock } = time
  await using miners =
    options.chain === 'clock'
      ? await onClockChain(dir, String(seed), time)
      : await onDevChain(dir, String(seed), world.cast, time)
  const { chain } = miners
  const keys = demoKeys(String(seed))
  const repo = watched(await openRepo(dir, world, miners, clock, artifact, scale, keys), options)
  const format = generation3d({
    store: around(new FolderStore({ dir: join(dir, 'store'), baseUrl: STORE_URL })),
    downloader: around(new HttpDownloader({ hosts: world.hosts, sleep: (ms, stop) => clock.sleep(ms, stop) })),
    renderer: around(renderer),
    distance: around(new ClassicalDistance()),
    judge: around(options.judge ?? new OfflineJudge({ distance: promptDistance })),
    canaryPictures: around(new PixelCanaryPictures()),
    builder: around(new LocalBuilder(imagesDir)),
    pods: around(timeless(new LocalPods({ root: imagesDir, clock: new SystemClock() }))),
  })
  await tellMiners(world, repo, miners)
  for (;;) {
    const report = await advance({
      repo: around(repo),
      clock,
      by: identitiesOf(keys).engine,
      run: `demo-seed-${seed}`,
      engine: ENGINE,
      commitEveryMs: 0,
      owners,
      untilIdle: true,
      context: {
        chain: around(chain),
        clock,
        pool: new InProcessPool(4),
        format,
        signal,
        progress: (progress) => options.onEvent({ kind: 'progress', ...progress }),
      },
    })
    if (report.errors.length > 0) throw report.errors[0]
    if (report.status === 'finished' || report.status === 'stopped' || report.status === 'paused') {
      return { dir, repo: join(dir, 'state.git'), head: await repo.head(), report, cast: world.cast }
    }
    if (report.waiting?.eta === undefined) {
      throw new RoundkeeperError('internal', `the demo is stuck, waiting for ${report.waiting?.for ?? 'nothing'}`)
    }
    await tellMiners(world, repo, miners)
    await miners.passUntil(report.waiting.eta)
  }
}

/** Miners see what everybody sees: when a round opens they reveal, when its seed is public they make their models. */
async function tellMiners(world: DemoWorld, repo: StateRepo, miners: DemoChain): Promise<void> {
  const snapshot = new Snapshot(repo, await repo.head())
  const { current_round: round, stage } = await snapshot.read(files.state)
  const schedule = await snapshot.read(files.schedule, round)
  const window = { earliest: schedule.earliest_reveal_block, latest: schedule.latest_reveal_block }
  await miners.expect(world.entries(round, window))
  if (stage !== 'open' && stage !== 'finished') {
    const seed = await snapshot.find(files.seed, round)
    const prompts = await snapshot.find(files.prompts, round)
    if (seed !== undefined && prompts !== undefined) world.publish(round, seed.seed, prompts)
  }
}

/** Tells whoever watches about every commit. */
function watched(repo: StateRepo, { onEvent }: DemoOptions): StateRepo {
  return {
    id: repo.id,
    head: () => repo.head(),
    read: (head, path) => repo.read(head, path),
    list: (head, folder) => repo.list(head, folder),
    changes: (base, head) => repo.changes(base, head),
    log: (head) => repo.log(head),
    async commit(base, change, by) {
      const oid = await repo.commit(base, change, by)
      if (oid !== base) onEvent({ kind: 'commit', at: by.at, oid, lines: change.message.split('\n') })
      return oid
    },
  }
}

class ClosingRenderer extends WorkerRenderer {
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
