import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { Chain } from '../chain/chain.ts'
import { DevChain } from '../chain/dev-chain.ts'
import { LocalBuilder } from '../compute/local-builder.ts'
import { LocalPods } from '../compute/local-pods.ts'
import type { Clock } from '../engine/clock.ts'
import type { Format } from '../engine/format.ts'
import { InProcessPool } from '../engine/in-process-pool.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { generation3d } from '../formats/generation-3d/index.ts'
import { OfflineJudge } from '../judge/offline-judge.ts'
import { ClassicalDistance, promptDistance } from '../media/classical-distance.ts'
import { HttpDownloader } from '../media/http-downloader.ts'
import { WorkerRenderer } from '../media/worker-renderer.ts'
import { BareRepo } from '../repo/bare-repo.ts'
import { RemoteRepo } from '../repo/remote-repo.ts'
import type { Identity, StateRepo } from '../repo/state-repo.ts'
import { FolderStore } from '../store/folder-store.ts'

export const OPERATOR_FILE = 'roundkeeper.json'

/** The operator's own settings, beside the competition repository and never in it. Paths are relative to the file. */
const operatorSchema = z.strictObject({
  /** Folder of a bare repository, or the http(s) URL of a remote one. */
  repo: z.string().default('state.git'),
  branch: z.string().default('main'),
  chain: z.strictObject({ kind: z.literal('dev'), file: z.string() }).default({ kind: 'dev', file: 'chain.json' }),
  store: z.strictObject({ folder: z.string(), base_url: z.url().optional() }).default({ folder: 'store' }),
  /** Folder of runnable miner code: `<owner>/<repo>/<commit>/miner.json`. */
  images: z.string().default('images'),
  author: z
    .strictObject({ name: z.string(), email: z.string() })
    .default({ name: 'Roundkeeper', email: 'roundkeeper@localhost' }),
  commit_every_seconds: z.number().min(0).default(60),
  /** Host names to be reached at a local address, e.g. miners on this machine. */
  hosts: z.record(z.string(), z.strictObject({ address: z.string(), port: z.int() })).default({}),
})
export type OperatorSettings = z.infer<typeof operatorSchema>

/** Everything that a command needs to act on a competition. */
export interface Operator extends AsyncDisposable {
  readonly dir: string
  readonly settings: OperatorSettings
  readonly repo: StateRepo
  readonly chain: Chain
  readonly clock: Clock
  readonly format: Format
  readonly pool: InProcessPool
  readonly by: Identity
}

export async function openOperator(dir: string): Promise<Operator> {
  const root = resolve(dir)
  const settings = await readSettings(root)
  const clock = new SystemClock()
  const store = new FolderStore({
    dir: join(root, settings.store.folder),
    ...(settings.store.base_url ? { baseUrl: settings.store.base_url } : {}),
  })
  const renderer = new WorkerRenderer({ workers: availableParallelism() })
  const format = generation3d({
    store,
    downloader: new HttpDownloader({ hosts: settings.hosts }),
    renderer,
    distance: new ClassicalDistance(),
    judge: new OfflineJudge({ distance: promptDistance }),
    builder: new LocalBuilder(join(root, settings.images)),
    pods: new LocalPods({ root: join(root, settings.images), clock }),
  })
  return {
    dir: root,
    settings,
    repo: await openRepo(root, settings),
    chain: await DevChain.open(join(root, settings.chain.file), clock),
    clock,
    format,
    pool: new InProcessPool(Math.max(2, availableParallelism())),
    by: settings.author,
    [Symbol.asyncDispose]: () => renderer.close(),
  }
}

export async function readSettings(root: string): Promise<OperatorSettings> {
  const path = join(root, OPERATOR_FILE)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RoundkeeperError('not-found', `there is no competition in ${root}`, {
      where: path,
      hint: 'Make one with `roundkeeper init DIR`, or name its folder with --dir.',
      cause,
    })
  })
  return parseSettings(path, text)
}

function parseSettings(path: string, text: string): OperatorSettings {
  const fail = (problem: string, cause: unknown) =>
    new RoundkeeperError('usage', problem, {
      where: path,
      hint: 'Correct the file; docs/operating.md lists its fields.',
      cause,
    })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw fail(`${OPERATOR_FILE} is not JSON: ${cause instanceof Error ? cause.message : ''}`, cause)
  }
  const parsed = operatorSchema.safeParse(json)
  if (parsed.success) return parsed.data
  throw fail(
    parsed.error.issues.map((issue) => `${issue.path.join('.') || OPERATOR_FILE}: ${issue.message}`).join('; '),
    parsed.error,
  )
}

async function openRepo(root: string, { repo, branch }: OperatorSettings): Promise<StateRepo> {
  if (!/^https?:\/\//.test(repo)) return BareRepo.open(resolve(root, repo), { branch })
  const token = process.env.ROUNDKEEPER_GIT_TOKEN
  return RemoteRepo.open(repo, {
    branch,
    cacheDir: join(root, '.cache', 'repo.git'),
    ...(token ? { credentials: () => ({ username: 'x-access-token', password: token }) } : {}),
  })
}
