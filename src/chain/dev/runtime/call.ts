/** A call as pallets take it: what it is called in the metadata, and its arguments by their names there. */
import type { AnyJson, AnyTuple, CallBase, Codec } from '@polkadot/types/types'
import type { Name, Runtime } from './runtime.ts'

export interface Call {
  /** `Commitments.set_commitment` */
  readonly name: Name
  readonly args: Args
}

/** What decodes as this runtime's call. */
export type RawCall = CallBase<AnyTuple>

export function callOf(runtime: Runtime, raw: RawCall): Call {
  const [pallet = 0, index = 0] = raw.callIndex
  // `meta.args` has the library's own spelling, `versionKey`.
  const names = raw.meta.fields.map((field) => field.name.unwrapOrDefault().toString())
  const args = new Args(runtime, new Map(names.map((name, at) => [name, raw.args[at] as Codec])))
  return { name: runtime.callName(pallet, index) ?? `${raw.section}.${raw.method}`, args }
}

/** By their names in the metadata (`reveal_round`). Every accessor throws for an argument that the call does not have. */
export class Args {
  readonly #runtime: Runtime
  readonly #byName: ReadonlyMap<string, Codec>

  constructor(runtime: Runtime, byName: ReadonlyMap<string, Codec>) {
    this.#runtime = runtime
    this.#byName = byName
  }

  codec(name: string): Codec {
    const found = this.#byName.get(name)
    if (found === undefined) throw new Error(`the call has no argument ${name}`)
    return found
  }

  json = (name: string): AnyJson => this.codec(name).toJSON()
  number = (name: string): number => Number(this.json(name))
  big = (name: string): bigint => BigInt(this.json(name) as string | number)
  /** As SS58; also of a `MultiAddress` that names an account by its id. */
  account = (name: string): string => this.codec(name).toString()
  numbers = (name: string): number[] => (this.json(name) as AnyJson[]).map(Number)
  /** Of a sized vector: without its length. */
  bytes = (name: string): Uint8Array => this.codec(name).toU8a(true)
  call = (name: string): Call => callOf(this.#runtime, this.codec(name) as unknown as RawCall)
  calls = (name: string): Call[] =>
    [...(this.codec(name) as unknown as Iterable<RawCall>)].map((raw) => callOf(this.#runtime, raw))

  /** In order. */
  get names(): readonly string[] {
    return [...this.#byName.keys()]
  }
}
