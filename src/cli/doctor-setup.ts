/** What `doctor` looks at, as settings and environment name it. Nothing is opened before a check asks for it. */
import { randomUUID } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Bittensor } from '../chain/bittensor/bittensor.ts'
import { ClockChain } from '../chain/clock-chain.ts'
import { networkOf } from '../chain/networks.ts'
import { Late, Waits } from '../doctor/check.ts'
import { ImpatientClock } from '../doctor/impatient-clock.ts'
import type { BuildsPlace, Login, Place, Setup } from '../doctor/setup.ts'
import type { Clock } from '../engine/clock.ts'
import { Snapshot } from '../engine/snapshot.ts'
import { isGithubAddress, parseGithubAddress } from '../repo/github/address.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { publicBase } from '../store/s3/location.ts'
import { audienceOf } from './operator-audience.ts'
import { buildRepository } from './operator-builds.ts'
import { codeHostUrl } from './operator-code-host.ts'
import { engineOf, humanOf } from './operator-identities.ts'
import { operatorJudge } from './operator-judge.ts'
import { operatorDistance, operatorRenderer, placesIn } from './operator-media.ts'
import { namesOf, openProvider } from './operator-pods.ts'
import { redisUrl } from './operator-pool.ts'
import { appLogin, GIT_TOKEN, openRepo } from './operator-repo.ts'
import type { OperatorSettings } from './operator-settings.ts'
import { operatorStore, storeProbe } from './operator-store.ts'
import type { ProviderName } from './pods-settings.ts'
import { locationOf } from './store-settings.ts'

const GITHUB_API = 'https://api.github.com'

interface About {
  readonly clock: Clock
  readonly environment: NodeJS.ProcessEnv
  readonly hotkey: string | undefined
  /** Of a check. */
  readonly timeoutMs: number
}

/** Dispose of it when the checks are over. */
export function setupOf(dir: string, settings: OperatorSettings, about: About): Setup & AsyncDisposable {
  const { clock, environment, hotkey } = about
  const opened = new Opened()
  const place = placeOf(dir, settings, environment)
  const repo = once(() => openRepo(dir, settings, clock))
  const renderer = once(() => opened.use(operatorRenderer(settings.renderer, 1)).renderer)
  const objects = once(() => opened.use(operatorStore(dir, settings.store, clock)).store)
  const { judge, second_judge: second } = settings
  return {
    ...{ dir, clock, environment, hotkey, place, repo },
    login: () => loginOf(place, environment),
    snapshot: once(() => snapshotOf(repo, about.timeoutMs)),
    keys: {
      engine: () => engineOf(dir, settings),
      operator: () => humanOf(dir, settings),
      operatorIsHere: () => isThere(resolve(dir, settings.operator?.signing_key ?? settings.signing_key ?? '')),
    },
    chain: chainOf(dir, settings.chain, about, opened),
    store: {
      id: settings.store.s3 === undefined ? resolve(dir, settings.store.folder ?? 'store') : objects().id,
      endpoint: settings.store.s3 && new URL(publicBase(locationOf(settings.store.s3))).origin,
      probe: () => storeProbe(dir, settings.store, clock, `doctor-${randomUUID()}.txt`),
    },
    judges: [
      { field: 'judge' as const, judge },
      ...(second === undefined ? [] : [{ field: 'second_judge' as const, judge: second }]),
    ].map((each) => ({
      field: each.field,
      isPaid: each.judge.kind !== 'offline',
      open: () => operatorJudge(each.judge, new ImpatientClock(clock)),
    })),
    renderer,
    distance: once(() => opened.use(operatorDistance(settings.distance, placesIn(dir, objects())))),
    providerNames: () => namesOf(settings.pods, environment).names,
    provider: (name) => openProvider(name as Exclude<ProviderName, 'local'>, settings.pods, clock, environment),
    builds: buildsOf(dir, settings, environment),
    redis: redisOf(settings.pool),
    audience: async () => {
      const at = await reached(repo)
      const { listeners, missing } = audienceOf({ dir, settings, clock, repo: at, store: objects() }, environment)
      return { told: listeners.map(({ board }) => board.id), missing }
    },
    codeHost: codeHostUrl(settings),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

function placeOf(dir: string, { repo, branch }: OperatorSettings, environment: NodeJS.ProcessEnv): Place {
  const apiUrl = (environment.GITHUB_API_URL || GITHUB_API).replace(/\/+$/, '')
  if (isGithubAddress(repo))
    return { kind: 'github', address: repo, branch, github: { ...parseGithubAddress(repo), apiUrl } }
  if (!/^https?:\/\//.test(repo)) return { kind: 'folder', address: resolve(dir, repo), branch }
  const url = new URL(repo)
  url.username = url.password = ''
  const [, owner, name] = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/.exec(url.pathname) ?? []
  const isGithub = url.hostname === 'github.com' && owner !== undefined && name !== undefined
  const at = { kind: 'git', address: url.href, branch, gitUrl: url.href } as const
  return isGithub ? { ...at, github: { owner, repo: name, apiUrl } } : at
}

function loginOf({ kind }: Place, environment: NodeJS.ProcessEnv): Login {
  const app = kind === 'github' ? appLogin() : undefined
  if (app !== undefined) return { kind: 'app', ...app }
  const token = environment[GIT_TOKEN]
  return token ? { kind: 'token', token } : { kind: 'nobody' }
}

/** It gives up a little before the checks that wait for it: they are not late by themselves. */
const SHARE_OF_TIME = 0.8

async function snapshotOf(open: () => Promise<StateRepo>, timeoutMs: number): Promise<Snapshot> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Late(timeoutMs)), SHARE_OF_TIME * timeoutMs)
  const reading = reached(async () => {
    const repo = await open()
    return new Snapshot(repo, await repo.head())
  })
  try {
    return await reached(() => Promise.race([reading, late]))
  } finally {
    clearTimeout(timer)
  }
}

async function reached<T>(open: () => Promise<T>): Promise<T> {
  return open().catch((cause: unknown) => {
    throw cause instanceof Waits ? cause : new Waits('the state repository has to be reached first', { cause })
  })
}

function chainOf(
  dir: string,
  settings: OperatorSettings['chain'],
  { clock, timeoutMs }: About,
  opened: Opened,
): Setup['chain'] {
  if (settings.kind === 'clock') return { kind: 'clock', open: () => ClockChain.open(join(dir, settings.file), clock) }
  const { endpoint, genesis_hash: genesisHash } = settings
  const known = new Map<string, Promise<Bittensor>>()
  const open = async (finality: 'finalized' | 'best') => {
    const { openBittensor } = await import('../chain/bittensor/open.ts')
    return opened.use(
      await openBittensor({ endpoint, finality, timeoutMs, ...(genesisHash !== undefined && { genesisHash }) }),
    )
  }
  return {
    kind: 'bittensor',
    network: networkOf(endpoint).name,
    open(finality) {
      const found = known.get(finality) ?? open(finality)
      known.set(finality, found)
      return found
    },
  }
}

function buildsOf(
  dir: string,
  { builds, repo, images }: OperatorSettings,
  environment: NodeJS.ProcessEnv,
): BuildsPlace {
  if (builds.kind === 'local') return { kind: 'local', images: join(dir, images) }
  if (builds.kind === 'registry') return { kind: 'registry', imageFormat: builds.image_format }
  const { api_url, workflow, image_format: imageFormat } = builds
  const token = environment.GITHUB_TOKEN || undefined
  const apiUrl = api_url.replace(/\/+$/, '')
  return { kind: 'github', apiUrl, repository: buildRepository(builds, repo), workflow, token, imageFormat }
}

function redisOf(pool: OperatorSettings['pool']): Setup['redis'] {
  if (pool.kind === 'in-process') return undefined
  const { url_env, prefix } = pool
  return async (signal) => {
    const url = redisUrl(url_env)
    const { lookAtRedis } = await import('../work/redis/look.ts')
    return lookAtRedis({ url, prefix }, signal)
  }
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** All that has to be closed when the checks are over. */
class Opened implements AsyncDisposable {
  readonly #all: AsyncDisposable[] = []

  use<T extends AsyncDisposable>(opened: T): T {
    this.#all.push(opened)
    return opened
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((each) => each[Symbol.asyncDispose]()))
  }
}

/** Many checks ask for the same; it is opened, or fails, once. */
function once<T>(open: () => T): () => T {
  let opened: { readonly value: T } | undefined
  return () => {
    opened ??= { value: open() }
    return opened.value
  }
}
