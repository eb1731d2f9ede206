/**
 * The chain's storage as of one block. Keys and types are those of the runtime that made the block; what a runtime does not
 * have, or holds in a form that cannot be read, is undefined and never an error: strangers wrote much of it.
 */
import type { Codec } from '@polkadot/types/types'
import { polkadotTypes } from './library.ts'
import { isPruned, LinkFault, RpcFault } from './link.ts'
import type { RuntimeThen } from './runtime.ts'
import type { Session } from './session.ts'

/** An item of storage as the library calls it, e.g. `subtensorModule.tempo`, and its keys. */
export type Place = readonly [item: string, ...keys: (number | bigint | string)[]]

/** Nodes answer at most so many keys at once. */
const KEYS_PER_PAGE = 1000
const VALUES_PER_REQUEST = 512
/** Of one map and subnet: some for every hotkey that ever was on it. A node that has more to give would keep us for ever. */
const MAX_KEYS = 200_000

/** How the library describes a runtime API. */
interface RuntimeCall {
  readonly name: string
  readonly params: readonly { readonly type: string }[]
  readonly type: string
}

export class StateAt {
  readonly hash: string
  readonly #session: Session
  readonly #runtime: RuntimeThen

  private constructor(session: Session, hash: string, runtime: RuntimeThen) {
    this.#session = session
    this.hash = hash
    this.#runtime = runtime
  }

  /** @throws LinkFault, RpcFault, among them that of a node which has dropped this state */
  static async open(session: Session, hash: string): Promise<StateAt> {
    return new StateAt(session, hash, await session.runtimeAt(hash))
  }

  get specVersion(): number {
    return this.#session.specVersion
  }

  knows(item: string): boolean {
    return this.#entry(item) !== undefined
  }

  /** Values as they lie there, in the order asked for; an item's default, or undefined, where there is nothing. */
  async bytes(places: readonly Place[]): Promise<(Uint8Array | undefined)[]> {
    const keys = places.map(([item, ...args]) => this.#entry(item)?.key(...args))
    const asked = keys.filter((key) => key !== undefined)
    const found = new Map(await this.#values([...new Set(asked)]))
    return keys.map(
      (key, index) => (key === undefined ? undefined : found.get(key)) ?? this.#default(places[index]![0]),
    )
  }

  /** The same as the runtime's types read them. */
  async values(places: readonly Place[]): Promise<(Codec | undefined)[]> {
    const found = await this.bytes(places)
    return places.map(([item], index) => this.decoded(item, found[index]))
  }

  async value(...place: Place): Promise<Codec | undefined> {
    return (await this.values([place]))[0]
  }

  /** Everything below a place, by key; the key's last bytes are the last argument where the hasher keeps it. */
  async entries(...[item, ...args]: Place): Promise<{ readonly key: Uint8Array; readonly bytes: Uint8Array }[]> {
    const prefix = this.#entry(item)?.keyPrefix(...args)
    if (prefix === undefined) return []
    const keys: string[] = []
    for (let page = KEYS_PER_PAGE; page === KEYS_PER_PAGE; ) {
      const from = keys.at(-1)
      const params = [prefix, KEYS_PER_PAGE, from ?? null, this.hash]
      const found = keysIn(await this.#session.link.send('state_getKeysPaged', params), prefix)
      // A node that repeats itself would keep us for ever, too.
      const fresh = found.filter((key) => from === undefined || key > from)
      keys.push(...fresh)
      if (keys.length > MAX_KEYS) throw new LinkFault(`the node has more than ${MAX_KEYS} keys of ${item}`)
      page = fresh.length
    }
    return (await this.#values(keys)).map(([key, bytes]) => ({ key: bytesOf(key), bytes }))
  }

  /** @returns undefined where the runtime has no such API, or answers what cannot be read */
  async call(api: string, method: string, ...args: unknown[]): Promise<Codec | undefined> {
    const call = this.#runtime.call[api]?.[method] as { readonly meta?: RuntimeCall } | undefined
    const meta = call?.meta
    if (meta === undefined) return undefined
    const { registry } = this.#runtime
    const data = meta.params.map(({ type }, index) => registry.createTypeUnsafe(type, [args[index]]).toU8a())
    const params = [meta.name, hexOf(Buffer.concat(data)), this.hash]
    const answer = await this.#session.link.send('state_call', params).catch((error: unknown) => {
      if (error instanceof RpcFault && !isPruned(error)) return undefined
      throw error
    })
    if (typeof answer !== 'string') return undefined
    return readable(() => registry.createTypeUnsafe(meta.type, [bytesOf(answer)]))
  }

  async #values(keys: readonly string[]): Promise<[string, Uint8Array][]> {
    const found: [string, Uint8Array][] = []
    for (let start = 0; start < keys.length; start += VALUES_PER_REQUEST) {
      const part = keys.slice(start, start + VALUES_PER_REQUEST)
      const answer = await this.#session.link.send('state_queryStorageAt', [part, this.hash])
      const values = new Map(changesIn(answer))
      for (const key of part) {
        const value = values.get(key)
        if (typeof value === 'string') found.push([key, bytesOf(value)])
      }
    }
    return found
  }

  decoded(item: string, bytes: Uint8Array | undefined): Codec | undefined {
    const entry = this.#entry(item)
    if (entry === undefined || bytes === undefined) return undefined
    const { registry } = this.#runtime
    const type = polkadotTypes().unwrapStorageType(registry, entry.creator.meta.type)
    return readable(() => registry.createTypeUnsafe(type, [bytes]))
  }

  #default(item: string): Uint8Array | undefined {
    const meta = this.#entry(item)?.creator.meta
    return meta === undefined || meta.modifier.isOptional ? undefined : meta.fallback.toU8a(true)
  }

  #entry(item: string) {
    const [pallet = '', name = ''] = item.split('.')
    return this.#runtime.query[pallet]?.[name]
  }
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

const hexOf = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex.slice(2), 'hex'))

/** Nothing but what was asked for. */
function keysIn(value: unknown, prefix: string): string[] {
  const isKey = (each: unknown): each is string =>
    typeof each === 'string' && each.startsWith(prefix) && /^0x(?:[0-9a-f]{2})*$/.test(each)
  if (Array.isArray(value) && value.length <= KEYS_PER_PAGE && value.every(isKey)) return value
  throw new LinkFault('the node gave no list of keys')
}

function changesIn(answer: unknown): [string, string | null][] {
  const set: unknown = Array.isArray(answer) ? answer[0] : undefined
  const changes = (set as { changes?: unknown } | null | undefined)?.changes
  if (Array.isArray(changes) && changes.every(isChange)) return changes
  throw new LinkFault('the node gave no values')
}

const isChange = (each: unknown): each is [string, string | null] =>
  Array.isArray(each) && typeof each[0] === 'string' && (typeof each[1] === 'string' || each[1] === null)
