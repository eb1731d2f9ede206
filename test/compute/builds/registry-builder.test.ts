import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { RegistryBuilder } from '../../../src/compute/builds/registry-builder.ts'
import { RegistryClient } from '../../../src/compute/builds/registry-client.ts'
import { RegistryConnection } from '../../../src/compute/builds/registry-connection.ts'
import { VirtualClock } from '../../../src/engine/virtual-clock.ts'
import { startHttpServer } from '../../support/file-server.ts'
import { AMD64, digestOf, jsonBytes, type OciRegistry, startOciRegistry } from '../../support/oci-registry.ts'

const never = new AbortController().signal
const source = { repo: 'Owner/Code', commit: 'c'.repeat(40), tag: 'ccccccc-tiny-3', hotkey: '5Abcdefghijk', round: 3 }
const NAME = 'images/5abcdefghi'
const IMAGE = `registry.test/${NAME}:${source.tag}`
const START = new Date('2026-03-01T12:00:00Z')

let registry: OciRegistry
let clock: VirtualClock
const opened: OciRegistry[] = []
beforeEach(async () => {
  registry = await startOciRegistry()
  opened.push(registry)
  clock = new VirtualClock(START, { autoAdvance: true })
})
afterAll(async () => {
  for (const each of opened) await each[Symbol.asyncDispose]()
})

interface Setting {
  readonly imageFormat?: string
  readonly maxImageBytes?: number
  readonly password?: string
  readonly hosts?: readonly string[]
}

function builder(setting: Setting = {}): RegistryBuilder {
  const { imageFormat = 'registry.test/images/{hotkey10}:{tag}', maxImageBytes = 1e9, password } = setting
  const at = { address: '127.0.0.1', port: registry.port }
  const hosts = Object.fromEntries((setting.hosts ?? ['registry.test', 'blobs.test']).map((host) => [host, at]))
  const connection = new RegistryConnection({ hosts, resolve: async () => ['10.0.0.1'] })
  const credentials = password === undefined ? undefined : { username: 'robot', password }
  const client = new RegistryClient({ connection, clock, credentials })
  return new RegistryBuilder({ client, imageFormat, maxImageBytes })
}
const build = (setting?: Setting) => builder(setting).build(source, never)

describe('an image in a registry', () => {
  it('is pinned by the digest of its manifest, with a token that is kept', async () => {
    const digest = registry.push(NAME, source.tag, AMD64, [700_000_000, 100_000_000])
    const one = builder()
    expect(await one.build(source, never)).toEqual({
      status: 'success',
      image: IMAGE,
      digest,
      detail: '0.8 GB for linux/amd64',
    })
    expect(registry.seen.filter((line) => line === 'GET /token')).toHaveLength(1)
    await one.build(source, never)
    expect(registry.seen.filter((line) => line === 'GET /token')).toHaveLength(1)
  })

  it('of several platforms is that for ours', async () => {
    const arm = { os: 'linux', architecture: 'arm64', variant: 'v8' }
    const { images } = registry.pushIndex(NAME, source.tag, [arm, undefined, { ...AMD64, variant: 'v3' }, AMD64])
    expect(await build()).toMatchObject({ status: 'success', digest: images[3] })
  })

  it('stays what it was when its tag is moved', async () => {
    const before = registry.push(NAME, source.tag, AMD64, [1])
    const first = await build()
    const after = registry.push(NAME, source.tag, AMD64, [2])
    expect(first).toMatchObject({ digest: before })
    expect(await build()).toMatchObject({ digest: after })
    expect(before).not.toBe(after)
  })

  it('has a configuration that may lie elsewhere, where no credentials are sent', async () => {
    registry.asks = 'basic'
    registry.password = 'secret'
    registry.redirect = 'http://blobs.test'
    registry.push(NAME, source.tag)
    expect(await build({ password: 'secret' })).toMatchObject({ status: 'success' })
    const at = registry.seen.findIndex((line) => line.startsWith('blobs '))
    expect(at).toBeGreaterThan(0)
    expect(registry.authorizations[at]).toBeUndefined()
    expect(registry.authorizations[at - 1]).toMatch(/^Basic /)
  })

  it('is asked for with a password where the token service wants one', async () => {
    registry.password = 'secret'
    registry.push(NAME, source.tag)
    expect(await build({ password: 'secret' })).toMatchObject({ status: 'success' })
  })
})

describe('an image that is not for us', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'of another platform',
      () => registry.push(NAME, source.tag, { os: 'linux', architecture: 'arm64' }),
      /arm64, not/,
    ],
    [
      'of other platforms only',
      () => registry.pushIndex(NAME, source.tag, [{ os: 'windows', architecture: 'amd64' }, undefined]),
      /none for linux\/amd64/,
    ],
    ['that is too large', () => registry.push(NAME, source.tag, AMD64, [6e8, 6e8]), /1\.2 GB, more than 1\.0 GB/],
    ['whose layers owe us bytes', () => registry.push(NAME, source.tag, AMD64, [2e9, -1.5e9]), /none that we know/],
    ['with a huge manifest', () => registry.pushBytes(NAME, source.tag, Buffer.alloc(5_000_000, ' ')), /4194304 bytes/],
    [
      'of the first schema',
      () => registry.pushBytes(NAME, source.tag, jsonBytes({ schemaVersion: 1 })),
      /none that we/,
    ],
    [
      'that is two things at once',
      () => registry.pushBytes(NAME, source.tag, jsonBytes({ manifests: [], layers: [], config: {} })),
      /none that we know/,
    ],
    ['that is no JSON', () => registry.pushBytes(NAME, source.tag, Buffer.from('{')), /none that we know/],
  ])('%s fails for good, with the reason', async (_, push, detail) => {
    push()
    const found = await build()
    expect(found).toMatchObject({ status: 'failure', image: null, detail: expect.stringMatching(detail) })
    expect(found.provisional).toBeUndefined()
  })

  it('whose name no registry can have fails', async () => {
    const found = await builder({ imageFormat: 'registry.test/{repo}:{tag}' }).build(
      { ...source, repo: 'a..b/c' },
      never,
    )
    expect(found).toMatchObject({
      status: 'failure',
      detail: 'no image can be called registry.test/a..b/c:ccccccc-tiny-3',
    })
    expect(registry.seen).toEqual([])
  })

  it('is not found while nobody has pushed it', async () => {
    expect(await build()).toMatchObject({ status: 'not_found', image: null })
  })
})

describe('what is no failure of the miner’s', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a registry that sends other bytes than it says',
      () => Object.assign(registry, { lie: digestOf(Buffer.from('x')) }),
      'unavailable',
    ],
    [
      'a registry that fails',
      () => registry.next.push(...[500, 502, 503].map((status) => ({ status }))),
      'unavailable',
    ],
    [
      'a registry that is busy for long',
      () => registry.next.push({ status: 429, headers: { 'retry-after': '3600' } }),
      'unavailable',
    ],
    ['a registry that nobody understands', () => registry.next.push({ status: 418 }), 'unavailable'],
    ['a door that is shut to us', () => Object.assign(registry, { password: 'secret' }), 'unauthorised'],
    ['a redirect to a private address', () => Object.assign(registry, { redirect: 'https://inner.test' }), 'refused'],
    ['a redirect to another port', () => Object.assign(registry, { redirect: 'https://inner.test:22' }), 'refused'],
    ['a redirect to plain http', () => Object.assign(registry, { redirect: 'http://public.test' }), 'refused'],
  ])('%s', async (_, spoil, code) => {
    registry.push(NAME, source.tag)
    spoil()
    await expect(build()).rejects.toMatchObject({ code, retryable: true })
  })

  it('is a page where a manifest should be, which names no digest', async () => {
    registry.push(NAME, source.tag)
    registry.next.push({ status: 200, headers: { 'content-type': 'text/html' } })
    await expect(build()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/no manifest/) })
    expect(await build()).toMatchObject({ status: 'success' })
  })

  it('is a registry at an address that is not public', async () => {
    await expect(build({ hosts: [] })).rejects.toMatchObject({ code: 'refused' })
    expect(registry.seen).toEqual([])
  })

  it('is one that does not answer in time', async () => {
    await using silent = await startHttpServer(() => undefined)
    const hosts = { 'registry.test': { address: '127.0.0.1', port: silent.port } }
    const client = new RegistryClient({ connection: new RegistryConnection({ hosts, timeoutMs: 30 }), clock })
    const imageFormat = 'registry.test/images/{hotkey10}:{tag}'
    const built = new RegistryBuilder({ client, imageFormat, maxImageBytes: 1 }).build(source, never)
    await expect(built).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('30 ms') })
  })

  it('passes, when it is over soon', async () => {
    registry.push(NAME, source.tag)
    registry.next.push({ status: 429, headers: { 'retry-after': '30' } }, { status: 503 })
    expect(await build()).toMatchObject({ status: 'success' })
    expect(clock.now().getTime() - START.getTime()).toBe(34_000)
  })

  it('costs a round with many entries no hours: after a failure each is asked about once', async () => {
    registry.push(NAME, source.tag)
    const one = builder()
    registry.next.push(...Array.from({ length: 3 + 2 }, () => ({ status: 503 })))
    const ask = () => one.build(source, never)
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' })
    const began = clock.now().getTime()
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' })
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' })
    expect([registry.seen.length, clock.now().getTime() - began]).toEqual([5, 0])
    expect(await ask()).toMatchObject({ status: 'success' })
  })

  it('stops when it is told to', async () => {
    await expect(builder().build(source, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
  })
})

it('a door of the miner’s own that is shut is for the miner to open', async () => {
  registry.password = 'secret'
  expect(await build({ imageFormat: 'registry.test/{repo}:{commit}' })).toMatchObject({ status: 'not_found' })
})
