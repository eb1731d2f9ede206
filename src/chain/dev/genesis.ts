/**
 * What a dev chain begins with: its pace, accounts and subnets. All of it follows from this, the hash of its genesis first: two
 * chains with different seeds take each other's extrinsics for badly signed.
 */
import { z } from 'zod'
import { RoundkeeperError } from '../../errors.ts'
import { addressOf } from './dev-keys.ts'

/** The pace of the real chain; a faster one has shorter epochs, too. */
const BLOCK_MS = 12_000
const RAO_PER_TAO = 1_000_000_000n
const RICH = 1_000_000n * RAO_PER_TAO
const LESS_RICH = 2_000n * RAO_PER_TAO

/** SS58, or the path of a development key. */
const account = z.string().transform((text, context) => {
  try {
    return addressOf(text)
  } catch {
    context.addIssue(`not an address, nor the path of a development key: ${JSON.stringify(text.slice(0, 100))}`)
    return z.NEVER
  }
})
const rao = z.union([z.bigint(), z.string().regex(/^\d+$/)]).transform(BigInt)
const u16 = z.int().min(0).max(65_535)
const blocks = z.int().nonnegative()

const neuron = z
  .strictObject({
    hotkey: account,
    /** The hotkey itself, if absent. */
    coldkey: account.optional(),
    /** Of the subnet's own token. */
    stake: rao.default(0n),
    validatorPermit: z.boolean().default(false),
    registeredAt: blocks.default(0),
  })
  .transform((each) => ({ ...each, coldkey: each.coldkey ?? each.hotkey }))

const subnet = z.strictObject({
  netuid: u16.min(1).default(17),
  owner: account.prefault('//Owner'),
  /** The first neuron's, if absent. */
  ownerHotkey: account.optional(),
  /** By uid. */
  neurons: z
    .array(neuron)
    .max(4096)
    .prefault([
      { hotkey: '//Owner' },
      { hotkey: '//Alice', stake: 1_000n * RAO_PER_TAO, validatorPermit: true },
      { hotkey: '//Bob' },
      { hotkey: '//Charlie' },
      { hotkey: '//Dave' },
    ]),
  /** 360 at the pace of the real chain, 20 at a faster one. */
  tempo: u16.optional(),
  weightsRateLimit: blocks.default(5),
  weightsVersionKey: rao.default(0n),
  minAllowedWeights: u16.default(1),
  maxWeightsLimit: u16.default(65_535),
  commitRevealWeights: z.boolean().default(false),
  revealPeriodEpochs: blocks.default(1),
  maxUids: u16.default(256),
  maxValidators: u16.default(64),
  immunityBlocks: u16.default(4096),
  /** What a registration costs. */
  burn: rao.default(RAO_PER_TAO / 1000n),
})

const schema = z.strictObject({
  seed: z.string().default('roundkeeper'),
  network: z.string().default('dev'),
  /** Milliseconds between blocks. */
  blockMs: z.int().min(1).default(BLOCK_MS),
  /** The first one that is made: before it there is a parent, as clients ask for, and the genesis, and nothing between. */
  firstBlock: z
    .int()
    .min(2)
    .max(2 ** 31)
    .default(2),
  /** When the first block is made, ms since 1970. */
  timeMs: z.int().nonnegative(),
  /** Of drand's rounds, which begin with the chain: 3, or 1 where blocks are faster than that. */
  beaconSeconds: z.int().min(1).optional(),
  sudo: account.prefault('//Alice'),
  accounts: z
    .array(z.strictObject({ address: account, rao }))
    .prefault([
      ...['//Alice', '//Bob', '//Charlie'].map((address) => ({ address, rao: RICH })),
      ...['//Dave', '//Eve', '//Ferdie', '//Owner'].map((address) => ({ address, rao: LESS_RICH })),
    ]),
  subnets: z.array(subnet).prefault([{}]),
  /** Least stake that sets weights. */
  stakeThreshold: rao.default(0n),
})

export type DevGenesis = Readonly<z.output<typeof schema>>
export type DevSubnet = DevGenesis['subnets'][number]
/** What is absent has a default; only the time has none. */
export type DevGenesisInput = z.input<typeof schema>

/** @throws `usage` */
export function devGenesis(input: DevGenesisInput): DevGenesis {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new RoundkeeperError('usage', `a dev chain cannot begin like this: ${issue?.message}`, {
    where: issue?.path.join('.') ?? 'genesis',
    hint: 'Correct it, or leave it out for its default.',
  })
}

export const tempoOf = ({ blockMs }: DevGenesis, { tempo }: DevSubnet): number =>
  tempo ?? (blockMs < BLOCK_MS ? 20 : 360)

export const beaconSecondsOf = ({ beaconSeconds, blockMs }: DevGenesis): number =>
  beaconSeconds ?? (blockMs < 3000 ? 1 : 3)

/** As JSON that `devGenesis` reads again: of the same genesis always the same text, in whatever order it was given. */
export const genesisJson = (genesis: DevGenesis): string =>
  JSON.stringify(genesis, (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString()
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
