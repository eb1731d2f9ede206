import type { Block } from '../../src/chain/chain.ts'
import type { Hyperparameters, Metagraph, Neuron } from '../../src/chain/subnets.ts'
import { beaconOf } from '../../src/chain/timelock/pulse.ts'
import { decrypt } from '../../src/chain/timelock/timelock.ts'
import type { Receipt, TimelockedWeights } from '../../src/chain/transactions.ts'
import { decodeTimelockedWeights } from '../../src/chain/weights-payload.ts'
import type { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { drandRoundAt, drandRoundTime } from '../../src/rules/drand.ts'
import type { Weights } from '../../src/rules/weights.ts'
import type { ValidatorChain } from '../../src/validator/validator-chain.ts'
import type { Keypair } from '../../src/wallet/keypair.ts'
import { USUAL_SUBNET } from './usual-subnet.ts'

const BLOCK_MS = 12_000
const beacon = beaconOf('fake subnet')

interface Commit extends TimelockedWeights {
  readonly uid: number
  readonly block: number
}

/** What validators see of a subnet, in memory: blocks by a clock, epochs by tempo, and the checks that the chain makes of weights. */
export class FakeSubnet implements ValidatorChain {
  readonly genesisHash = `0x${'f'.repeat(64)}`
  readonly neurons: Neuron[] = []
  ownerHotkey: string | undefined
  /** What differs from a subnet with weights in the open. */
  subnet: Partial<Hyperparameters> = {}
  tempo = 360
  /** What was sent, accepted or not. */
  sent = 0
  /** What becomes of what is sent next: it is taken, and the answer lost; it never gets there; it is refused. */
  readonly mischief: ('lost' | 'never-sent' | 'refused')[] = []
  /** Blocks until what is sent comes to lie in one, besides that one. */
  delay = 0
  readonly #clock: VirtualClock
  readonly #genesis: number
  readonly #weights = new Map<number, Weights>()
  #commits: Commit[] = []

  constructor(clock: VirtualClock, block = 10_000) {
    this.#clock = clock
    this.#genesis = clock.now().getTime() - block * BLOCK_MS
  }

  get head(): number {
    return Math.floor((this.#clock.now().getTime() - this.#genesis) / BLOCK_MS)
  }

  register(hotkey: string, changes: Partial<Neuron> = {}): number {
    const uid = this.neurons.length
    const rest = { stake: 1_000_000n, validatorPermit: true, active: true, lastUpdate: 0, registeredAt: 0 }
    this.neurons.push({ uid, hotkey, coldkey: `cold ${hotkey}`, ...rest, ...changes })
    return uid
  }

  change(hotkey: string, changes: Partial<Neuron>): void {
    const at = this.neurons.findIndex((neuron) => neuron.hotkey === hotkey)
    this.neurons[at] = { ...this.neurons[at]!, ...changes }
  }

  lastUpdateOf = (hotkey: string) => this.neurons.find((neuron) => neuron.hotkey === hotkey)?.lastUpdate

  /** Moves the clock on. */
  mine(blocks = 1): void {
    this.#clock.advance(blocks * BLOCK_MS)
  }

  async block(number: number): Promise<Block> {
    return { number, hash: `0x${number.toString(16).padStart(64, '0')}`, time: this.#timeOf(number) }
  }

  async metagraph(netuid: number): Promise<Metagraph> {
    const block = await this.block(this.head)
    return { netuid, block, ownerHotkey: this.ownerHotkey, ownerColdkey: undefined, neurons: [...this.neurons] }
  }

  async hyperparameters(): Promise<Hyperparameters> {
    const { head: block, tempo } = this
    const since = tempo === 0 ? block : block % tempo
    return {
      block,
      epochs: { tempo, lastEpochBlock: block - since, pendingEpochAt: 0, blocksSinceLastStep: since },
      ...USUAL_SUBNET,
      ...this.subnet,
    }
  }

  async weights(_netuid: number, uid: number): Promise<Weights | undefined> {
    this.#reveal()
    return this.#weights.get(uid)
  }

  async beacon() {
    const pace = this.#pace()
    return { publicKey: beacon.publicKey, ...pace, hash: '00', lastRound: drandRoundAt(pace, this.#clock.now()) }
  }

  async setWeights(hotkey: Keypair, _netuid: number, weights: Weights, versionKey: bigint): Promise<Receipt> {
    return this.#submit(hotkey, false, versionKey, ({ uid }) => void this.#weights.set(uid, weights))
  }

  async commitTimelockedWeights(hotkey: Keypair, _netuid: number, commit: TimelockedWeights): Promise<Receipt> {
    const { lastRound } = await this.beacon()
    if (commit.revealRound < lastRound) throw refusal('InvalidRevealRound')
    return this.#submit(hotkey, true, undefined, ({ uid }, block) => void this.#commits.push({ ...commit, uid, block }))
  }

  async #submit(
    { address }: Keypair,
    isCommit: boolean,
    versionKey: bigint | undefined,
    take: (neuron: Neuron, block: number) => void,
  ): Promise<Receipt> {
    this.sent += 1
    const mischief = this.mischief.shift()
    if (mischief === 'never-sent') throw new RoundkeeperError('unavailable', 'no node could be reached')
    if (mischief === 'refused') throw refusal('NotEnoughStakeToSetWeights')
    this.#reveal()
    this.mine(1 + this.delay)
    const { head: block } = this
    const subnet = await this.hyperparameters()
    const neuron = this.neurons.find(({ hotkey }) => hotkey === address)
    if (isCommit !== subnet.commitRevealWeights)
      throw refusal(isCommit ? 'CommitRevealDisabled' : 'CommitRevealEnabled')
    if (neuron === undefined) throw refusal('HotKeyNotRegisteredInSubNet')
    if (versionKey !== undefined && versionKey < subnet.weightsVersionKey) throw refusal('IncorrectWeightVersionKey')
    const isTooFast = neuron.lastUpdate > 0 && block - neuron.lastUpdate < subnet.weightsRateLimit
    if (isTooFast) throw refusal(isCommit ? 'CommittingWeightsTooFast' : 'SettingWeightsTooFast')
    if (!neuron.validatorPermit) throw refusal('NeuronNoValidatorPermit')
    take(neuron, block)
    this.change(address, { lastUpdate: block })
    if (mischief === 'lost') throw new RoundkeeperError('unavailable', 'nobody knows what became of the extrinsic')
    return { extrinsicHash: `0x${'e'.repeat(64)}`, blockHash: `0x${'b'.repeat(64)}`, blockNumber: block }
  }

  /** In the first block of the epoch after a commit's in which its pulse is there; what comes later is dropped. */
  #reveal(): void {
    this.#commits = this.#commits.filter(({ uid, block, encrypted, revealRound }) => {
      const epoch = block - (block % this.tempo) + this.tempo
      const published = drandRoundTime(this.#pace(), revealRound).getTime()
      const due = Math.max(epoch, Math.ceil((published - this.#genesis) / BLOCK_MS))
      if (due >= epoch + this.tempo) return false
      if (due > this.head) return true
      const opened = decrypt(encrypted, beacon.pulse(revealRound).signature)
      const read = opened.ok ? decodeTimelockedWeights(opened.value) : opened
      if (read.ok) this.#weights.set(uid, { uids: read.value.uids, values: read.value.values })
      return false
    })
  }

  #timeOf = (block: number) => new Date(this.#genesis + block * BLOCK_MS)
  #pace = () => ({ genesisMs: this.#genesis, periodMs: 3000 })
}

const refusal = (name: string) => new RoundkeeperError('refused', `SubtensorModule.${name}`)
