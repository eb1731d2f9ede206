/** What `rehearse` is told: which prompts, which models, and what runs the image. */
import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { CloudPods } from '../compute/cloud-pods.ts'
import { EndpointPods } from '../compute/endpoint-pods.ts'
import { minerIn } from '../compute/local-image.ts'
import { LocalPods } from '../compute/local-pods.ts'
import { processRuns } from '../compute/pod-run.ts'
import type { Contract, Pods } from '../compute/pods.ts'
import type { Clock } from '../engine/clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { MAX_MODEL_BYTES } from '../media/limits.ts'
import { findDocument, readDocument } from '../miner/documents.ts'
import { type LocalPrompts, promptLines } from '../miner/judge-prompts.ts'
import { addressesOf } from '../miner/prompt-pictures.ts'
import { GENERATOR } from '../miner/services.ts'
import type { ModelKindName } from '../miner/submitted-models.ts'
import { stemOf } from '../rules/prompts.ts'
import { type Config, configSchema } from '../state/config.ts'
import { files } from '../state/files.ts'
import { openDocuments } from './competition-option.ts'
import type { DistanceOptions } from './distance-options.ts'
import { usage } from './miner-judge-options.ts'
import type { ContainerKind, ProviderOf, ProviderOptions } from './miner-providers.ts'

export interface RehearseOptions extends DistanceOptions, ProviderOptions {
  readonly image?: string
  readonly folder?: string
  readonly endpoint?: string
  readonly provider: ContainerKind
  readonly resource?: string
  readonly submitted: string
  readonly promptsFile?: string
  readonly repo?: string
  readonly round?: number
  readonly seed?: number
  readonly artifact: ModelKindName
  readonly contract: Contract
  readonly outputDir: string
  readonly distanceEndpoint?: string
  readonly again?: boolean
  readonly json?: boolean
}

export interface Asked extends LocalPrompts {
  readonly seed: number
  readonly config: Config
  readonly round: number
  readonly pool: readonly string[]
}

/** @throws `usage`, `not-found`, `unavailable`, `state-file` */
export async function askedOf(options: RehearseOptions): Promise<Asked> {
  const { repo, promptsFile, seed } = options
  if (repo !== undefined) return askedBy(repo, options)
  if (promptsFile === undefined)
    throw usage('which prompts?', '--prompts-file', 'Give --prompts-file, or the competition with --repo.')
  if (seed === undefined)
    throw usage('which seed?', '--seed', 'Give the seed that your models were made with: `roundkeeper miner seed`.')
  const { prompts } = await promptLines(resolve(promptsFile))
  return { prompts, seed, config: localConfig(options, prompts.length), round: 0, pool: [] }
}

async function askedBy(repo: string, { round, seed, promptsFile }: RehearseOptions): Promise<Asked> {
  await using documents = await openDocuments(repo)
  const config = await readDocument(documents, files.config)
  const number = round ?? (await readDocument(documents, files.state)).current_round
  const pool = (await findDocument(documents, files.pool)) ?? []
  const prompts =
    promptsFile === undefined
      ? (await readDocument(documents, files.prompts, number)).map((url) => ({ url, stem: stemOf(url) }))
      : (await promptLines(resolve(promptsFile))).prompts
  const given = seed ?? (await readDocument(documents, files.seed, number)).seed
  return { prompts, seed: given, config, round: number, pool }
}

/** What an image is handed out for the picture of a prompt. @throws `usage` for a file, which it cannot fetch */
export function addressesForImages(prompts: Asked['prompts'], contract: Contract): ReadonlyMap<string, string> {
  const file = contract === 'batch' ? prompts.find(({ url }) => !/^https?:\/\//.test(url)) : undefined
  if (file === undefined) return addressesOf(prompts)
  throw usage(
    `the picture of ${file.stem} is a file`,
    '--prompts-file',
    'An image that makes many models at a time fetches the pictures itself: give addresses, as the competition does.',
  )
}

/** The defaults of a competition; as much as two prompts that it cannot know are asked of an image first. */
const localConfig = ({ artifact, contract }: RehearseOptions, prompts: number): Config =>
  configSchema.parse({
    ...{ name: 'local', description: 'An audit on one machine', rules: 'v1' },
    ...{ first_evaluation_date: '2026-01-01', last_competition_date: '2026-01-01', generation_stage_minutes: 1 },
    ...{ win_margin: 1, weight_decay: 0, weight_floor: 0, prompts_per_round: prompts, carryover_prompts: 0 },
    settings: { artifact, contract, unseen_prompts: 2 },
  })

export interface Runner extends AsyncDisposable {
  readonly pods: Pods
  /** Changes whenever what runs may be another one, as far as that can be seen. */
  readonly image: string
}

const HEALTH_MS = 30_000
const MINUTE = 60_000
const LIMITS = { maxBytes: MAX_MODEL_BYTES, generateMs: 6 * MINUTE, healthMs: HEALTH_MS, healthEveryMs: 1_000 }

/** @throws `usage` when not exactly one is named; `not-found`, `refused` for a folder that is none */
export async function runnerOf(
  options: RehearseOptions,
  contract: Contract,
  clock: Clock,
  providerOf: ProviderOf,
): Promise<Runner> {
  const { image, folder, endpoint, provider: kind } = options
  const close = async () => undefined
  if ([image, folder, endpoint].filter((each) => each !== undefined).length !== 1)
    throw usage('what is to be rehearsed?', '--image', 'Give one of --image, --folder and --endpoint.')
  if (endpoint !== undefined) {
    const pods = new EndpointPods({ url: endpoint, clock, limits: { ...LIMITS, startMs: MINUTE } })
    return { pods, image: `endpoint:${endpoint}`, [Symbol.asyncDispose]: () => pods[Symbol.asyncDispose]() }
  }
  if (folder !== undefined) {
    const path = resolve(folder)
    if ((await minerIn(path)) === undefined)
      throw new RoundkeeperError('not-found', `there is no miner.json in ${path}`, {
        where: '--folder',
        hint: 'It says how to run your generator: {"command": ["node", "generator.ts"]}, which listens on $PORT of 127.0.0.1.',
      })
    const limits = { ...LIMITS, startMs: 60 * MINUTE }
    const pods = new LocalPods({ root: path, folder: path, clock, limits })
    return { pods, image: `folder:${await contentsOf(path)}`, [Symbol.asyncDispose]: close }
  }
  // As in a round: nobody lets it out that need not fetch pictures.
  const egress = options.egress ?? (contract === 'batch' ? 'open' : 'closed')
  const provider = providerOf(kind, { ...options, egress, gpus: options.gpus ?? 'all' })
  const resource = options.resource ?? GENERATOR.resources[kind]
  const pods = new CloudPods({
    ...{ providers: [provider], clock, runs: processRuns() },
    ...(resource && { resources: { [provider.id]: resource } }),
  })
  return { pods, image: image ?? '', [Symbol.asyncDispose]: close }
}

/** Of names, sizes and times: weights are too large to be read for it. */
async function contentsOf(folder: string): Promise<string> {
  const hash = createHash('sha256')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const path of paths.sort()) {
    const name = relative(folder, path)
    if (/^\.git[/\\]/.test(name)) continue
    const { size, mtimeMs } = await stat(path)
    hash.update(`${name}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}
