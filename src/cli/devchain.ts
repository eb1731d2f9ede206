import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { DevNode } from '../chain/dev/dev-node.ts'
import type { Clock } from '../engine/clock.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { publicKeyOf } from '../wallet/address.ts'
import { debugging } from './debug.ts'
import { HumanReport, JsonReport, type Report } from './devchain-report.ts'
import { printError } from './output.ts'
import { stopSignal } from './stop-signal.ts'

interface Options {
  readonly port: number
  readonly host: string
  readonly openToOthers?: boolean
  readonly blockTime?: number | 'manual'
  readonly finalityLag: number
  readonly persist?: string
  readonly seed?: string
  readonly netuid?: number
  readonly register?: readonly string[]
  readonly metadata?: readonly string[]
  readonly keepStates?: number
  readonly json?: boolean
}

const FASTEST_MS = 50
const SLOWEST_MS = 3_600_000
/** Further ahead than that, the chain stands still for long enough to be asked why. */
const LEAD_BLOCKS = 2

export const devchainCommand = new Command('devchain')
  .summary('run a chain of your own that Bittensor’s tools can talk to')
  .description(
    'A Bittensor chain for development on this machine: one subnet, blocks by the clock or on demand, and a WebSocket that\n' +
      '@polkadot/api and the Python SDK connect to. Its money and keys are worth nothing.',
  )
  .option('-p, --port <port>', 'where it listens; 0 for any port that is free', count('a port', 65_535), 9944)
  .option('--host <host>', 'the address that it listens on', '127.0.0.1')
  .option('--open-to-others', 'allow a --host that others can reach: they may do everything with the chain')
  .option(
    '--block-time <time>',
    'how often a block comes: 12s (the default), 250ms, …, or `manual`, when a client asks for it',
    blockTime,
  )
  .addOption(
    new Option('--finality-lag <blocks>', 'how far finality is behind').argParser(count('blocks', 1000)).default(1),
  )
  .option('--persist <folder>', 'keep the chain here, and go on with what is kept')
  .option('--seed <text>', 'its hashes and randomness follow from this')
  .option('--netuid <n>', 'its subnet; 17 unless told otherwise', count('a subnet id', 65_535, 1))
  .option('--register <hotkey...>', 'addresses of hotkeys to register on the subnet, for nothing', hotkeys)
  .option('--metadata <file...>', 'serve the metadata of a real runtime: what `state_getMetadata` answers')
  .option('--keep-states <blocks>', 'forget older state, as nodes do that are no archive', count('blocks', 2 ** 31))
  .option('--json', 'print what happens as JSON, one object a line')
  .addHelpText(
    'after',
    '\nExamples:\n' +
      '  $ roundkeeper devchain\n' +
      '  $ roundkeeper devchain --block-time 250ms --persist my-chain\n' +
      '  $ roundkeeper devchain --register 5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty\n' +
      '  $ curl -H content-type:application/json http://127.0.0.1:9944 \\\n' +
      '      -d \'{"jsonrpc":"2.0","id":1,"method":"dev_produceBlock","params":[3]}\'     three blocks, now\n' +
      '\nSee docs/devchain.md for how far it agrees with the real chain, and how to make it misbehave.\n',
  )
  .action(async (options: Options) => {
    using stop = stopSignal(undefined)
    await run(options, options.json ? new JsonReport() : new HumanReport(), stop.signal)
  })

async function run(options: Options, report: Report, signal: AbortSignal): Promise<void> {
  const { refuseOthers } = await import('../chain/dev/server.ts')
  const { openDevChain } = await import('../chain/dev/dev-chain.ts')
  const { extrinsicsIn } = await import('../chain/dev/logged-extrinsics.ts')
  const { watchBlocks } = await import('../chain/dev/watch-blocks.ts')
  const { readMetadata } = await import('../chain/dev/metadata-file.ts')
  const { wellKnownAccounts } = await import('../chain/dev/well-known.ts')
  const { blockTime, netuid, seed, persist, register = [], keepStates, port, host, openToOthers = false } = options
  refuseOthers({ host, openToOthers })
  const clock = new SystemClock()
  const manual = blockTime === 'manual'
  const folder = persist === undefined ? undefined : resolve(persist)
  await using chain = await openDevChain({
    clock,
    manual,
    finalityLag: options.finalityLag,
    genesis: {
      ...(netuid !== undefined && { subnets: [{ netuid }] }),
      ...(typeof blockTime === 'number' && { blockMs: blockTime }),
      ...(seed !== undefined && { seed }),
    },
    ...(folder !== undefined && { dir: folder }),
    ...(options.metadata && { metadata: await Promise.all(options.metadata.map(readMetadata)) }),
    ...(keepStates !== undefined && { keepStates }),
    onFailure: (error) => printError(error, debugging()),
  })
  const { node } = chain
  if (folder !== undefined) refuseAnother(node, options, folder)
  const subnet = netuid ?? node.genesis.subnets[0]!.netuid
  registerAll(node, subnet, register)
  const { url } = await chain.listen({ port, host, openToOthers })
  const tellOfLead = manual ? () => undefined : leadOf(node, clock, report)
  watchBlocks(node, {
    made: (block) => {
      report.block(block, extrinsicsIn(node.runtime, node, block.hash))
      tellOfLead()
    },
    left: (first, left) => report.left(first, left),
  })
  report.begins({
    url,
    genesis: node.genesisHash,
    netuid: subnet,
    blockMs: manual ? undefined : node.genesis.blockMs,
    finalityLag: options.finalityLag,
    block: node.head().number,
    folder,
    accounts: wellKnownAccounts(node.genesis, subnet),
    registered: register,
  })
  tellOfLead()
  await aborted(signal)
  report.ends(node.head().number)
}

/** What a folder keeps has begun already: it can be told nothing else about how. @throws `usage` */
function refuseAnother({ genesis }: DevNode, { seed, netuid, blockTime }: Options, folder: string): void {
  const kept = [
    ['--seed', seed, genesis.seed],
    ['--block-time', blockTime === 'manual' ? undefined : blockTime, genesis.blockMs],
    ['--netuid', netuid, genesis.subnets.find((subnet) => subnet.netuid === netuid)?.netuid ?? 'another'],
  ] as const
  const [wrong] = kept.filter(([, asked, has]) => asked !== undefined && asked !== has)
  if (wrong === undefined) return
  const [option, asked, has] = wrong
  throw new RoundkeeperError('usage', `the folder keeps another chain: ${option} is ${has} there, not ${asked}`, {
    where: folder,
    hint: `Leave out ${option}, or name another folder.`,
  })
}

/** In one block, made at once. Those that are registered already stay so. */
function registerAll(node: DevNode, netuid: number, hotkeys: readonly string[]): void {
  const asked = hotkeys.filter((hotkey) => {
    try {
      node.register(netuid, hotkey)
      return true
    } catch (error) {
      if (error instanceof Error && error.message.includes('HotKeyAlreadyRegisteredInSubNet')) return false
      throw error
    }
  })
  if (asked.length > 0) node.produceBlocks(1)
}

/** Tells of a head that the clock has yet to reach: once when blocks are made ahead, however many at once. */
function leadOf(node: DevNode, clock: Clock, report: Report): () => void {
  let waiting = false
  return () => {
    if (waiting) return
    waiting = true
    // All that were asked for are made by then.
    setImmediate(() => {
      waiting = false
      const [head, now] = [node.head(), clock.now()]
      if (head.timeMs - now.getTime() > LEAD_BLOCKS * node.genesis.blockMs) {
        report.ahead(head.number, new Date(head.timeMs), now)
      }
    })
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

function count(what: string, most: number, least = 0): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`expected ${what} from ${least} to ${most}`)
  }
}

function blockTime(text: string): number | 'manual' {
  if (text === 'manual') return text
  const [, digits, unit] = /^(\d{1,7})(ms|s)$/.exec(text) ?? []
  const ms = Number(digits) * (unit === 's' ? 1000 : 1)
  if (ms >= FASTEST_MS && ms <= SLOWEST_MS) return ms
  throw new InvalidArgumentError(`expected a time such as 250ms or 12s, from ${FASTEST_MS}ms to an hour, or manual`)
}

function hotkeys(address: string, before: readonly string[] = []): readonly string[] {
  if (publicKeyOf(address) !== undefined) return [...before, address]
  throw new InvalidArgumentError(`not an address: ${address.slice(0, 100)}`)
}
