import { RoundkeeperError } from '../../errors.ts'
import { type Network, networkOf } from '../networks.ts'
import type { Bittensor, BittensorOptions } from './bittensor.ts'
import { Connection } from './connection.ts'
import { openProvider } from './provider-link.ts'
import { Reader } from './reader.ts'
import type { Node } from './session.ts'
import { openSocket } from './socket-link.ts'
import { Transactor } from './transactor.ts'

const TIMEOUT_MS = 30_000

/**
 * Connects to the first node that answers.
 * @throws `usage`, `unavailable` when none answers in time, `refused` when another chain does
 */
export async function openBittensor(options: BittensorOptions): Promise<Bittensor> {
  const { timeoutMs = TIMEOUT_MS, finality = 'finalized', provider } = options
  if (!Number.isFinite(timeoutMs) || timeoutMs <= 0) {
    throw new RoundkeeperError('usage', `not a time to wait: ${timeoutMs} ms`, {
      where: 'timeoutMs',
      hint: 'Give milliseconds, more than 0.',
    })
  }
  const network: Network =
    provider === undefined
      ? networkOf(options.endpoint)
      : { name: options.endpoint, endpoints: [], archives: [], genesis: undefined }
  const genesisHash = options.genesisHash ?? network.genesis
  const name = shown(network.name)
  const common = { network: name, genesisHash, timeoutMs }
  const nodes: readonly Node[] =
    provider === undefined
      ? network.endpoints.map(nodeAt)
      : [{ endpoint: options.endpoint, open: (ms) => openProvider(provider(), options.endpoint, ms) }]
  const archives = network.archives.filter((each) => !network.endpoints.includes(each))
  const connection = new Connection({ ...common, nodes })
  const archive = archives.length === 0 ? undefined : new Connection({ ...common, nodes: archives.map(nodeAt) })
  try {
    await connection.session()
  } catch (error) {
    await connection[Symbol.asyncDispose]()
    throw error
  }
  return assembled(
    connection,
    archive,
    new Reader({ network: { ...network, name }, connection, archive, finality }),
    timeoutMs,
  )
}

function assembled(connection: Connection, archive: Connection | undefined, reader: Reader, timeoutMs: number) {
  const transactor = new Transactor(connection, timeoutMs)
  const bittensor: Bittensor = {
    network: reader.network,
    genesisHash: connection.genesisHash,
    head: () => reader.head(),
    block: (...args) => reader.block(...args),
    reveals: (...args) => reader.reveals(...args),
    registrations: (...args) => reader.registrations(...args),
    randomness: (...args) => reader.randomness(...args),
    metagraph: (...args) => reader.metagraph(...args),
    hyperparameters: (...args) => reader.hyperparameters(...args),
    commitment: (...args) => reader.commitment(...args),
    commitments: (...args) => reader.commitments(...args),
    commitSpace: (...args) => reader.commitSpace(...args),
    ownerOf: (...args) => reader.ownerOf(...args),
    weights: (...args) => reader.weights(...args),
    locked: (...args) => reader.locked(...args),
    beacon: () => reader.beacon(),
    setCommitment: (...args) => transactor.setCommitment(...args),
    setWeights: (...args) => transactor.setWeights(...args),
    commitTimelockedWeights: (...args) => transactor.commitTimelockedWeights(...args),
    burnedRegister: (...args) => transactor.burnedRegister(...args),
    async [Symbol.asyncDispose]() {
      await Promise.all([connection[Symbol.asyncDispose](), archive?.[Symbol.asyncDispose]()])
    },
  }
  return bittensor
}

const nodeAt = (url: string): Node => {
  const endpoint = shown(url)
  return { endpoint, open: (ms) => openSocket(url, endpoint, ms) }
}

/** A node's address for messages: passwords and keys that are part of it are nobody else's business. */
function shown(text: string): string {
  const url = URL.parse(text)
  if (url === null || (url.username === '' && url.password === '' && url.search === '')) return text
  url.username = url.password = url.search = ''
  return url.href
}
