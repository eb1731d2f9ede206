import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { blake2b } from '@noble/hashes/blake2.js'
import type { DispatchError } from '@polkadot/types/interfaces'
import { describe, expect, it } from 'vitest'
import { type Data, encodeRegistration } from '../../../src/chain/commitment-data.ts'
import { encodeMetadata } from '../../../src/chain/dev/metadata/encode/metadata.ts'
import { devMetadata, METADATA_VERSIONS } from '../../../src/chain/dev/metadata/index.ts'
import fc from '../../support/properties.ts'
import { camelCase, differences, factsOf, openMetadata } from './metadata-facts.ts'

type Opened = ReturnType<typeof openMetadata>

const ALICE = 'd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'
const COMMIT = '{"commit": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0"}'
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** `Commitments.CommitmentOf` by its name in JavaScript. */
function keyOf({ registry, query }: Opened, pallet: string, item: string, ...args: unknown[]) {
  const entry = query[pallet]?.[item]
  if (entry === undefined) throw new Error(`no ${pallet}.${item}`)
  return registry.createType('StorageKey', [entry, args]).toHex().slice(2)
}

function callOf({ registry, tx }: Opened, pallet: string, name: string, ...args: unknown[]) {
  const call = tx[pallet]?.[name]
  if (call === undefined) throw new Error(`no ${pallet}.${name}`)
  return registry.createType('Call', call(...args))
}

/** A value as a storage item holds it. */
function storedAs({ registry, query }: Opened, pallet: string, item: string, value?: unknown) {
  const entry = query[pallet]?.[item]
  if (entry === undefined) throw new Error(`no ${pallet}.${item}`)
  const { type } = entry.meta
  return registry.createTypeUnsafe(registry.createLookupType(type.isMap ? type.asMap.value : type.asPlain), [value])
}

describe.each(METADATA_VERSIONS)('metadata version %i', (version) => {
  const bytes = devMetadata(version)
  const opened = openMetadata(bytes)

  it('is what the library reads and writes, the same every time, and small', () => {
    expect(hex(bytes.subarray(0, 5))).toBe(`6d657461${version.toString(16).padStart(2, '0')}`)
    expect(opened.metadata.version).toBe(version)
    expect(hex(opened.metadata.toU8a())).toBe(hex(bytes))
    expect(hex(encodeMetadata(version))).toBe(hex(bytes))
    expect(bytes.length).toBeLessThan(40_000)
  })

  it.each([
    [
      'commitments.commitmentOf',
      'ca407206ec1ab726b2636c4b145ac287419a60ae8b01e6dcaebd7317e43c69bf1100518366b5b1bc7c99',
    ],
    [
      'commitments.revealedCommitments',
      'ca407206ec1ab726b2636c4b145ac2879055a2cffd4b296f38f2de8d9b333cab1100518366b5b1bc7c99',
    ],
    [
      'subtensorModule.uids',
      '658faa385070e074c85bf6b568cf0555aab1b4e78e1ea8305462ee53b3686dc81100de1e86a9a8c739864cf3cc5ec2bea59f',
    ],
  ])('keeps %s of a hotkey where the real chain does', (name, key) => {
    const [pallet = '', item = ''] = name.split('.')
    expect(keyOf(opened, pallet, item, 17, `0x${ALICE}`)).toBe(`${key}${ALICE}`)
  })

  it('keeps what has no hotkey where the real chain does', () => {
    const own = '658faa385070e074c85bf6b568cf0555'
    expect(keyOf(opened, 'subtensorModule', 'subnetworkN', 17)).toBe(`${own}a1048e9d244171852dfe8db314dc68ca1100`)
    expect(keyOf(opened, 'subtensorModule', 'keys', 17, 0)).toBe(`${own}9f99a2ce711f3a31b2fc05604c93f17911000000`)
    expect(keyOf(opened, 'subtensorModule', 'lastUpdate', 17)).toBe(`${own}696e262a16e52255a69d8acd793541461100`)
    expect(keyOf(opened, 'drand', 'pulses', 1000)).toBe(
      'a285cdb66e8b8524ea70b1693c7b1e050d8e70fd32bfb1639703f9a23d15b15e646b8858c86fefefe34a7c69e60c9917e803000000000000',
    )
  })

  it('encodes calls as the real chain does', () => {
    const commit = callOf(opened, 'commitments', 'setCommitment', 17, { fields: [{ Raw54: Buffer.from(COMMIT) }] })
    expect(hex(commit.toU8a())).toBe(`120011000437${Buffer.from(COMMIT).toString('hex')}`)
    const weights = callOf(opened, 'subtensorModule', 'setWeights', 17, [0, 1], [65_535, 32_768], 0)
    expect(hex(weights.toU8a())).toBe('07001100080000010008ffff00800000000000000000')
    const batch = callOf(opened, 'utility', 'batchAll', [commit, weights])
    expect(hex(batch.toU8a())).toBe(`0b0208${hex(commit.toU8a())}${hex(weights.toU8a())}`)
    expect(opened.registry.createType('Call', batch.toU8a()).eq(batch)).toBe(true)
  })

  it('encodes commitments as the real chain does', () => {
    const info = (field: unknown) => {
      const call = callOf(opened, 'commitments', 'setCommitment', 0, { fields: [field] })
      return hex(call.args[1]?.toU8a() ?? new Uint8Array())
    }
    expect(info({ Raw2: Buffer.from('ab') })).toBe('04036162')
    expect(info({ BigRaw: '0x6162' })).toBe('0488086162')
    expect(info({ TimelockEncrypted: { encrypted: '0xabcd', revealRound: 5 } })).toBe('048608abcd0500000000000000')
    const reveals = storedAs(opened, 'commitments', 'revealedCommitments', [['0x086162', 100]])
    expect(hex(reveals.toU8a())).toBe('040c0861626400000000000000')
  })

  it('gives the same bytes to a commitment as our own codec', () => {
    const round = fc.bigInt(0n, 2n ** 64n - 1n)
    const data: fc.Arbitrary<[Data, unknown]> = fc.oneof(
      fc.constantFrom<[Data, unknown]>([{ kind: 'none' }, { None: null }], [{ kind: 'reset-bonds' }, 'ResetBondsFlag']),
      fc
        .uint8Array({ maxLength: 128 })
        .map((bytes): [Data, unknown] => [{ kind: 'raw', bytes }, { [`Raw${bytes.length}`]: bytes }]),
      fc
        .tuple(fc.uint8Array({ maxLength: 1024 }), round)
        .map(([encrypted, revealRound]): [Data, unknown] => [
          { kind: 'timelock', encrypted, revealRound },
          { TimelockEncrypted: { encrypted: `0x${hex(encrypted)}`, revealRound } },
        ]),
    )
    fc.assert(
      fc.property(fc.array(data, { maxLength: 3 }), fc.nat(), (fields, block) => {
        const ours = encodeRegistration({ deposit: 0n, block, fields: fields.map(([each]) => each) })
        const value = { deposit: 0, block, info: { fields: fields.map(([, each]) => each) } }
        const theirs = storedAs(opened, 'commitments', 'commitmentOf', value)
        expect(hex(theirs.toU8a())).toBe(hex(ours))
        expect(hex(storedAs(opened, 'commitments', 'commitmentOf', ours).toU8a())).toBe(hex(ours))
      }),
      { numRuns: 50 },
    )
  })

  it('gives every stored item a fallback that its type reads', () => {
    let items = 0
    for (const pallet of opened.metadata.asLatest.pallets)
      for (const { name, type, modifier, fallback } of pallet.storage.unwrapOr(undefined)?.items ?? []) {
        items += 1
        const held = opened.registry.createLookupType(type.isMap ? type.asMap.value : type.asPlain)
        const read = opened.registry.createTypeUnsafe(modifier.isOptional ? `Option<${held}>` : held, [
          fallback.toU8a(true),
        ])
        expect(hex(read.toU8a()), `${pallet.name}.${name}`).toBe(hex(fallback.toU8a(true)))
      }
    expect(items).toBeGreaterThan(100)
  })

  it.each([
    ['subtensorModule.tempo', '6801'],
    ['subtensorModule.weightsSetRateLimit', '6400000000000000'],
    ['subtensorModule.commitRevealWeightsEnabled', '01'],
    ['subtensorModule.alphaValues', '33b366e6'],
    ['subtensorModule.uids', '00'],
    ['commitments.maxSpace', '1c0c0000'],
    ['balances.account', `${'00'.repeat(39)}80`],
  ])('falls back to what the real chain does for %s', (name, fallback) => {
    const [pallet = '', item = ''] = name.split('.')
    expect(opened.query[pallet]?.[item]?.meta.fallback.toHex()).toBe(`0x${fallback}`)
  })

  it('names the error that a module reports', () => {
    const error = opened.registry.createTypeUnsafe('DispatchError', [{ Module: { index: 7, error: [29, 0, 0, 0] } }])
    const found = opened.registry.findMetaError((error as DispatchError).asModule)
    expect(`${found.section}.${found.name}`).toBe('subtensorModule.SettingWeightsTooFast')
  })
})

describe('the runtime APIs', () => {
  const { metadata, consts } = openMetadata(devMetadata(16))

  it('are those that the version promises', () => {
    const apis = consts.system?.version?.toJSON()
    expect(apis).toMatchObject({ specName: 'roundkeeper-dev', specVersion: 424 })
    const promised = (apis as { apis: [string, number][] }).apis.map(([id]) => id)
    const names = metadata.asLatest.apis.map(({ name }) => new TextEncoder().encode(`${name}`))
    expect(promised.sort()).toEqual(names.map((name) => `0x${hex(blake2b(name, { dkLen: 8 }))}`).sort())
  })
})

describe('the tables', () => {
  const camel = (name: string) => name.split('.').map(camelCase).join('.')
  const { metadata } = openMetadata(devMetadata(16))
  const pallets = metadata.asLatest.pallets.map(({ name }) => `${name}`)

  it('have everything that the dev chain and the adapter call by its name', () => {
    const facts = [...factsOf(openMetadata(devMetadata(16))).keys()]
    const known = new Set(facts.map((fact) => camel(fact.replace(/ (calls|events|errors) /, '.').replace(/ \w+$/, ''))))
    const quoted = new RegExp(`'((?:${[...pallets, ...pallets.map(camel)].join('|')})\\.[A-Za-z]\\w*)'`, 'g')
    const named = sourcesUnder(join(import.meta.dirname, '../../../src/chain')).flatMap((text) =>
      [...text.matchAll(quoted)].map(([, name]) => name ?? ''),
    )
    expect(named).toContain('Commitments.AccountNotAllowedCommit')
    expect(named.filter((name) => !known.has(camel(name)))).toEqual([])
  })
})

const sourcesUnder = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))

// The real runtime's metadata is public data, and no part of this repository.
const data = join(import.meta.dirname, '../../../../shared/data')
const versions = [
  { ours: 14, theirs: 'subtensor-424-v14.scale' },
  { ours: 15, theirs: 'subtensor-424-v16.scale' },
  { ours: 16, theirs: 'subtensor-424-v16.scale' },
] as const

describe.each(versions)('version $ours beside $theirs', ({ ours, theirs }) => {
  const file = join(data, theirs)
  const present = existsSync(file)
  if (!present) console.log(`skipped: no ${file}`)

  it.skipIf(!present)('says the same of everything that both have, and no test of it is blind', () => {
    const [our, their] = [factsOf(openMetadata(devMetadata(ours))), factsOf(openMetadata(readFileSync(file)))]
    expect(differences(our, their)).toEqual([expect.stringMatching(/^System.Version value: /)])
    expect(our.size).toBeGreaterThan(600)
    const changed = new Map([...our].map(([name, fact]) => [name, `${fact}!`]))
    expect(differences(changed, their)).toHaveLength(our.size)
    expect(differences(their, our).length).toBeGreaterThan(our.size)
  })

  it.skipIf(!present)('has a wallet sign the same bytes', () => {
    const payloadOf = (opened: Opened) => {
      const method = callOf(opened, 'commitments', 'setCommitment', 17, { fields: [{ Raw2: Buffer.from('ab') }] })
      const genesisHash = `0x${'11'.repeat(32)}`
      const common = { genesisHash, blockHash: `0x${'22'.repeat(32)}`, specVersion: 424, transactionVersion: 1 }
      const rest = { method: method.toHex(), era: '0x1500', nonce: 7, tip: 0, mode: 0, metadataHash: null }
      const payload = opened.registry.createType('ExtrinsicPayload', { ...common, ...rest }, { version: 4 })
      return hex(payload.toU8a({ method: true }))
    }
    const payload = payloadOf(openMetadata(devMetadata(ours)))
    expect(payload).toBe(payloadOf(openMetadata(readFileSync(file))))
    expect(payload.length / 2).toBeGreaterThan(80)
  })
})
