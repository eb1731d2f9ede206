/**
 * The node of the dev chain: blocks come with a clock or on demand, extrinsics wait in a pool, and a folder keeps it all, if there
 * is one. Nothing is played: what it answers is what the runtime's rules make of signed extrinsics.
 */
import { createHash } from 'node:crypto'
import type { Clock } from '../../engine/clock.ts'
import { Announcements } from './announcements.ts'
import { callApi } from './apis/call-api.ts'
import { type Act, perform } from './blocks/acts.ts'
import type { DevBlock } from './blocks/block.ts'
import { ChainMaker } from './blocks/chain-maker.ts'
import type { DevControls } from './dev-controls.ts'
import { addressOf } from './dev-keys.ts'
import { type DevGenesis, type DevGenesisInput, devGenesis } from './genesis.ts'
import { ChainLog } from './log/chain-log.ts'
import { replay } from './log/replay.ts'
import { devMetadata, METADATA_VERSIONS } from './metadata/index.ts'
import { accountOf } from './pallets/accounts.ts'
import { admit } from './pool/admission.ts'
import { Pool } from './pool/pool.ts'
import { Producer } from './producer.ts'
import { Runtime } from './runtime/runtime.ts'
import { type Hex, type NodeBlock, NodeError, type NodeEvents, type SubstrateNode } from './substrate-node.ts'

export interface DevNodeOptions {
  readonly clock: Clock
  /** How the chain begins: at the clock's time, unless it says otherwise. What is absent has a default. */
  readonly genesis?: Partial<DevGenesisInput>
  /** Blocks come only when `produceBlocks` is called. */
  readonly manual?: boolean
  /** So many blocks behind the head is the last final one; 1 unless told otherwise. */
  readonly finalityLag?: number
  /** Of a real runtime, in as many versions as there are; ours unless told otherwise. */
  readonly metadata?: readonly Uint8Array[]
  /** The folder that keeps the chain, and may hold one, whatever `genesis` says. Without it, the chain ends with the process. */
  readonly dir?: string
  /** Told of what a call threw that no rule of the runtime foresees; the call fails with `Other`, and the chain goes on. */
  readonly onFailure?: (error: unknown) => void
}

const FINALITY_LAG = 1
/** A chain that nobody looked at for longer goes on from now, as if it had been stalled. */
const MOST_AT_ONCE = 500_000

export class DevNode implements SubstrateNode, DevControls, Disposable {
  readonly #chain: ChainMaker
  readonly #clock: Clock
  readonly #manual: boolean
  readonly #log: ChainLog | undefined
  readonly #pool = new Pool()
  readonly #announcements = new Announcements()
  readonly #producer: Producer
  #stalled = false
  /** Of the next block, where that is not the regular one. */
  #nextMs: number | undefined

  /** @throws as `ChainLog.open`; `usage` for a chain that cannot begin; `refused` for what is no metadata */
  static async open(options: DevNodeOptions): Promise<DevNode> {
    const runtime = options.metadata === undefined ? ownRuntime() : new Runtime(options.metadata)
    const begin = () => devGenesis({ timeMs: options.clock.now().getTime(), ...options.genesis })
    const chainOf = (genesis: DevGenesis) => new ChainMaker(runtime, genesis, options.onFailure ?? (() => undefined))
    if (options.dir === undefined) return new DevNode(options, chainOf(begin()), undefined)
    const digest = createHash('sha256')
    for (const bytes of runtime.metadata.values()) digest.update(bytes)
    const { genesis, records, log } = ChainLog.open(options.dir, digest.digest('hex'), begin)
    try {
      const chain = chainOf(genesis)
      replay(chain, records)
      return new DevNode(options, chain, log)
    } catch (error) {
      log[Symbol.dispose]()
      throw error
    }
  }

  private constructor(options: DevNodeOptions, chain: ChainMaker, log: ChainLog | undefined) {
    this.#chain = chain
    this.#clock = options.clock
    this.#manual = options.manual ?? false
    this.#log = log
    this.#producer = new Producer({
      chain,
      pool: this.#pool,
      announcements: this.#announcements,
      finalityLag: options.finalityLag ?? FINALITY_LAG,
      write: (entry) => log?.append(entry),
    })
  }

  /** Gives the folder back. */
  [Symbol.dispose](): void {
    this.#log?.[Symbol.dispose]()
  }

  get runtime(): Runtime {
    return this.#chain.runtime
  }

  get metadata(): ReadonlyMap<number, Uint8Array> {
    return this.#chain.runtime.metadata
  }

  get runtimeVersion(): Readonly<Record<string, unknown>> {
    return this.#chain.runtime.version
  }

  get genesis(): DevGenesis {
    return this.#chain.genesis
  }

  get genesisHash(): Hex {
    return this.#chain.store.genesis.hash
  }

  catchUp(): void {
    if (!this.#manual && !this.#stalled) {
      const now = this.#clock.now().getTime()
      if ((now - this.#dueMs) / this.#chain.genesis.blockMs > MOST_AT_ONCE) this.#skipSlots()
      while (this.#dueMs <= now) this.#produce()
    }
    this.#announcements.tell()
  }

  head(): DevBlock {
    return this.#chain.head
  }

  finalizedHead(): NodeBlock {
    return this.#producer.finalized
  }

  hashOf(number: number): Hex | undefined {
    return this.#chain.store.at(number)?.hash
  }

  block(hash: Hex): NodeBlock | undefined {
    return this.#chain.store.byHash(hash)
  }

  extrinsicsOf(hash: Hex): readonly Hex[] {
    const block = this.#chain.store.byHash(hash)
    if (block?.parent === undefined) return []
    return [this.#chain.runtime.timeExtrinsic(block.timeMs), ...block.extrinsics]
  }

  storage(key: Hex, at: Hex): Hex | undefined {
    return this.#chain.bytesAt(this.#at(at)).read(lower(key))
  }

  keys(prefix: Hex, at: Hex): readonly Hex[] {
    return this.#chain.bytesAt(this.#at(at)).keys(lower(prefix))
  }

  call(method: string, data: Hex, at: Hex): Hex {
    const block = this.#at(at)
    const { runtime } = this.#chain
    return callApi({ runtime, state: this.#chain.stateAt(block), block: block.number }, method, data)
  }

  submit(hex: Hex): Hex {
    this.catchUp()
    const { extrinsic, birthHash } = admit(this.#chain, this.#pool, lower(hex))
    const { hash, who } = extrinsic
    const nonce = this.#nonceOf(who)
    const readyBefore = new Set(this.#pool.readyOf(who, nonce))
    const usurped = this.#pool.add(extrinsic, birthHash)
    if (usurped !== undefined) this.#announcements.extrinsic(usurped.extrinsic.hash, { usurped: hash })
    const ready = this.#pool.readyOf(who, nonce)
    if (!ready.some((waiting) => waiting.extrinsic === extrinsic)) this.#announcements.extrinsic(hash, 'future')
    for (const waiting of ready) {
      if (!readyBefore.has(waiting)) this.#announcements.extrinsic(waiting.extrinsic.hash, 'ready')
    }
    this.#announcements.tell()
    return hash
  }

  pending(): readonly Hex[] {
    return this.#pool.ready((who) => this.#nonceOf(who)).map(({ extrinsic }) => extrinsic.hex)
  }

  nextIndex(address: string): number {
    const who = account(address)
    const nonce = this.#nonceOf(who)
    return nonce + this.#pool.readyOf(who, nonce).length
  }

  on<E extends keyof NodeEvents>(event: E, listener: (...args: NodeEvents[E]) => void): () => void {
    return this.#announcements.on(event, listener)
  }

  produceBlocks(count: number): NodeBlock {
    this.catchUp()
    for (let made = 0; made < count; made++) this.#produce()
    this.#producer.settle()
    this.#announcements.tell()
    return this.#chain.head
  }

  setTime(ms: number): void {
    if (!this.#manual) throw new NodeError(-32000, 'the time of this chain comes with its clock')
    if (ms <= this.#chain.head.timeMs) throw new NodeError(-32000, 'time would run back')
    this.#nextMs = ms
  }

  reorg(depth: number, drop = false): NodeBlock {
    this.catchUp()
    const final = this.#chain.head.number - depth < this.#producer.finalized.number
    if (depth < 1 || final) throw new NodeError(-32000, `${depth} blocks cannot be taken back: some of them are final`)
    this.#producer.reorg(depth, drop)
    this.#announcements.tell()
    return this.#chain.head
  }

  stall(stalled: boolean): void {
    this.catchUp()
    if (this.#stalled && !stalled) this.#skipSlots()
    this.#stalled = stalled
  }

  endow(address: string, rao: bigint): void {
    this.#act({ act: 'endow', address: account(address), rao: rao.toString() })
  }

  register(netuid: number, hotkey: string, coldkey = hotkey): void {
    this.#act({ act: 'register', netuid, hotkey: account(hotkey), coldkey: account(coldkey) })
  }

  setStorage(key: Hex, value: Hex | undefined): void {
    const bytes = value === undefined ? null : lower(value)
    // Pallets would trip over it in every block.
    if (bytes !== null && this.runtime.entryOf(lower(key))?.holds(bytes) === false) {
      throw new NodeError(-32602, `not a value of that storage item: ${bytes.slice(0, 100)}`)
    }
    this.#act({ act: 'storage', key: lower(key), value: bytes })
  }

  get #dueMs(): number {
    return this.#nextMs ?? this.#producer.regularMs
  }

  #produce(): void {
    const timeMs = this.#dueMs
    this.#nextMs = undefined
    this.#producer.produce(timeMs)
  }

  /** Goes on in the first slot that has not passed. */
  #skipSlots(): void {
    const { blockMs } = this.#chain.genesis
    const behind = this.#clock.now().getTime() - this.#producer.regularMs
    if (behind > 0) this.#nextMs = this.#producer.regularMs + Math.ceil(behind / blockMs) * blockMs
  }

  /** Tries it after what else is to be done, so that whoever asks hears of a failure. */
  #act(act: Act): void {
    const trial = this.#chain.next()
    for (const earlier of this.#producer.acts) trial.perform(earlier)
    const error = trial.attempt(() => perform(trial, act))
    if (error !== undefined) throw new NodeError(-32000, `the runtime does not let that happen: ${error}`)
    this.#producer.act(act)
  }

  #at(hash: Hex): DevBlock {
    const block = this.#chain.store.byHash(hash)
    if (block !== undefined) return block
    throw new NodeError(4003, `Client error: UnknownBlock: State already discarded or unknown for ${hash}`)
  }

  #nonceOf(who: string): number {
    return accountOf(this.#chain.stateAt(this.#chain.head), who).nonce
  }
}

let own: Runtime | undefined
/** Nodes share it: it remembers nothing of a chain. */
function ownRuntime(): Runtime {
  own ??= new Runtime(METADATA_VERSIONS.map(devMetadata))
  return own
}

const lower = (hex: Hex): Hex => hex.toLowerCase() as Hex

function account(text: string): string {
  try {
    return addressOf(text)
  } catch {
    throw new NodeError(-32602, `not an address: ${text.slice(0, 100)}`)
  }
}
