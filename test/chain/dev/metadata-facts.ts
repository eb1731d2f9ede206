/** A runtime's metadata as facts by name, so that two runtimes can be compared in what both have. */
import { createRequire } from 'node:module'
import type { Metadata, TypeRegistry } from '@polkadot/types'
import type { PortableRegistry } from '@polkadot/types/metadata'

const require = createRequire(import.meta.url)
const types: typeof import('@polkadot/types') = require('@polkadot/types')
const util: typeof import('@polkadot/util') = require('@polkadot/util')

/** `set_commitment` as the library names it. */
export const camelCase = (name: string) => util.stringCamelCase(name)

/** @param bytes as `state_getMetadata` answers */
export function openMetadata(bytes: Uint8Array) {
  const registry = new types.TypeRegistry()
  const metadata = new types.Metadata(registry, `0x${Buffer.from(bytes).toString('hex')}`)
  // The four extensions of Bittensor's own would be announced in the output of every test.
  registry.setMetadata(metadata, undefined, undefined, true)
  return { ...types.expandMetadata(registry, metadata), registry, metadata }
}

/** `Commitments.CommitmentOf` → `Optional Identity(u16) Twox64Concat(sp_core::crypto::AccountId32{…}) → …`, and so on. */
export function factsOf({ registry, metadata }: { registry: TypeRegistry; metadata: Metadata }): Map<string, string> {
  const facts = new Map<string, string>()
  const { lookup } = registry
  const tell = (name: string, ...fact: readonly unknown[]) => facts.set(name, fact.join(' '))
  const type = (id: TypeId) => describe(lookup, id)
  const { pallets, extrinsic, apis, outerEnums } = metadata.asLatest

  for (const pallet of pallets) {
    tell(`${pallet.name}`, pallet.index)
    const storage = pallet.storage.unwrapOr(undefined)
    if (storage !== undefined) tell(`${pallet.name} prefix`, storage.prefix)
    for (const { name, modifier, fallback, type: kind } of storage?.items ?? []) {
      const keys = kind.isMap ? [kind.asMap.hashers.join('+'), type(kind.asMap.key), '→'] : []
      tell(`${pallet.name}.${name}`, modifier, ...keys, type(kind.isMap ? kind.asMap.value : kind.asPlain))
      tell(`${pallet.name}.${name} fallback`, fallback.toHex())
    }
    for (const { name, type: id, value } of pallet.constants) {
      tell(`${pallet.name}.${name} type`, type(id))
      tell(`${pallet.name}.${name} value`, value.toHex())
      if (`${name}` !== 'Version') continue
      const version = registry.createTypeUnsafe(registry.createLookupType(id), [value.toU8a(true)]).toJSON()
      for (const [api, number] of (version as { apis: [string, number][] }).apis) tell(`runtime API ${api}`, number)
    }
    for (const part of ['calls', 'events', 'errors'] as const) {
      const found = pallet[part].unwrapOr(undefined)
      if (found === undefined) continue
      tell(`${pallet.name} ${part}`, pathOf(lookup, found.type))
      for (const { name, index, fields } of lookup.getSiType(found.type).def.asVariant.variants)
        tell(`${pallet.name} ${part} ${name}`, index, fieldsOf(lookup, fields))
    }
  }
  const extensions = extensionsOf(metadata)
  for (const { name, carried, signed } of extensions) tell(`extension ${name}`, type(carried), 'signs', type(signed))
  tell('extensions', ...extensions.map(({ name }) => name))
  for (const { id } of lookup.types) {
    const [, outer] = pathOf(lookup, id).match(/::(Runtime(?:Call|Event|Error))$/) ?? []
    for (const { name, index, fields } of outer ? lookup.getSiType(id).def.asVariant.variants : [])
      tell(`${outer} ${name}`, index, ...fields.map((field) => pathOf(lookup, field.type)))
  }
  if (metadata.version > 14) {
    const { addressType, callType, signatureType } = extrinsic
    tell('extrinsic', ...[addressType, callType, signatureType].map(type))
    tell('outer', ...[outerEnums.callType, outerEnums.eventType, outerEnums.errorType].map((id) => pathOf(lookup, id)))
  }
  for (const { name: api, methods } of apis)
    for (const { name, inputs, output } of methods)
      tell(`${api}.${name}`, ...inputs.map((each) => `${each.name}: ${type(each.type)},`), '→', type(output))
  return facts
}

/** What the library makes of older versions forgets what is signed. */
const extensionsOf = (metadata: Metadata) =>
  metadata.version === 16
    ? metadata.asV16.extrinsic.transactionExtensions.map((each) => ({
        name: `${each.identifier}`,
        carried: each.type,
        signed: each.implicit,
      }))
    : metadata.asV15.extrinsic.signedExtensions.map((each) => ({
        name: `${each.identifier}`,
        carried: each.type,
        signed: each.additionalSigned,
      }))

type TypeId = Parameters<PortableRegistry['getSiType']>[0]
type SiField = ReturnType<PortableRegistry['getSiType']>['def']['asComposite']['fields'][number]

/** Made of all pallets: each of them is compared by itself. */
const OUTER = /::Runtime(Call|Event)$/

const pathOf = (lookup: PortableRegistry, id: TypeId) => lookup.getSiType(id).path.join('::')

/** Down to primitives, paths included. */
function describe(lookup: PortableRegistry, id: TypeId): string {
  const { def } = lookup.getSiType(id)
  const path = pathOf(lookup, id)
  const inner = (of: TypeId) => describe(lookup, of)
  if (OUTER.test(path)) return path
  if (def.isPrimitive) return def.asPrimitive.toString()
  if (def.isCompact) return `Compact<${inner(def.asCompact.type)}>`
  if (def.isSequence) return `[${inner(def.asSequence.type)}]`
  if (def.isArray) return `[${inner(def.asArray.type)}; ${def.asArray.len}]`
  if (def.isTuple) return `(${def.asTuple.map(inner).join(', ')})`
  if (def.isComposite) return `${path}{${fieldsOf(lookup, def.asComposite.fields)}}`
  const variants = [...def.asVariant.variants].sort((a, b) => a.index.toNumber() - b.index.toNumber())
  return `${path}<${variants.map(({ index, name, fields }) => `${index} ${name}(${fieldsOf(lookup, fields)})`).join(' | ')}>`
}

const fieldsOf = (lookup: PortableRegistry, fields: Iterable<SiField>) =>
  [...fields].map(({ name, type }) => `${name.unwrapOr('_')}: ${describe(lookup, type)}`).join(', ')

/** One line for each of our facts that is another there, from where they part. */
export function differences(ours: ReadonlyMap<string, string>, theirs: ReadonlyMap<string, string>): string[] {
  return [...ours].flatMap(([name, our]) => {
    const their = theirs.get(name)
    if (our === their) return []
    if (their === undefined) return [`${name}: there is no such thing`]
    const at = Math.max(0, [...our].findIndex((letter, n) => letter !== their[n]) - 20)
    return [`${name}: ours …${our.slice(at, at + 80)}, theirs …${their.slice(at, at + 80)}`]
  })
}
