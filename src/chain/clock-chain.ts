import { createHash } from 'node:crypto'
import type { Clock } from '../engine/clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { drandPublicKey, drandRoundTime, quicknet } from '../rules/drand.ts'
import type { RandomnessSource } from '../state/schedule.ts'
import type { Block, Chain, Randomness, Reveal } from './chain.ts'
import { appendReveal, createChainFile, readChainFile } from './clock-chain-file.ts'
import { REVEALS_KEPT } from './commitment-data.ts'

/** A committed text is revealed this many blocks later. */
const REVEAL_DELAY_BLOCKS = 2

export interface ClockChainOptions {
  /** When the first block was made. */
  readonly genesis: Date
  readonly blockSeconds?: number
  readonly firstBlock?: number
  /** All hashes and random values follow from it. */
  readonly seed: string
  readonly clock: Clock
  /** Hashes of particular blocks, `0x` and 64 lower-case hex digits, instead of those made from the seed. */
  readonly hashes?: Readonly<Record<number, string>>
}

/**
 * A chain that needs no network: blocks come with the clock, hashes and random values from a seed. It carries one
 * subnet, whatever its netuid. With a file, several processes and later runs see the same chain.
 */
export class ClockChain implements Chain {
  readonly network = 'clock'
  readonly #genesisMs: number
  readonly #blockMs: number
  readonly #firstBlock: number
  readonly #seed: string
  readonly #clock: Clock
  readonly #hashes: Readonly<Record<number, string>>
  readonly #file: string | undefined
  readonly #reveals: Reveal[] = []

  constructor(options: ClockChainOptions, file?: string) {
    this.#genesisMs = options.genesis.getTime()
    this.#blockMs = (options.blockSeconds ?? 12) * 1000
    this.#firstBlock = options.firstBlock ?? 1
    this.#seed = options.seed
    this.#clock = options.clock
    this.#hashes = options.hashes ?? {}
    this.#file = file
  }

  /** @throws `usage` when the file is there already, `unavailable` */
  static async create(file: string, options: ClockChainOptions): Promise<ClockChain> {
    await createChainFile(file, {
      format: 'roundkeeper-clock-chain/1',
      genesis: options.genesis.toISOString(),
      block_seconds: options.blockSeconds ?? 12,
      first_block: options.firstBlock ?? 1,
      seed: options.seed,
      hashes: { ...options.hashes },
    })
    return ClockChain.open(file, options.clock)
  }

  /** @throws `not-found`, `state-file` when it is damaged, `unavailable` */
  static async open(file: string, clock: Clock): Promise<ClockChain> {
    const { header } = await readChainFile(file)
    return new ClockChain(
      {
        genesis: new Date(header.genesis),
        blockSeconds: header.block_seconds,
        firstBlock: header.first_block,
        seed: header.seed,
        hashes: header.hashes,
        clock,
      },
      file,
    )
  }

  async head(): Promise<Block> {
    const number = this.#headNumber()
    if (number >= this.#firstBlock) return this.#block(number)
    throw new RoundkeeperError('unavailable', 'the clock chain has not begun', {
      where: this.network,
      hint: `Its first block comes at ${new Date(this.#genesisMs).toISOString()}.`,
    })
  }

  async block(number: number): Promise<Block> {
    if (this.#exists(number)) return this.#block(number)
    throw new RoundkeeperError('not-found', `there is no block ${number}`, {
      where: this.network,
      hint: `The chain has blocks ${this.#firstBlock} to ${this.#headNumber()}.`,
    })
  }

  /** Hotkeys in the order of their first reveal to be recorded, each one's reveals oldest first. */
  async reveals(_netuid: number, atBlock: number): Promise<Reveal[]> {
    await this.block(atBlock)
    const all = this.#file === undefined ? this.#reveals : (await readChainFile(this.#file)).reveals
    const visible = distinct(all.filter((reveal) => reveal.block <= atBlock))
    return [...Map.groupBy(visible, (reveal) => reveal.hotkey).values()].flatMap((own) =>
      own.toSorted((a, b) => a.block - b.block).slice(-REVEALS_KEPT),
    )
  }

  async registrations(): Promise<undefined> {
    return undefined
  }

  /** Drand rounds are those of a network of its own, `beaconOf(seed)`, which keeps quicknet's time. */
  async randomness(source: RandomnessSource): Promise<Randomness | undefined> {
    if (source.kind === 'block') {
      return this.#exists(source.block) ? { value: this.#block(source.block).hash.slice(2) } : undefined
    }
    const key = drandPublicKey(source.chain)
    const { beaconOf } = await import('./timelock/pulse.ts')
    const beacon = beaconOf(this.#seed)
    if (key !== beacon.publicKey) {
      throw new RoundkeeperError('usage', `the clock chain knows no values of the drand network ${source.chain}`, {
        where: this.network,
        hint: `Let config.json say "randomness": "block", or name the chain's own network, ${beacon.publicKey}, in "drand".`,
      })
    }
    if (source.round < 1 || drandRoundTime(quicknet, source.round) > this.#clock.now()) return undefined
    const { randomness, signature } = beacon.pulse(source.round)
    return { value: Buffer.from(randomness).toString('hex'), signature: Buffer.from(signature).toString('hex') }
  }

  /**
   * What a miner's commit-reveal does: the text shows from `block` on, two blocks after the head unless told otherwise.
   * @throws `unavailable`
   */
  async reveal(hotkey: string, text: string, block = this.#headNumber() + REVEAL_DELAY_BLOCKS): Promise<Reveal> {
    const reveal: Reveal = { hotkey, block, text }
    if (this.#file === undefined) this.#reveals.push(reveal)
    else await appendReveal(this.#file, reveal)
    return reveal
  }

  #headNumber(): number {
    return Math.floor((this.#clock.now().getTime() - this.#genesisMs) / this.#blockMs) + this.#firstBlock
  }

  #exists(number: number): boolean {
    return Number.isInteger(number) && number >= this.#firstBlock && number <= this.#headNumber()
  }

  #block(number: number): Block {
    return {
      number,
      hash: this.#hashes[number] ?? `0x${this.#digest(number)}`,
      time: new Date(this.#genesisMs + (number - this.#firstBlock) * this.#blockMs),
    }
  }

  #digest(block: number): string {
    return createHash('sha256').update(`block/${block}/${this.#seed}`).digest('hex')
  }
}

/** A hotkey has one slot: the same text in the same block is one reveal, however often it was handed in. */
function distinct(reveals: readonly Reveal[]): Reveal[] {
  return [...new Map(reveals.map((reveal) => [`${reveal.hotkey} ${reveal.block} ${reveal.text}`, reveal])).values()]
}
