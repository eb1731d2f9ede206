/** A dev node that tests talk to without any RPC: extrinsics are signed here, and blocks come when they are asked for. */
import { createRequire } from 'node:module'
import type * as Types from '@polkadot/types'
import type { EventRecord } from '@polkadot/types/interfaces'
import type { AnyJson, IMethod } from '@polkadot/types/types'
import type * as Util from '@polkadot/util'
import type * as UtilCrypto from '@polkadot/util-crypto'
import { devKeypair } from '../../../src/chain/dev/dev-keys.ts'
import { DevNode, type DevNodeOptions } from '../../../src/chain/dev/dev-node.ts'
import type { Name, Runtime } from '../../../src/chain/dev/runtime/runtime.ts'
import type { KeyPart } from '../../../src/chain/dev/runtime/storage-entry.ts'
import type { ExtrinsicStatus, Hex } from '../../../src/chain/dev/substrate-node.ts'
import { VirtualClock } from '../../../src/engine/virtual-clock.ts'
import type { Keypair } from '../../../src/wallet/keypair.ts'

const require = createRequire(import.meta.url)
const { Metadata, expandMetadata }: typeof Types = require('@polkadot/types')
const { u8aToHex, u8aConcat, stringCamelCase }: typeof Util = require('@polkadot/util')
const { blake2AsU8a }: typeof UtilCrypto = require('@polkadot/util-crypto')

export const NETUID = 17
export const START = new Date('2026-02-02T08:00:00Z')

export const alice = devKeypair('//Alice')
export const bob = devKeypair('//Bob')
export const eve = devKeypair('//Eve')

export type Call = IMethod
type Calls = Readonly<Record<string, Readonly<Record<string, (...args: readonly unknown[]) => Call>>>>

const known = new WeakMap<Runtime, Calls>()
function callsOf(runtime: Runtime): Calls {
  const { registry, metadata } = runtime
  const made = known.get(runtime)
  if (made !== undefined) return made
  const { tx } = expandMetadata(registry, new Metadata(registry, u8aToHex([...metadata.values()].at(-1))))
  known.set(runtime, tx as unknown as Calls)
  return tx as unknown as Calls
}

export interface Signing {
  readonly nonce?: number
  readonly tip?: bigint
  /** Lives so many blocks from the head on; for ever, if absent. */
  readonly period?: number
  /** Instead of what is true. */
  readonly genesisHash?: Hex
  readonly specVersion?: number
  /** The byte before the signature: 1 for sr25519. */
  readonly scheme?: number
  /** Where a mortal one was born, if not at the head. */
  readonly born?: number
}

export interface Outcome {
  readonly hash: Hex
  /** The error's name, if the call failed. */
  readonly error: string | undefined
  /** By name, without those that the system adds. */
  readonly events: readonly (readonly [name: string, ...values: AnyJson[]])[]
}

export type SmallWorld = Awaited<ReturnType<typeof smallWorld>>

export async function smallWorld(options: Partial<DevNodeOptions> = {}) {
  const clock = new VirtualClock(START)
  const surprises: unknown[] = []
  const onFailure = (error: unknown) => surprises.push(error)
  const node = await DevNode.open({ clock, manual: true, onFailure, ...options })
  const { registry } = node.runtime
  const calls = callsOf(node.runtime)
  const statuses: (readonly [hash: Hex, status: ExtrinsicStatus])[] = []
  node.on('extrinsic', (hash, status) => statuses.push([hash, status]))

  /** `Commitments.set_commitment` and its arguments. */
  const call = (name: Name, ...args: readonly unknown[]): Call => {
    const [pallet = '', method = ''] = name.split('.').map((part) => stringCamelCase(part))
    return calls[pallet]![method]!(...args)
  }

  const sign = (who: Keypair, what: Call, signing: Signing = {}): Hex => {
    const { nonce = node.nextIndex(who.address), tip = 0n, period, born = node.head().number } = signing
    const era = period === undefined ? '0x00' : registry.createType('ExtrinsicEra', { current: born, period }).toHex()
    const payload = {
      method: what.toHex(),
      era,
      nonce,
      tip,
      mode: 0,
      metadataHash: null,
      specVersion: signing.specVersion ?? Number(node.runtimeVersion.specVersion),
      transactionVersion: Number(node.runtimeVersion.transactionVersion),
      genesisHash: signing.genesisHash ?? node.genesisHash,
      blockHash: period === undefined ? (signing.genesisHash ?? node.genesisHash) : node.hashOf(born),
    }
    const bytes = registry
      .createTypeUnsafe('ExtrinsicPayload', [payload, { version: 4 }])
      .toU8a({ method: true } as never)
    const signature = u8aConcat([signing.scheme ?? 1], who.sign(bytes.length > 256 ? blake2AsU8a(bytes) : bytes))
    const extrinsic = registry.createType('Extrinsic', what as never, { version: 4 })
    return extrinsic.addSignature(who.address, u8aToHex(signature), payload as never).toHex()
  }

  const read = (name: Name, ...parts: readonly KeyPart[]): AnyJson => readAt(node.head().hash, name, ...parts)
  const readAt = (block: Hex, name: Name, ...parts: readonly KeyPart[]): AnyJson => {
    const entry = node.runtime.entry(name)!
    return entry.json(node.storage(entry.key(...parts), block))
  }

  /** All events of a block by name, and which extrinsic they are of. */
  const eventsOf = (block = node.head().hash) => {
    const entry = node.runtime.entry('System.Events')!
    const records = entry.codec(node.storage(entry.key(), block)!) as unknown as Iterable<EventRecord>
    return [...records].map(({ phase, event }) => ({
      extrinsic: phase.isApplyExtrinsic ? phase.asApplyExtrinsic.toNumber() : undefined,
      name: `${event.section}.${event.method}`,
      values: event.data.map((value) => value.toJSON()),
      error: event.method === 'ExtrinsicFailed' ? errorName(event.data[0]!.toJSON()) : undefined,
    }))
  }

  const errorName = (error: AnyJson): string => {
    const module = (error as { module?: { index: number; error: Hex } }).module
    if (module === undefined) return Object.keys(error as object)[0]!
    const { section, name } = registry.findMetaError({
      index: registry.createType('u8', module.index),
      error: registry.createType('[u8;4]' as 'Bytes', module.error),
    } as never)
    return `${section}.${name}`
  }

  /** Submits, makes a block, and says what became of it. */
  const run = (who: Keypair, what: Call, signing?: Signing): Outcome => {
    const hash = node.submit(sign(who, what, signing))
    const block = node.produceBlocks(1)
    const at = node.extrinsicsOf(block.hash).length - 1
    const events = eventsOf(block.hash).filter(({ extrinsic }) => extrinsic === at)
    const ends = events.filter(({ name }) => /^system\.Extrinsic(Success|Failed)$/.test(name))
    if (surprises.length > 0) throw surprises[0]
    return {
      hash,
      error: ends.length === 1 ? ends[0]!.error : 'no end',
      events: events.filter((event) => !ends.includes(event)).map(({ name, values }) => [name, ...values]),
    }
  }

  /** Something that root does. */
  const rule = (name: Name, ...args: readonly unknown[]) => {
    const { error, events } = run(alice, call('Sudo.sudo', call(name, ...args)))
    return { error, result: events.find(([event]) => event === 'sudo.Sudid')?.[1] }
  }

  return { node, clock, statuses, surprises, call, sign, read, readAt, eventsOf, errorName, run, rule }
}

export const hexOf = (text: string): Hex => `0x${Buffer.from(text).toString('hex')}`
/** A field of a commitment. */
export const raw = (text: string) => ({ [`Raw${Buffer.byteLength(text)}`]: hexOf(text) })

/** What a submission was refused with. */
export function refusal(submit: () => unknown): { code: number; message: string; data: string | undefined } {
  try {
    submit()
  } catch (error) {
    const { code, message, data } = error as { code: number; message: string; data?: string }
    return { code, message, data }
  }
  return { code: 0, message: 'taken', data: undefined }
}

export const invalid = (data: string) => ({ code: 1010, message: 'Invalid Transaction', data })
