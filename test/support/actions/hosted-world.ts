/**
 * A competition that lives on a GitHub of our own: real workflows, scripts, repository, miners' hosts, drawing, duels and
 * audits. Stood in for are GitHub itself, the bucket (a folder that only the committing job is told of as its own), the chain
 * (a clock) and time, which stands still unless it is moved on.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { ClockChain } from '../../../src/chain/clock-chain.ts'
import { DEMO_BEGINS, demoConfig } from '../../../src/demo/config.ts'
import type { Cast } from '../../../src/demo/miners.ts'
import { DemoWorld } from '../../../src/demo/world.ts'
import { foundCompetition } from '../../../src/engine/found.ts'
import { Snapshot } from '../../../src/engine/snapshot.ts'
import { SystemClock } from '../../../src/engine/system-clock.ts'
import { WorkerRenderer } from '../../../src/media/worker-renderer.ts'
import { BareRepo } from '../../../src/repo/bare-repo.ts'
import { type Config, configSchema, files } from '../../../src/state/index.ts'
import { SMALL } from '../small-demo.ts'
import { type CliBridge, startCliBridge } from './cli-bridge.ts'
import { type Github, startGithub } from './github.ts'
import { type Event, type RunnerOptions, runWorkflow, type WorkflowRun } from './workflow-runner.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const template = join(root, 'state-template')

export interface HostedWorld extends AsyncDisposable {
  readonly dir: string
  readonly github: Github
  readonly bridge: CliBridge
  readonly cast: Cast
  readonly repo: BareRepo
  /** Of the one that commits; revoked and restored by the test. */
  readonly pusher: string
  readonly cache: Map<string, string>
  now(): Date
  moveTo(date: Date): void
  /** Miners see what everybody sees, and do what they do. */
  tellMiners(): Promise<void>
  /** @param file of the template's workflows */
  run(file: string, event?: Event, changes?: Partial<RunnerOptions>): Promise<WorkflowRun>
  snapshot(): Promise<Snapshot>
}

export const SECRETS = { ROUNDKEEPER_JUDGE_API_KEY: 'planted-judge-key', TARGON_API_KEY: 'planted-cloud-key' }
const STORE = { ROUNDKEEPER_STORE_KEY_ID: 'planted-store-id', ROUNDKEEPER_STORE_KEY_SECRET: 'planted-store-secret' }
export const PUSHER = { contents: 'write' }

export interface HostedOptions {
  readonly config?: Partial<Config>
  /** Names of those of the demo's miners who enter; all of them where absent. */
  readonly miners?: readonly string[]
}

export async function hostedWorld({ config, miners }: HostedOptions = {}): Promise<HostedWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-hosted-'))
  vi.useFakeTimers({ toFake: ['Date'], now: DEMO_BEGINS })
  const renderer = new WorkerRenderer({ workers: 1 })
  const { signal } = new AbortController()
  const imagesDir = join(dir, 'images')
  const world = await DemoWorld.open({ seed: '1', kind: 'glb', renderer, imagesDir, signal, objects: SMALL.pool })
  await renderer.close()
  const clock = new SystemClock()
  const chain = await ClockChain.create(join(dir, 'chain.json'), { genesis: DEMO_BEGINS, seed: 'hosted', clock })
  const gitdir = join(dir, 'git', 'Owner', 'competition')
  const repo = await found(gitdir, world, chain, configSchema.parse({ ...demoConfig('glb', SMALL), ...config }))
  const github = await startGithub(join(dir, 'git'))
  const bridge = await startCliBridge(join(dir, 'bridge'))
  await mkdir(join(dir, 'home'))
  const pusher = github.token(PUSHER)
  const cache = new Map<string, string>()
  const settings = {
    ...{ repo: 'github:Owner/competition', chain: { kind: 'clock', file: '../../../../chain.json' } },
    store: { folder: join(dir, 'store'), base_url: 'https://store.hosted.test' },
    ...{ images: '../../../../images', hosts: world.hosts, commit_every_seconds: 0 },
  }
  const options: Omit<RunnerOptions, 'run'> = {
    dir,
    repository: 'Owner/competition',
    vars: {
      ...{ ROUNDKEEPER_REPOSITORY: 'Owner/engine', ROUNDKEEPER_REF: 'main', ROUNDKEEPER_SHARDS: '2' },
      ...{ ROUNDKEEPER_SETTINGS: JSON.stringify(settings), ROUNDKEEPER_PAGES: 'true' },
    },
    secrets: { ...SECRETS, ...STORE, ROUNDKEEPER_GIT_TOKEN: pusher },
    apiUrl: github.apiUrl,
    serverUrl: github.serverUrl,
    token: (permissions) => github.token(permissions),
    path: `${bridge.bin}:${process.env.PATH}`,
    // Of the engine: our own checkout. Of the competition: what the template put there.
    checkout: ({ repository, into }) =>
      repository === 'Owner/engine' ? symlink(root, into) : cp(template, into, { recursive: true }),
    cache,
  }
  const entered = new Set<number>()
  let runs = 0
  const enters = (hotkey: string) =>
    miners === undefined || world.cast.miners.some((each) => each.hotkey === hotkey && miners.includes(each.name))
  const snapshot = async () => new Snapshot(repo, await repo.head())
  return {
    ...{ dir, github, bridge, repo, cast: world.cast, pusher, cache, snapshot },
    now: () => new Date(),
    moveTo: (date) => void vi.setSystemTime(date),
    async tellMiners() {
      const now = await snapshot()
      const { current_round: round, stage } = await now.read(files.state)
      const { earliest_reveal_block: earliest, latest_reveal_block: latest } = await now.read(files.schedule, round)
      if (stage === 'open' && !entered.has(round)) {
        entered.add(round)
        for (const { hotkey, block, texts } of world
          .entries(round, { earliest, latest })
          .filter((entry) => enters(entry.hotkey.address)))
          for (const [after, text] of texts.entries()) await chain.reveal(hotkey.address, text, block + after)
      }
      const seed = await now.find(files.seed, round)
      const prompts = await now.find(files.prompts, round)
      if (seed !== undefined && prompts !== undefined) world.publish(round, seed.seed, prompts)
    },
    async run(file, event = { name: 'workflow_dispatch' }, more = {}) {
      const text = await readFile(join(template, '.github/workflows', file), 'utf8')
      return runWorkflow(text, event, { ...options, run: ++runs, ...more })
    },
    async [Symbol.asyncDispose]() {
      await bridge[Symbol.asyncDispose]()
      await github[Symbol.asyncDispose]()
      await world.close()
      vi.useRealTimers()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function found(gitdir: string, world: DemoWorld, chain: ClockChain, config: Config): Promise<BareRepo> {
  const founding = foundCompetition({
    config,
    pool: world.pool,
    leaders: [world.firstLeader],
    head: await chain.head(),
  })
  const given = await readdir(template, { recursive: true, withFileTypes: true })
  const texts = new Map(founding.files)
  for (const entry of given.filter((each) => each.isFile() && each.name !== 'config.json')) {
    const path = join(entry.parentPath, entry.name)
    texts.set(resolve(path).slice(template.length + 1), await readFile(path, 'utf8'))
  }
  return BareRepo.create(gitdir, {
    branch: 'main',
    files: texts as ReadonlyMap<string, string>,
    message: founding.messages.join('\n'),
    by: { name: 'Operator', email: 'operator@hosted.test', at: new Date() },
  })
}
