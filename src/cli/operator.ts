import { resolve } from 'node:path'
import type { Chain } from '../chain/chain.ts'
import type { CloudPods } from '../compute/cloud-pods.ts'
import type { Clock } from '../engine/clock.ts'
import type { Format } from '../engine/format.ts'
import { SystemClock } from '../engine/system-clock.ts'
import type { WorkPool } from '../engine/work-pool.ts'
import { generation3d, type Ports } from '../formats/generation-3d/index.ts'
import type { CodeHost } from '../repo/code-host.ts'
import type { Identity, StateRepo } from '../repo/state-repo.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { operatorChain } from './operator-chain.ts'
import { operatorCodeHost } from './operator-code-host.ts'
import { engineOf, humanOf } from './operator-identities.ts'
import { operatorPool } from './operator-pool.ts'
import { operatorPorts } from './operator-ports.ts'
import { openRepo } from './operator-repo.ts'
import { type OperatorSettings, readSettings } from './operator-settings.ts'
import { note } from './output.ts'

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
  /** What people may want to know of the machines that work; on stderr where absent. */
  readonly tell?: (text: string) => void
}

/** @throws for settings and credentials that will not do, before anything is opened */
export async function openOperator(
  dir: string,
  { runsImages = true, adapt, tell = note }: OpenOptions = {},
): Promise<Operator> {
  const root = resolve(dir)
  const settings = await readSettings(root)
  const clock = new SystemClock()
  const made = operatorPorts(root, settings, clock, { runsImages })
  const repo = await openRepo(root, settings, clock)
  const opened = await operatorChain(root, settings.chain, clock)
  const ports = (await adapt?.(made.ports, settings)) ?? made.ports
  const format = generation3d(ports)
  const working = operatorPool(settings, made.ports.store, format.performed ?? [], tell)
  return {
    dir: root,
    settings,
    repo,
    chain: opened.chain,
    clock,
    format,
    store: made.ports.store,
    codeHost: operatorCodeHost(settings),
    cloud: made.cloud,
    pool: working.pool,
    engine: () => engineOf(root, settings),
    human: () => humanOf(root, settings),
    async [Symbol.asyncDispose]() {
      await working[Symbol.asyncDispose]()
      await Promise.all([made, opened].map((each) => each[Symbol.asyncDispose]()))
    },
  }
}
