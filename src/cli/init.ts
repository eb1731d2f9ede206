import { randomUUID } from 'node:crypto'
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import type { Block, Chain } from '../chain/chain.ts'
import { ClockChain } from '../chain/clock-chain.ts'
import { networkOf } from '../chain/networks.ts'
import type { Clock } from '../engine/clock.ts'
import { foundCompetition } from '../engine/found.ts'
import { configProblems, type FoundingProblem } from '../engine/founding-problems.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { foundingProblemsOf } from '../formats/index.ts'
import { blockPace } from '../miner/chain-time.ts'
import { BareRepo } from '../repo/bare-repo.ts'
import { drandOf } from '../rules/drand.ts'
import { blockSeconds } from '../rules/schedule.ts'
import { holdersOf, identitiesOf, settingsOf, writeHolderKeys } from '../signing/holders.ts'
import { PrivateKey } from '../signing/private-key.ts'
import { type Config, files } from '../state/index.ts'
import type { AnyStateFile } from '../state/state-file.ts'
import { isKeyPrefix } from '../store/key.ts'
import { parseS3Address } from '../store/source/s3-address.ts'
import { PROGRAM, quoted } from './copyable.ts'
import type { ChainSettings } from './operator-chain.ts'
import { OPERATOR_FILE } from './operator-settings.ts'
import { s3Store } from './operator-store.ts'
import { note, print, printJson } from './output.ts'
import type { S3Settings, StoreSettings } from './store-settings.ts'

const MAX_LISTED = 20
const MAX_SHOWN = 120

interface Options {
  prompts: string
  config?: string
  leader?: string
  chain?: string
  store?: string
  name?: string
  sign: boolean
  json?: boolean
}

export const initCommand = new Command('init')
  .summary('found a competition from the template')
  .description(
    'Makes a folder with a competition repository (state.git), a clock chain that needs no network unless --chain names\n' +
      "another, an object store, the operator's settings and the keys that sign. Round 0 is open; `advance` takes it from there.",
  )
  .argument('<folder>', 'a folder that does not exist yet, or an empty one')
  .requiredOption('--prompts <file>', 'the pool: one URL of a prompt image per line')
  .option('--config <file>', "a config.json of your own instead of the template's")
  .option('--leader <file>', 'a leader.json with the champion at the start')
  .option('--chain <endpoint>', 'a Bittensor network (finney, test, local, …) or ws:// URLs, instead of a clock chain')
  .option('--store <store>', 'a folder, or s3://bucket/prefix?endpoint=…&region=…, instead of the folder `store`')
  .option('--name <name>', 'name of the competition, e.g. mesh')
  .option('--no-sign', 'without keys: nobody can tell later who made which commit')
  .option('--json', 'print what was made as JSON')
  .addHelpText(
    'after',
    '\nExamples:\n  $ roundkeeper init my-competition --prompts prompts.txt --name mesh\n' +
      '  $ roundkeeper init my-competition --prompts prompts.txt --chain local     on `roundkeeper devchain`\n',
  )
  .action(async (folder: string, options: Options) => {
    const dir = resolve(folder)
    const made = await found(dir, options)
    for (const warning of made.warnings) note(`warning  ${warning}`)
    if (options.json) return printJson({ dir, ...made })
    print(`${made.competition} is open in ${dir}`)
    print(`  state repository  ${made.repo}`)
    print(`  first round       closes ${made.closes}, at block ${made.closes_at_block}`)
    if (made.keys !== null) {
      print(
        `  keys              ${made.keys.engine} signs for the engine, ${made.keys.operator} for you: keep both secret,`,
      )
      print('                    and yours off the machine that runs the engine')
    }
    print(`\nNext: ${PROGRAM} status ${quoted(folder)}`)
    print(`      ${PROGRAM} advance --dir ${quoted(folder)} --until-idle`)
  })

async function found(dir: string, options: Options) {
  const template = await templateDir()
  const config = await readState(files.config, options.config ?? join(template, 'config.json'))
  const pool = await readState(files.pool, options.prompts)
  const leaders = options.leader === undefined ? [] : await readState(files.leader, options.leader)
  const named = options.name === undefined ? config : { ...config, name: options.name }
  refuseProblems([...configProblems(named), ...foundingProblemsOf(named, pool)], options)

  const clock = new SystemClock()
  const chain = options.chain === undefined ? await clockChain(named, clock) : await bittensor(named, options.chain)
  const store = await storeFor(dir, named.name, options.store, clock)
  const signers = options.sign ? holdersOf(named.name, () => PrivateKey.generate()) : undefined
  const { config: paced, warnings } = withPace(named, chain.blockSeconds, options)
  const founding = foundCompetition({ config: paced, pool, leaders, head: chain.head, signers })
  await emptyFolder(dir)
  await chain.create(dir)
  if (signers !== undefined) await writeHolderKeys(dir, signers)
  const founder = signers === undefined ? UNSIGNED.author : identitiesOf(signers).operator
  await BareRepo.create(join(dir, 'state.git'), {
    branch: 'main',
    files: new Map([...(await templateFiles(template)), ...founding.files]),
    message: founding.messages.join('\n'),
    by: { ...founder, at: clock.now() },
  })
  if (store.folder !== undefined) await mkdir(resolve(dir, store.folder), { recursive: true })
  await mkdir(join(dir, 'images'))
  const settings = {
    repo: 'state.git',
    branch: 'main',
    chain: chain.settings,
    store,
    images: 'images',
    ...(signers === undefined ? UNSIGNED : settingsOf(signers)),
  }
  await writeFile(join(dir, OPERATOR_FILE), `${JSON.stringify(settings, null, 2)}\n`)
  const state = files.state.parse(founding.files.get('state.json') ?? '', 'state.json')
  const keys = signers && { engine: join(dir, signers.engine.file), operator: join(dir, signers.operator.file) }
  const schedule = files.schedule.parse(founding.files.get(files.schedule.path(0)) ?? '', files.schedule.path(0))
  return {
    competition: named.name,
    repo: join(dir, 'state.git'),
    closes: state.next_stage_eta,
    closes_at_block: schedule.latest_reveal_block,
    keys: keys ?? null,
    warnings,
  }
}

/** Blocks that come this much sooner or later than they should are of another chain than the configuration was written for. */
const MAX_PACE_RATIO = 1.25

/** Windows are blocks, and announced as dates: of another pace than that of the chain, no such date would hold. */
function withPace(config: Config, seen: number, { config: own }: Options): { config: Config; warnings: string[] } {
  const said = blockSeconds(config)
  if (Math.max(seen / said, said / seen) <= MAX_PACE_RATIO) return { config, warnings: [] }
  const block_seconds = Number(seen.toPrecision(2))
  if (own === undefined) return { config: { ...config, block_seconds }, warnings: [] }
  const warning = `blocks come every ${block_seconds} s there, but block_seconds in ${own} is ${said}: no announced date will hold, and verify will say so`
  return { config, warnings: [warning] }
}

/** What a competition is founded on: where the chain is now, and how it is found again. */
interface FoundingChain {
  readonly head: Block
  readonly blockSeconds: number
  readonly settings: ChainSettings
  create(dir: string): Promise<void>
}

async function clockChain(config: Config, clock: Clock): Promise<FoundingChain> {
  const options = { genesis: clock.now(), blockSeconds: blockSeconds(config), seed: randomUUID(), clock }
  const chain = new ClockChain(options)
  await tryRandomness(chain, config)
  return {
    head: await chain.head(),
    blockSeconds: options.blockSeconds,
    settings: { kind: 'clock', file: 'chain.json' },
    create: async (dir) => void (await ClockChain.create(join(dir, 'chain.json'), options)),
  }
}

/** @throws `usage`, `unavailable`; `not-found` when the chain has no subnet as the configuration names it */
async function bittensor(config: Config, endpoint: string): Promise<FoundingChain> {
  const { openBittensor } = await import('../chain/bittensor/open.ts')
  await using chain = await openBittensor({ endpoint })
  if (config.netuid !== undefined) await chain.hyperparameters(config.netuid)
  await tryRandomness(chain, config)
  // The genesis of a named network is known; of any other chain this is the one that counts from now on.
  const isNamed = networkOf(endpoint).genesis !== undefined
  const head = await chain.head()
  return {
    head,
    blockSeconds: (await blockPace(chain, head)) / 1000,
    settings: {
      kind: 'bittensor',
      endpoint,
      finality: 'finalized',
      ...(!isNamed && { genesis_hash: chain.genesisHash }),
    },
    create: async () => undefined,
  }
}

/**
 * A bucket is written to at once, and not when the first models have been fetched.
 * @throws `usage`, `unauthorised`, `unavailable`; `not-found` when there is no such bucket
 */
async function storeFor(dir: string, name: string, address: string | undefined, clock: Clock): Promise<StoreSettings> {
  if (address === undefined) return { folder: 'store' }
  if (!/^s3:\/\//i.test(address)) return { folder: resolve(address) }
  const { prefix, ...place } = parseS3Address(address)
  const s3: S3Settings = { ...place, prefix: prefix.replace(/\/$/, '') || name }
  if (!isKeyPrefix(s3.prefix)) {
    throw new RoundkeeperError('usage', `no key of an object may begin with "${s3.prefix}"`, {
      where: '--store',
      hint: 'Give a prefix of letters, digits, dots, dashes and underscores: s3://bucket/prefix.',
    })
  }
  await using store = s3Store(dir, s3, clock)
  if (!(await store.writesOnce())) {
    note(`${store.id} knows no conditional writes: two engines that write the same object within one moment`)
    note('would not notice each other. Let only one run at a time.')
  }
  return { s3 }
}

/** In thousands of years: of rounds that were, a chain keeps those of a week, and refuses the others. */
const FAR_OFF_ROUND = 2 ** 40

/** Now, and not when the first seed is due. @throws `usage` when the chain does not follow the drand network of the seeds */
async function tryRandomness(chain: Chain, config: Config): Promise<void> {
  if (config.rules === 'v1' && config.randomness === 'drand')
    await chain.randomness({ kind: 'drand', chain: drandOf(config).name, round: FAR_OFF_ROUND })
}

const UNSIGNED = { author: { name: 'Roundkeeper', email: 'roundkeeper@localhost' } }

/** @throws `usage` naming all of them: nobody should have to correct one to hear of the next */
function refuseProblems(problems: readonly FoundingProblem[], { config, prompts, name }: Options): void {
  if (problems.length === 0) return
  const lines = problems.slice(0, MAX_LISTED).map(({ field, found, expected, remedy }) => {
    const at = name !== undefined && field === 'config.json: name' ? '--name' : field
    const shown = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, MAX_SHOWN)
    return `\n  ${at}: found ${shown}, expected ${expected}. ${remedy}`
  })
  const more = problems.length > lines.length ? `\n  and ${problems.length - lines.length} more` : ''
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  throw new RoundkeeperError('usage', `nothing was made, because of ${count}:${lines.join('')}${more}`, {
    where: `${config ?? "the template's config.json"}, ${prompts}`,
    hint: 'Correct what is listed, then run `init` again.',
  })
}

/** The template lies beside the sources, and beside `dist` in the published package. */
async function templateDir(): Promise<string> {
  for (const path of ['../../state-template', '../../../state-template']) {
    const dir = fileURLToPath(new URL(path, import.meta.url))
    if (
      await access(dir).then(
        () => true,
        () => false,
      )
    )
      return dir
  }
  throw new RoundkeeperError('internal', 'the template of a competition is missing from this installation')
}

/** Everything in the template that the founding does not write itself. */
async function templateFiles(template: string): Promise<[string, string][]> {
  const entries = await readdir(template, { recursive: true, withFileTypes: true })
  const found = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(
    found.map(
      async (path): Promise<[string, string]> => [
        path.slice(template.length).replaceAll('\\', '/').replace(/^\/+/, ''),
        await readFile(path, 'utf8'),
      ],
    ),
  )
}

async function readState<F extends AnyStateFile>(file: F, path: string): Promise<ReturnType<F['parse']>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RoundkeeperError('usage', `${path} cannot be read`, {
      where: path,
      hint: 'Name a file that is there.',
      cause,
    })
  })
  return file.parse(text, path)
}

async function emptyFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw new RoundkeeperError('usage', `the folder ${dir} cannot be made`, {
      where: dir,
      hint: 'Name a folder that does not exist yet, in one that you may write to.',
      cause,
    })
  })
  if ((await readdir(dir)).length === 0) return
  throw new RoundkeeperError('usage', `${dir} is not empty`, {
    where: dir,
    hint: 'Name a folder that does not exist yet.',
  })
}
