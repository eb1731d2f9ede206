import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import type { Chain } from '../chain/chain.ts'
import type { CloudPods } from '../compute/cloud-pods.ts'
import { LocalPods } from '../compute/local-pods.ts'
import type { Clock } from '../engine/clock.ts'
import type { Format } from '../engine/format.ts'
import { InProcessPool } from '../engine/in-process-pool.ts'
import { SystemClock } from '../engine/system-clock.ts'
import type { WorkPool } from '../engine/work-pool.ts'
import { generation3d, type Ports } from '../formats/generation-3d/index.ts'
import { HttpDownloader } from '../media/http-downloader.ts'
import { PixelCanaryPictures } from '../media/pixel-canary-pictures.ts'
import type { CodeHost } from '../repo/code-host.ts'
import type { Identity, StateRepo } from '../repo/state-repo.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { crewOf } from './audits-settings.ts'
import { operatorBuilds } from './operator-builds.ts'
import { operatorChain } from './operator-chain.ts'
import { operatorCodeHost } from './operator-code-host.ts'
import { duelsAtOnce, operatorJudge } from './operator-judge.ts'
import { operatorDistance, operatorRenderer, placesIn } from './operator-media.ts'
import { type OperatorPods, operatorPods } from './operator-pods.ts'
import { openRepo } from './operator-repo.ts'
import { type OperatorSettings, readSettings } from './operator-settings.ts'
import { operatorStore } from './operator-store.ts'
import { engineSigner, fileSigner } from './signing-key.ts'

/** Everything that a command needs to act on a competition. */
export interface Operator extends AsyncDisposable {
  readonly dir: string
  readonly settings: OperatorSettings
  readonly repo: StateRepo
  readonly chain: Chain
  readonly clock: Clock
  readonly format: Format
  readonly store: ObjectStore
  readonly codeHost: CodeHost | undefined
  /** Where containers run, if anywhere. */
  readonly cloud: CloudPods | undefined
  readonly pool: WorkPool
  /** Whose commits the engine's are, with its key. @throws RoundkeeperError `usage` when the key cannot be read */
  engine(): Promise<Identity>
  /** The person in charge, with their own key: for what a person does. @throws as above */
  human(): Promise<Identity>
}

export interface OpenOptions {
  /** False for what never runs an image: it needs no credentials of providers. */
  readonly runsImages?: boolean
  /** Puts other ports in the place of some, before anybody has them. */
  readonly adapt?: (ports: Ports, settings: OperatorSettings) => Ports | Promise<Ports>
}

/** @throws for settings and credentials that will not do, before anything is opened */
export async function openOperator(dir: string, { runsImages = true, adapt }: OpenOptions = {}): Promise<Operator> {
  const root = resolve(dir)
  const settings = await readSettings(root)
  const clock = new SystemClock()
  const local = new LocalPods({ root: join(root, settings.images), clock })
  const { pods, cloud }: OperatorPods = runsImages ? operatorPods(settings.pods, local, clock) : { pods: local }
  const objects = operatorStore(root, settings.store, clock)
  const repo = await openRepo(root, settings, clock)
  const opened = await operatorChain(root, settings.chain, clock)
  const drawing = operatorRenderer(settings.renderer, availableParallelism())
  const measuring = operatorDistance(settings.distance, placesIn(root, objects.store))
  const ports: Ports = {
    store: objects.store,
    ...(settings.store.readable && { readable: objects.store }),
    downloader: new HttpDownloader({ hosts: settings.hosts }),
    renderer: drawing.renderer,
    distance: measuring.distance,
    judge: operatorJudge(settings.judge, clock),
    secondJudge: settings.second_judge && operatorJudge(settings.second_judge, clock),
    canaryPictures: new PixelCanaryPictures(),
    builder: operatorBuilds(root, settings, clock),
    pods,
    crew: { ...crewOf(settings.audits), auditsAtOnce: settings.audits.at_once },
  }
  const format = generation3d((await adapt?.(ports, settings)) ?? ports)
  return {
    dir: root,
    settings,
    repo,
    chain: opened.chain,
    clock,
    format,
    store: objects.store,
    codeHost: operatorCodeHost(settings),
    cloud,
    pool: new InProcessPool(Math.max(2, availableParallelism(), duelsAtOnce(settings.judge))),
    engine: () => engineOf(root, settings),
    human: () => humanOf(root, settings),
    async [Symbol.asyncDispose]() {
      await Promise.all([drawing, measuring, opened, objects].map((each) => each[Symbol.asyncDispose]()))
    },
  }
}

async function engineOf(root: string, { author, signing_key }: OperatorSettings): Promise<Identity> {
  const signer = await engineSigner(root, signing_key)
  return { ...author, ...(signer && { signer }) }
}

async function humanOf(root: string, settings: OperatorSettings): Promise<Identity> {
  if (settings.operator === undefined) return engineOf(root, settings)
  const { signing_key, ...identity } = settings.operator
  const signer = await fileSigner(root, signing_key)
  return { ...identity, ...(signer && { signer }) }
}
