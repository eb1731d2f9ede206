/** What it takes to mine on this machine: a dev chain behind a socket, a competition and a CDN over HTTP, a git host, a wallet. */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bittensor } from '../../src/chain/bittensor/bittensor.ts'
import { openBittensor } from '../../src/chain/bittensor/open.ts'
import { type DevChain, openDevChain } from '../../src/chain/dev/dev-chain.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { files, type Schedule } from '../../src/state/index.ts'
import type { Keypair } from '../../src/wallet/keypair.ts'
import { generateKey } from '../../src/wallet/new-key.ts'
import { storeKeys } from '../../src/wallet/store-key.ts'
import { hotkeyFiles } from '../../src/wallet/wallet-files.ts'
import { testConfig } from './competition.ts'
import { type HttpTestServer, startHttpServer } from './file-server.ts'
import { type GitHttpServer, startGitHttpServer } from './git-http-server.ts'

const BLOCK_MS = 100
export const MINING_NETUID = 17
export const MINING_ROUND = 3
/** A hotkey of nobody here. */
export const STRANGER = '5F3sa2TJAWMqDhXG6jhV4N8ko9SxwGy8TpaNS1repo5EYjQX'
const ALWAYS: Schedule = { earliest_reveal_block: 1, latest_reveal_block: 1_000_000 }

export interface Mining extends AsyncDisposable {
  readonly chain: DevChain
  readonly endpoint: string
  /** The competition's documents by path, to be changed at will. */
  readonly documents: Map<string, string>
  readonly competition: string
  readonly cdn: string
  /** What the CDN was asked, as `HEAD /models`. */
  readonly heads: readonly string[]
  readonly git: GitHttpServer
  /** `OWNER/NAME` on that host, a commit in it, and one that names `STRANGER`. */
  readonly code: { readonly repo: string; readonly commit: string; readonly foreign: string }
  schedule(schedule?: Schedule): void
  /** A wallet of that name with the hotkey `h1`, registered unless told otherwise. @returns the hotkey */
  wallet(name: string, registered?: boolean): Promise<Keypair>
  /** Returns once nothing of a hotkey waits to be revealed. */
  revealed(address: string): Promise<void>
  /** A client of the chain, as commands open one; always the same, closed with everything. */
  client(): Promise<Bittensor>
  /** The options that lead a command here. */
  options(wallet: string): readonly string[]
}

/** Blocks come every 100 ms, of this machine's own time. */
export async function startMining(): Promise<Mining> {
  await using held = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-mining-'))
  held.defer(() => rm(dir, { recursive: true, force: true }))
  const chain = held.use(await openDevChain({ clock: new SystemClock(), genesis: { blockMs: BLOCK_MS } }))
  const { url: endpoint } = await chain.listen({ port: 0 })
  chain.node.produceBlocks(5)

  const documents = new Map([
    ['state.json', files.state.serialise({ current_round: MINING_ROUND, stage: 'open', next_stage_eta: null })],
    ['config.json', files.config.serialise(testConfig())],
  ])
  const schedule = (to = ALWAYS) => void documents.set(files.schedule.path(MINING_ROUND), files.schedule.serialise(to))
  schedule()
  const heads: string[] = []
  const web: HttpTestServer = held.use(
    await startHttpServer(({ method, url = '' }, response) => {
      if (!url.startsWith('/competition/')) heads.push(`${method} ${url}`)
      const text = documents.get(url.replace('/competition/', ''))
      response.writeHead(text === undefined ? 404 : 200).end(text)
    }),
  )
  const repo = 'me/model'
  const commits = await makeCode(join(dir, 'git', `${repo}.git`))
  const git = held.use(await startGitHttpServer(join(dir, 'git')))
  const all = held.move()
  let reader: Promise<Bittensor> | undefined
  const client = async () => {
    reader ??= openBittensor({ endpoint }).then((each) => all.use(each))
    return reader
  }
  const wallets = join(dir, 'wallets')
  return {
    chain,
    endpoint,
    documents,
    competition: `${web.url}/competition`,
    cdn: `${web.url}/models`,
    heads,
    git,
    code: { repo, ...commits },
    schedule,
    async wallet(name, registered = true) {
      const key = generateKey(12)
      await storeKeys([{ key, files: hotkeyFiles(wallets, name, 'h1') }], { password: undefined, overwrite: false })
      const { address } = key.keypair
      if (registered) {
        chain.node.register(MINING_NETUID, address)
        // As of the next block; what is read is final.
        chain.node.produceBlocks(5)
      }
      return key.keypair
    },
    client,
    async revealed(address) {
      const chain = await client()
      while ((await chain.commitment(MINING_NETUID, address)) !== undefined) await sleep(BLOCK_MS / 2)
    },
    options: (name) => ['--wallet.name', name, '--wallet.hotkey', 'h1', '--wallet.path', wallets, ...where()],
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }

  function where(): string[] {
    return ['--netuid', String(MINING_NETUID), '--subtensor.endpoint', endpoint]
  }
}

/** A bare repository with one commit. @returns its id */
async function makeCode(bare: string): Promise<{ commit: string; foreign: string }> {
  await mkdir(bare, { recursive: true })
  const git = (input: string, ...args: string[]) => {
    const who = { GIT_AUTHOR_NAME: 'm', GIT_AUTHOR_EMAIL: 'm@x', GIT_COMMITTER_NAME: 'm', GIT_COMMITTER_EMAIL: 'm@x' }
    const run = spawnSync('git', args, { cwd: bare, input, encoding: 'utf8', env: { ...process.env, ...who } })
    if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}`)
    return run.stdout.trim()
  }
  git('', 'init', '-q', '--bare', '-b', 'main')
  const tree = git('', 'mktree')
  const commit = git('a model', 'commit-tree', tree)
  const foreign = git(`a model\n\nHotkey: ${STRANGER}\n`, 'commit-tree', tree, '-p', commit)
  git('', 'update-ref', 'refs/heads/main', foreign)
  return { commit, foreign }
}
