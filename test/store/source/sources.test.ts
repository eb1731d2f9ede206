import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FolderSource } from '../../../src/store/source/folder-source.ts'
import { HttpSource } from '../../../src/store/source/http-source.ts'
import type { ObjectSource } from '../../../src/store/source/object-source.ts'
import { openObjects } from '../../../src/store/source/open-objects.ts'
import { PatientSource } from '../../../src/store/source/patient-source.ts'
import { S3Source } from '../../../src/store/source/s3-source.ts'
import { type FaultyProxy, startFaultyProxy } from '../../support/faulty-proxy.ts'
import { type HttpTestServer, startFileServer, startHttpServer } from '../../support/file-server.ts'
import { BUCKET, CREDENTIALS, type S3TestServer, startS3Server } from '../../support/s3-server.ts'
import { limits, objectSourceContract } from './contract.ts'

const HELLO = 'sha256/he/hello.bin'
const hello = new TextEncoder().encode('hello')

let dir: string
let web: HttpTestServer
let s3: S3TestServer
let webProxy: FaultyProxy
let s3Proxy: FaultyProxy
let folder: ObjectSource
let http: ObjectSource
let bucket: ObjectSource

const inFolder = async (key: string, bytes: Uint8Array) => {
  await mkdir(dirname(join(dir, key)), { recursive: true })
  await writeFile(join(dir, key), bytes)
}
const inBucket = (key: string, bytes: Uint8Array) => s3.put(`some/prefix/${key}`, bytes)

const credentials = { ...CREDENTIALS }
/** A timeout that a test can wait for, where it is waited for. */
const quick = { idleTimeoutMs: 500 }
const httpAt = (url: string, options: ConstructorParameters<typeof HttpSource>[1] = {}) => new HttpSource(url, options)
const bucketAt = (port: number, options: Parameters<typeof S3Source.open>[1] = { credentials }) =>
  S3Source.open(`s3://${BUCKET}/some/prefix?endpoint=http://127.0.0.1:${port}`, options)

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-source-'))
  web = await startFileServer(() => dir)
  s3 = await startS3Server()
  webProxy = await startFaultyProxy(web.port)
  s3Proxy = await startFaultyProxy(s3.port)
  folder = await FolderSource.open(dir)
  http = httpAt(web.url)
  bucket = await bucketAt(s3.port)
  await inFolder(HELLO, hello)
  await inBucket(HELLO, hello)
})
afterAll(async () => {
  for (const each of [http, bucket, webProxy, s3Proxy, web, s3]) await each[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

objectSourceContract('a folder', () => ({ source: folder, place: inFolder }))
objectSourceContract('an HTTP server', () => ({ source: http, place: inFolder }))
objectSourceContract('a bucket', () => ({ source: bucket, place: inBucket }))

describe.each([
  ['HTTP', () => webProxy, async (options = {}) => httpAt(webProxy.url, options)],
  ['S3', () => s3Proxy, async (options = {}) => bucketAt(s3Proxy.port, { credentials, ...options })],
] as const)('a source over %s that meets with failures', (_, proxyOf, open) => {
  const pauses: number[] = []
  const patient = async (options = {}) =>
    new PatientSource(await open(options), {
      ...{ attempts: 4, sleep: async (ms) => void pauses.push(ms), timeoutMs: 120_000 },
    })

  it.each(['busy', 'slowDown', 'hangingUp', 'cutShort'] as const)('asks again when the server is %s', async (fault) => {
    const proxy = proxyOf()
    proxy.ahead.push(fault, fault)
    const before = proxy.asked
    pauses.length = 0
    await using source = await patient()
    expect(await source.get(HELLO, limits)).toEqual(hello)
    expect(proxy.asked - before).toBe(3)
    expect(pauses).toEqual([500, 1000])
  })

  it.each(['silent', 'stalling'] as const)('asks again when the server is %s', async (fault) => {
    const proxy = proxyOf()
    proxy.ahead.push(fault, fault)
    const before = proxy.asked
    pauses.length = 0
    await using source = await patient(quick)
    expect(await source.get(HELLO, limits)).toEqual(hello)
    // Once more where this machine itself was slower than that.
    expect(proxy.asked - before).toBeGreaterThanOrEqual(3)
    expect(pauses.slice(0, 2)).toEqual([500, 1000])
  })

  it('never takes a server that fails for one without the object', async () => {
    const proxy = proxyOf()
    proxy.ahead.push('busy', 'hangingUp', 'cutShort', 'busy')
    await using source = await patient()
    await expect(source.get(HELLO, limits)).rejects.toMatchObject({ code: 'unavailable' })
    expect(proxy.ahead).toEqual([])
  })

  it('takes a refusal for a refusal, at once', async () => {
    const proxy = proxyOf()
    proxy.ahead.push('refusing')
    const before = proxy.asked
    await using source = await patient()
    await expect(source.get(HELLO, limits)).rejects.toMatchObject({ code: 'unauthorised' })
    expect(proxy.asked - before).toBe(1)
  })

  it('stops reading what never ends', async () => {
    proxyOf().ahead.push('endless')
    await using source = await patient()
    await expect(source.get(HELLO, limits)).rejects.toMatchObject({ code: 'refused' })
  })

  it('ends what takes too long as a whole, and what was called off', async () => {
    const proxy = proxyOf()
    proxy.ahead.push('silent')
    await using late = new PatientSource(await open(), { attempts: 1, timeoutMs: 50 })
    await expect(late.get(HELLO, limits)).rejects.toMatchObject({ code: 'unavailable' })
    const controller = new AbortController()
    proxy.ahead.push('silent')
    await using source = await patient()
    const asking = source.get(HELLO, { ...limits, signal: controller.signal })
    setImmediate(() => controller.abort())
    await expect(asking).rejects.toMatchObject({ code: 'aborted' })
    proxy.ahead.length = 0
  })
})

describe('HTTP', () => {
  it('follows a redirect, and not for ever', async () => {
    await using mirror = await startHttpServer((request, response) => {
      const location = request.url?.endsWith('hello.bin')
        ? `${web.url}${request.url}`
        : `http://127.0.0.1/${request.url}`
      response.writeHead(302, { location: request.url?.includes('loop') ? (request.url ?? '') : location }).end()
    })
    await using source = httpAt(mirror.url)
    expect(await source.get(HELLO, limits)).toEqual(hello)
    await expect(source.get('loop', limits)).rejects.toMatchObject({ code: 'refused' })
  })

  it('leaves no doubt about what was hashed: an encoded answer is refused', async () => {
    await using server = await startHttpServer((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('?'),
    )
    await using source = httpAt(server.url)
    await expect(source.get(HELLO, limits)).rejects.toMatchObject({ code: 'refused' })
  })

  it.each(['http://me:secret@host/', 'http://host/?key=1', 'ftp://host/'])('is not read from %s', (address) => {
    expect(() => new HttpSource(address)).toThrow(expect.objectContaining({ code: 'usage' }))
    expect(() => new HttpSource(address)).toThrow(
      expect.not.objectContaining({ where: expect.stringMatching(/secret/) }),
    )
  })
})

describe('S3', () => {
  it('is read without credentials where anybody may', async () => {
    await using source = await bucketAt(s3.port, { credentials: 'anonymous' })
    expect(await source.get(HELLO, limits)).toEqual(hello)
  })

  it('takes credentials from where AWS tools take them', async () => {
    const before = { ...process.env }
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'wrong' })
    try {
      await using source = await bucketAt(s3.port, {})
      await expect(source.get(HELLO, limits)).rejects.toMatchObject({ code: 'unauthorised' })
      process.env.AWS_SECRET_ACCESS_KEY = CREDENTIALS.secretAccessKey
      await using good = await bucketAt(s3.port, {})
      expect(await good.get(HELLO, limits)).toEqual(hello)
    } finally {
      process.env = before
    }
  })

  it('says that a bucket is not there, which is not the same as an object that is missing', async () => {
    await using source = await S3Source.open(`s3://no-such-bucket?endpoint=http://127.0.0.1:${s3.port}`, {
      credentials: { ...CREDENTIALS },
    })
    await expect(source.get(HELLO, limits)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('an address', () => {
  it('of a kind that nobody reads is no folder, and keeps its secrets', async () => {
    await expect(openObjects('ftp://me:secret@store.test')).rejects.toMatchObject({ code: 'usage', where: 'ftp://…' })
  })
})
