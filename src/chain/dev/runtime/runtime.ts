/**
 * What the metadata of a runtime says, made usable: storage items, calls, errors, events and runtime APIs by their names. It is
 * ours or that of a real runtime; whoever asks for an item by name must expect that a runtime does not have it.
 */
import type { Metadata, TypeRegistry } from '@polkadot/types'
import type { StorageEntry as Decorated } from '@polkadot/types/primitive/types'
import type { Codec } from '@polkadot/types/types'
import { RoundkeeperError } from '../../../errors.ts'
import { compact, join, u8, u32 } from '../../scale.ts'
import type { Hex } from '../substrate-node.ts'
import { types, util } from './libraries.ts'
import { StorageEntry } from './storage-entry.ts'

/** As the metadata writes it: `Commitments.CommitmentOf`, `SubtensorModule.set_weights`. */
export type Name = `${string}.${string}`

/** A call, event or error, and the types of what it carries, by their ids in the metadata. */
interface Fields {
  readonly pallet: number
  readonly index: number
  readonly types: readonly string[]
}

interface ApiMethod {
  readonly inputs: readonly string[]
  readonly output: string
}

export class Runtime {
  readonly registry: TypeRegistry
  /** By version. */
  readonly metadata: ReadonlyMap<number, Uint8Array>
  /** The JSON of `state_getRuntimeVersion`. */
  readonly version: Readonly<Record<string, unknown>>
  readonly specVersion: number
  readonly transactionVersion: number
  readonly #storage = new Map<string, StorageEntry | undefined>()
  #byPrefix: ReadonlyMap<string, StorageEntry> | undefined
  readonly #decorated: Readonly<Record<string, Readonly<Record<string, Decorated>>>>
  readonly #events = new Map<string, Fields>()
  readonly #errors = new Map<string, Fields>()
  readonly #calls = new Map<string, Name>()
  readonly #apis = new Map<string, ApiMethod>()
  readonly #setTime: (ms: number) => Codec

  /** @param versions metadata as `state_getMetadata` gives it, all of the same runtime; the highest version is used @throws `refused` */
  constructor(versions: readonly Uint8Array[]) {
    this.metadata = new Map(versions.map((bytes) => [versionOf(bytes), bytes] as const).sort(([a], [b]) => a - b))
    const newest = [...this.metadata.values()].at(-1) ?? new Uint8Array()
    const { TypeRegistry, expandMetadata } = types()
    this.registry = new TypeRegistry()
    const metadata = readMetadata(this.registry, newest)
    const { query, consts, tx } = expandMetadata(this.registry, metadata)
    this.#decorated = query as never
    this.#setTime = (ms) => tx.timestamp!.set!(ms) as unknown as Codec
    for (const pallet of metadata.asLatest.pallets) {
      const [name, index] = [pallet.name.toString(), pallet.index.toNumber()]
      if (pallet.events.isSome) this.#variants(this.#events, name, index, pallet.events.unwrap().type)
      if (pallet.errors.isSome) this.#variants(this.#errors, name, index, pallet.errors.unwrap().type)
      if (!pallet.calls.isSome) continue
      const calls = new Map<string, Fields>()
      this.#variants(calls, name, index, pallet.calls.unwrap().type)
      for (const [call, fields] of calls) this.#calls.set(`${index} ${fields.index}`, call as Name)
    }
    for (const api of metadata.asLatest.apis) {
      for (const method of api.methods) {
        const inputs = method.inputs.map((input) => this.registry.createLookupType(input.type))
        const output = this.registry.createLookupType(method.output)
        this.#apis.set(`${api.name.toString()}_${method.name.toString()}`, { inputs, output })
      }
    }
    const missing = NEEDED.filter((name) => this.entry(name) === undefined)
    if (missing.length > 0) throw foreign(`it has no ${missing.join(', ')}`)
    this.version = versionJson(consts.system?.version)
    this.specVersion = Number(this.version.specVersion)
    this.transactionVersion = Number(this.version.transactionVersion)
  }

  /** A storage item; undefined where this runtime has none of that name. */
  entry(name: Name): StorageEntry | undefined {
    if (!this.#storage.has(name)) {
      const [pallet = '', item = ''] = name.split('.').map((part) => util().stringCamelCase(part))
      const decorated = this.#decorated[pallet]?.[item]
      this.#storage.set(name, decorated && new StorageEntry(this.registry, decorated))
    }
    return this.#storage.get(name)
  }

  /** The item that a key is of; undefined for a key of none. */
  entryOf(key: Hex): StorageEntry | undefined {
    this.#byPrefix ??= new Map(
      Object.values(this.#decorated)
        .flatMap((items) => Object.values(items))
        .map((decorated) => new StorageEntry(this.registry, decorated))
        .map((entry) => [entry.prefix, entry]),
    )
    return this.#byPrefix.get(key.slice(0, 66))
  }

  /** By the index of the pallet, and that of the call in it. */
  callName(pallet: number, call: number): Name | undefined {
    return this.#calls.get(`${pallet} ${call}`)
  }

  /** An event as it is recorded; undefined where this runtime knows none of that name. @param extrinsic its index in the block, if it comes from one */
  event(name: Name, values: readonly unknown[], extrinsic?: number): Uint8Array | undefined {
    const event = this.#events.get(name)
    if (event === undefined) return undefined
    const phase = extrinsic === undefined ? u8(2) : join(u8(0), u32(extrinsic))
    const fields = event.types.map((type, at) => this.registry.createTypeUnsafe(type, [values[at]]).toU8a())
    return join(phase, u8(event.pallet), u8(event.index), ...fields, compact(0))
  }

  /** The `DispatchError` for an error of a pallet, or for `BadOrigin` and the like; one that this runtime does not know is `Other`. */
  dispatchError(name: string): Record<string, unknown> {
    const error = this.#errors.get(name)
    if (error !== undefined) return { Module: { index: error.pallet, error: [error.index, 0, 0, 0] } }
    return { [name.includes('.') ? 'Other' : name]: null }
  }

  /** A runtime API's types; undefined where this runtime does not say. */
  api(method: string): ApiMethod | undefined {
    return this.#apis.get(method)
  }

  create(type: string, value?: unknown): Codec {
    return this.registry.createTypeUnsafe(type, [value])
  }

  /** The inherent that every block begins with. */
  timeExtrinsic(ms: number): Hex {
    return this.create('Extrinsic', this.#setTime(ms)).toHex() as Hex
  }

  /** The bytes of a value as hex. */
  encode(type: string, value: unknown): Hex {
    return util().u8aToHex(this.create(type, value).toU8a()) as Hex
  }

  #variants(
    into: Map<string, Fields>,
    pallet: string,
    index: number,
    type: Parameters<TypeRegistry['lookup']['getSiType']>[0],
  ) {
    const { def } = this.registry.lookup.getSiType(type)
    if (!def.isVariant) return
    for (const variant of def.asVariant.variants) {
      into.set(`${pallet}.${variant.name.toString()}`, {
        pallet: index,
        index: variant.index.toNumber(),
        types: variant.fields.map((field) => this.registry.createLookupType(field.type)),
      })
    }
  }
}

const MAGIC = 'meta'
/** Without these there is no dev chain. */
const NEEDED: readonly Name[] = [
  'System.Account',
  'Timestamp.Now',
  'SubtensorModule.Uids',
  'Commitments.CommitmentOf',
  'Drand.Pulses',
]

const foreign = (why: string, cause?: unknown) =>
  new RoundkeeperError('refused', `not the metadata of a runtime that Bittensor runs: ${why}`, {
    hint: 'Expected the bytes that `state_getMetadata` of a Bittensor node returns, of version 14, 15 or 16.',
    cause,
  })

/** @throws `refused` for what is no metadata of a version that describes its types */
function versionOf(bytes: Uint8Array): number {
  const version = bytes[4] ?? 0
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') === MAGIC && version >= 14 && version <= 16) return version
  throw foreign('it does not begin like one')
}

function readMetadata(registry: TypeRegistry, bytes: Uint8Array): Metadata {
  try {
    const metadata = new (types().Metadata)(registry, util().u8aToHex(bytes))
    registry.setMetadata(metadata, undefined, undefined, true)
    return metadata
  } catch (cause) {
    throw foreign('it cannot be read to its end', cause)
  }
}

function versionJson(version: unknown): Record<string, unknown> {
  const json = (version as Codec | undefined)?.toJSON() as Record<string, unknown> | undefined
  if (json === undefined) throw foreign('it has no constant System.Version')
  return { stateVersion: 1, ...json }
}
