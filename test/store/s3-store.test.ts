import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { S3Store, type S3StoreOptions } from '../../src/store/s3-store.ts'
import { type S3Proxy, startS3Proxy } from '../support/s3-proxy.ts'
import { BUCKET, CREDENTIALS, type S3TestServer, startS3Server } from '../support/s3-server.ts'
import { objectStoreContract } from './contract.ts'
import { temporaryFolder } from './temporary.ts'

const folder = temporaryFolder()
let server: S3TestServer
let honoured: S3Proxy
let unknown: S3Proxy
let ignored: S3Proxy
const stores: S3Store[] = []

const at = (port: number, changes: Partial<S3StoreOptions> = {}) => {
  const store = new S3Store({
    bucket: BUCKET,
    prefix: 'some/prefix/',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: () => ({ ...CREDENTIALS }),
    clock: new SystemClock(),
    spoolDir: join(folder(), 'spool'),
    ...changes,
  })
  stores.push(store)
  return store
}
const bytes = (text: string) => new TextEncoder().encode(text)

beforeAll(async () => {
  server = await startS3Server()
  honoured = await startS3Proxy(server.port)
  unknown = await startS3Proxy(server.port, { conditions: 'unknown' })
  ignored = await startS3Proxy(server.port, { conditions: 'ignored' })
})
afterAll(async () => {
  for (const each of [...stores, honoured, unknown, ignored, server]) await each[Symbol.asyncDispose]()
})

const lazily = (open: () => S3Store) => {
  let store: S3Store | undefined
  return () => {
    store ??= open()
    return store
  }
}
const inParts = { partBytes: 20_000 }
objectStoreContract(
  'S3Store',
  lazily(() => at(honoured.port)),
)
objectStoreContract(
  'S3Store, in parts',
  lazily(() => at(honoured.port, inParts)),
)
objectStoreContract(
  'S3Store on a service without conditional writes',
  lazily(() => at(unknown.port)),
  { races: false },
)
objectStoreContract(
  'S3Store, in parts, on a service that overwrites and says nothing',
  lazily(() => at(ignored.port, inParts)),
  { races: false },
)

describe('S3Store', () => {
  it('says what an object is, and what it has to hash to', async () => {
    const store = at(honoured.port, { prefix: 'told/' })
    await store.put('model.glb', bytes('abc'), 'model/gltf-binary')
    const put = honoured.asked.find(({ method, url }) => method === 'PUT' && url.includes('model.glb'))
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(put?.url).toMatch(/^\/evidence\/told\/model\.glb/)
    expect(put?.headers).toMatchObject({
      'if-none-match': '*',
      'content-type': 'model/gltf-binary',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
      'x-amz-content-sha256': sha256,
      'x-amz-meta-sha256': sha256,
    })
  })

  it('asks once whether a service writes on condition, and then sends every object in a single request', async () => {
    const store = at(honoured.port, { prefix: 'frugal/' })
    await Promise.all(['a', 'b'].map((key) => store.put(key, bytes(key), 'text/plain')))
    const asked = honoured.asked.filter(({ url }) => url.includes('/frugal/'))
    expect(asked.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT', 'PUT'])
    expect(asked.filter(({ url }) => url.includes('write-once'))).toHaveLength(2)
  })

  it('does not send again what is large and there', async () => {
    const store = at(honoured.port, { ...inParts, prefix: 'large/' })
    const large = new Uint8Array(100_000).fill(7)
    await store.put('large.bin', large, 'application/octet-stream')
    const before = honoured.asked.length
    await store.put('large.bin', large, 'application/octet-stream')
    expect(honoured.asked.slice(before).map(({ method }) => method)).toEqual(['HEAD'])
  })

  it('knows what others put there by reading it', async () => {
    await server.put('some/prefix/by-hand.txt', bytes('by hand'))
    const store = at(honoured.port)
    await store.put('by-hand.txt', bytes('by hand'), 'text/plain')
    await expect(store.put('by-hand.txt', bytes('by head'), 'text/plain')).rejects.toMatchObject({ code: 'refused' })
  })

  it('is a server with nothing between, too, and may have no prefix', async () => {
    const store = at(server.port, { prefix: '' })
    await store.put('direct.txt', bytes('direct'), 'text/plain')
    expect(await store.get('direct.txt')).toEqual(bytes('direct'))
    expect(store.id).toBe(`s3://${BUCKET} at http://127.0.0.1:${server.port}`)
  })

  // The server here would not know its own signature under another name: only what is asked of it can be seen.
  it('asks a bucket by the name of its host where it should', async () => {
    const dns = createRequire(import.meta.url)('node:dns') as typeof import('node:dns')
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((_: string, options: unknown, done: Found) => {
      const all = typeof options === 'object' && options !== null && 'all' in options && options.all === true
      if (all) done(null, [{ address: '127.0.0.1', family: 4 }])
      else done(null, '127.0.0.1', 4)
    }) as unknown as typeof dns.lookup)
    try {
      honoured.fail(({ url }) => url.includes('virtual.txt'), 'AccessDenied')
      const endpoint = `http://objects.example:${honoured.port}`
      const store = at(0, { endpoint, pathStyle: false, prefix: 'host/' })
      await expect(store.get('virtual.txt')).rejects.toMatchObject({ code: 'unauthorised' })
      const { url, headers } = honoured.asked.at(-1) ?? {}
      expect(url).toMatch(/^\/host\/virtual\.txt(\?|$)/)
      expect(headers?.host).toBe(`${BUCKET}.objects.example:${honoured.port}`)
      expect(store.url('virtual.txt')).toBe(`http://${BUCKET}.objects.example:${honoured.port}/host/virtual.txt`)
    } finally {
      lookup.mockRestore()
    }
  })
})

type Found = (error: null, found: string | readonly object[], family?: number) => void
