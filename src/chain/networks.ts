/** Bittensor's networks by name. All of them call themselves `Bittensor`: only the genesis hash tells them apart. */
import { RoundkeeperError } from '../errors.ts'
import { type DrandNetwork, quicknet } from '../rules/drand.ts'

export interface Network {
  readonly name: string
  /** Tried in this order. */
  readonly endpoints: readonly string[]
  /** Nodes that still have the state of old blocks, asked when the others have not. */
  readonly archives: readonly string[]
  /** `0x` and 64 hex digits; undefined where every chain of that name is another one. */
  readonly genesis: string | undefined
}

export const FINNEY_GENESIS = '0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03'
const ARCHIVE = 'wss://archive.chain.opentensor.ai:443'

const networks: readonly Network[] = [
  {
    name: 'finney',
    endpoints: ['wss://entrypoint-finney.opentensor.ai:443', 'wss://lite.sub.latent.to:443'],
    archives: [ARCHIVE],
    genesis: FINNEY_GENESIS,
  },
  { name: 'archive', endpoints: [ARCHIVE], archives: [ARCHIVE], genesis: FINNEY_GENESIS },
  { name: 'latent-lite', endpoints: ['wss://lite.sub.latent.to:443'], archives: [ARCHIVE], genesis: FINNEY_GENESIS },
  {
    name: 'test',
    endpoints: ['wss://test.finney.opentensor.ai:443'],
    archives: [],
    genesis: '0x8f9cf856bf558a14440e75569c9e58594757048d7b3a84b5d25f6bd978263105',
  },
  { name: 'local', endpoints: ['ws://127.0.0.1:9944'], archives: [], genesis: undefined },
]

export const NETWORK_NAMES = networks.map(({ name }) => name)

/** The drand network that a public chain follows, whatever a node of it says; undefined where every chain has its own. */
export const drandOfChain = (genesisHash: string): DrandNetwork | undefined =>
  networks.some(({ genesis }) => genesis === genesisHash) ? quicknet : undefined

/**
 * @param text a network's name, or ws:// and wss:// URLs with commas between them
 * @throws `usage` for anything else
 */
export function networkOf(text: string): Network {
  const known = networks.find(({ name }) => name === text.trim())
  if (known !== undefined) return known
  const endpoints = text.split(',').map((part) => part.trim())
  for (const endpoint of endpoints) {
    if (/^wss?:$/.test(URL.parse(endpoint)?.protocol ?? '')) continue
    throw new RoundkeeperError('usage', `not a network and not the address of a node: ${JSON.stringify(endpoint)}`, {
      where: JSON.stringify(text.slice(0, 200)),
      hint: `Use ${NETWORK_NAMES.join(', ')}, or ws:// and wss:// URLs with commas between them.`,
    })
  }
  return { name: endpoints[0]!, endpoints, archives: [], genesis: undefined }
}
