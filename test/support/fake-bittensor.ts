import type { Bittensor } from '../../src/chain/bittensor/bittensor.ts'
import type { Block, Reveal } from '../../src/chain/chain.ts'
import {
  type Data,
  DEFAULT_MAX_SPACE,
  REVEALS_KEPT,
  type Registration,
  spaceOf,
} from '../../src/chain/commitment-data.ts'
import { decodePayload } from '../../src/chain/reveal-payload.ts'
import type { ChainBeacon, Hyperparameters, Metagraph, Neuron } from '../../src/chain/subnets.ts'
import { beaconOf } from '../../src/chain/timelock/pulse.ts'
import { decrypt } from '../../src/chain/timelock/timelock.ts'
import type { Receipt } from '../../src/chain/transactions.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { drandRoundAt } from '../../src/rules/drand.ts'
import type { Keypair } from '../../src/wallet/keypair.ts'
import { USUAL_SUBNET } from './usual-subnet.ts'

export const FAKE_NETUID = 17
const TEMPO = 360
const GENESIS_MS = Date.UTC(2026, 1, 2)
const beacon = beaconOf('fake bittensor')
const pace = { genesisMs: GENESIS_MS - 3_000_000, periodMs: 3_000 }

/**
 * One subnet in memory, with the chain's own manners: one slot a hotkey, timelocks that open when their pulse is there, ten
 * reveals kept, space that runs out. Blocks come when a test says so; a commitment takes one of its own.
 */
export class FakeBittensor implements Bittensor {
  readonly network = 'fake'
  readonly genesisHash = `0x${'0'.repeat(64)}`
  readonly blockMs: number
  /** Lets the chain miss drand's pulses. */
  pulses = true
  /** What was asked to be sent. */
  sent = 0
  readonly locks = new Map<string, bigint>()
  readonly owners = new Map<string, string>()
  #number: number
  #lastRound = 0
  readonly #neurons: Neuron[] = []
  readonly #held = new Map<string, Registration>()
  readonly #reveals: Reveal[] = []
  readonly #used = new Map<string, { epoch: number; bytes: number }>()

  constructor({ number = 1000, blockMs = 12_000 } = {}) {
    this.#number = number
    this.blockMs = blockMs
    this.#storePulses()
  }

  register(hotkey: string, { coldkey = `coldkey of ${hotkey}`, registeredAt = 1 } = {}): void {
    const uid = this.#neurons.length
    const rest = { stake: 0n, validatorPermit: false, active: true, lastUpdate: 0 }
    this.#neurons.push({ uid, hotkey, coldkey, registeredAt, ...rest })
    this.owners.set(hotkey, coldkey)
  }

  /** What a miner of another tool commits, already revealed. */
  reveal(hotkey: string, text: string, block = this.#number): void {
    this.#reveals.push({ hotkey, text, block })
  }

  mine(blocks = 1): void {
    for (let n = 0; n < blocks; n++) {
      this.#number += 1
      for (const [hotkey, held] of this.#held) this.#open(hotkey, held)
      this.#storePulses()
    }
  }

  /** The time at which the newest block was made. */
  get now(): Date {
    return new Date(GENESIS_MS + this.#number * this.blockMs)
  }

  async head(): Promise<Block> {
    return this.#block(this.#number)
  }

  async block(number: number): Promise<Block> {
    if (number <= this.#number && number > 0) return this.#block(number)
    throw new RoundkeeperError('not-found', `there is no block ${number}`)
  }

  async reveals(_netuid: number, atBlock: number): Promise<Reveal[]> {
    const visible = this.#reveals.filter(({ block }) => block <= atBlock)
    return [...Map.groupBy(visible, ({ hotkey }) => hotkey).values()].flatMap((own) => own.slice(-REVEALS_KEPT))
  }

  async registrations(): Promise<ReadonlyMap<string, number>> {
    return new Map(this.#neurons.map(({ hotkey, registeredAt }) => [hotkey, registeredAt]))
  }

  async randomness(): Promise<undefined> {
    return undefined
  }

  async metagraph(netuid: number): Promise<Metagraph> {
    const [ownerHotkey, ownerColdkey] = [undefined, undefined]
    return { netuid, block: await this.head(), ownerHotkey, ownerColdkey, neurons: [...this.#neurons] }
  }

  async hyperparameters(): Promise<Hyperparameters> {
    const lastEpochBlock = this.#epoch() * TEMPO
    return {
      block: this.#number,
      epochs: { tempo: TEMPO, lastEpochBlock, pendingEpochAt: 0, blocksSinceLastStep: this.#number - lastEpochBlock },
      ...USUAL_SUBNET,
    }
  }

  async commitment(_netuid: number, hotkey: string): Promise<Registration | undefined> {
    return this.#held.get(hotkey)
  }

  async commitments() {
    return [...this.#held].map(([hotkey, commitment]) => ({ hotkey, commitment }))
  }

  async commitSpace(_netuid: number, hotkey: string) {
    const used = this.#used.get(hotkey)
    return { used: used?.epoch === this.#epoch() ? used.bytes : 0, max: DEFAULT_MAX_SPACE }
  }

  async ownerOf(hotkey: string): Promise<string | undefined> {
    return this.owners.get(hotkey)
  }

  async weights(): Promise<undefined> {
    return undefined
  }

  async locked(_netuid: number, coldkey: string): Promise<bigint> {
    return this.locks.get(coldkey) ?? 0n
  }

  async beacon(): Promise<ChainBeacon> {
    return { publicKey: beacon.publicKey, ...pace, hash: '00', lastRound: this.#lastRound }
  }

  async setCommitment(hotkey: Keypair, netuid: number, fields: readonly Data[]): Promise<Receipt> {
    const who = hotkey.address
    this.sent += 1
    if (!this.#neurons.some((neuron) => neuron.hotkey === who)) {
      throw new RoundkeeperError('refused', 'Commitments.AccountNotAllowedCommit')
    }
    const { used, max } = await this.commitSpace(netuid, who)
    const bytes = used + spaceOf(fields)
    if (bytes > max) throw new RoundkeeperError('refused', 'Commitments.SpaceLimitExceeded')
    this.mine()
    this.#used.set(who, { epoch: this.#epoch(), bytes })
    this.#held.set(who, { deposit: 0n, block: this.#number, fields })
    const { hash, number } = this.#block(this.#number)
    return { extrinsicHash: `0x${'e'.repeat(64)}`, blockHash: hash, blockNumber: number }
  }

  setWeights = notThere
  commitTimelockedWeights = notThere
  burnedRegister = notThere

  async [Symbol.asyncDispose](): Promise<void> {}

  #open(hotkey: string, { deposit, block, fields }: Registration): void {
    const left = fields.filter((field) => field.kind !== 'timelock' || field.revealRound > this.#lastRound)
    for (const field of fields) {
      if (left.includes(field) || field.kind !== 'timelock') continue
      const opened = decrypt(field.encrypted, beacon.pulse(Number(field.revealRound)).signature)
      const text = opened.ok && opened.value.length > 0 ? decodePayload(opened.value) : undefined
      if (text?.ok) this.reveal(hotkey, text.value)
    }
    if (left.length === 0) this.#held.delete(hotkey)
    else this.#held.set(hotkey, { deposit, block, fields: left })
  }

  #storePulses(): void {
    if (this.pulses) this.#lastRound = drandRoundAt(pace, this.now)
  }

  #epoch = () => Math.floor(this.#number / TEMPO)

  #block = (number: number): Block => ({
    number,
    hash: `0x${number.toString(16).padStart(64, '0')}`,
    time: new Date(GENESIS_MS + number * this.blockMs),
  })
}

const notThere = (): Promise<never> => Promise.reject(new Error('the fake does nothing but commitments'))
