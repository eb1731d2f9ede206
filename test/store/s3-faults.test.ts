import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { credentialsFrom } from '../../src/store/s3/credentials.ts'
import { S3Store, type S3StoreOptions } from '../../src/store/s3-store.ts'
import { type AskedRequest, type S3Proxy, startS3Proxy } from '../support/s3-proxy.ts'
import { BUCKET, CREDENTIALS, type S3TestServer, startS3Server } from '../support/s3-server.ts'

/** Sleeps take no time, and are counted. */
class CountingClock extends VirtualClock {
  readonly pauses: number[] = []
  constructor() {
    super(new Date(0), { autoAdvance: true })
  }
  override sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.pauses.push(ms)
    return super.sleep(ms, signal)
  }
}

let dir: string
let server: S3TestServer
let proxy: S3Proxy
let clock: CountingClock
let key: string
let keys = 0
const stores: S3Store[] = []

const open = (changes: Partial<S3StoreOptions> = {}) => {
  const store = new S3Store({
    bucket: BUCKET,
    prefix: '',
    endpoint: `http://127.0.0.1:${proxy.port}`,
    credentials: () => ({ ...CREDENTIALS }),
    clock,
    spoolDir: join(dir, 'spool'),
    idleTimeoutMs: 20_000,
    partBytes: 10_000,
    ...changes,
  })
  stores.push(store)
  return store
}
const small = new TextEncoder().encode('small')
const large = Uint8Array.from({ length: 45_000 }, (_, index) => index % 251)
const put = (store = open(), bytes = small) => store.put(key, bytes, 'application/octet-stream')
const about =
  (method: string, part = '') =>
  (asked: AskedRequest) =>
    asked.method === method && asked.url.includes(key) && asked.url.includes(part)
const askedFor = (method: string, part?: string) => proxy.asked.filter(about(method, part))
const failure = async (promise: Promise<unknown>): Promise<RoundkeeperError> => {
  const error = await promise.then(
    () => expect.unreachable('it went well'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(RoundkeeperError)
  return error as RoundkeeperError
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-s3-faults-'))
  server = await startS3Server()
  proxy = await startS3Proxy(server.port)
})
beforeEach(() => {
  clock = new CountingClock()
  key = `object-${keys++}.bin`
})
afterAll(async () => {
  for (const each of [...stores, proxy, server]) await each[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

describe('a bucket that fails for a while', () => {
  it.each([
    'SlowDown',
    'InternalError',
    'ConditionalRequestConflict',
    'RequestTimeTooSkewed',
    'busy',
    'slowDown',
    'hangingUp',
    'lost',
  ] as const)('is written to nevertheless: %s', async (fault) => {
    proxy.fail(about('PUT'), fault, fault)
    const store = open()
    await put(store)
    expect(askedFor('PUT')).toHaveLength(3)
    expect(await store.get(key)).toEqual(small)
    expect(clock.pauses).toHaveLength(2)
    const [first, second] = clock.pauses as [number, number]
    for (const [pause, most] of [
      [first, 500],
      [second, 1000],
    ] as const) {
      expect(pause).toBeGreaterThanOrEqual(most / 2)
      expect(pause).toBeLessThanOrEqual(most)
    }
  })

  it.each(['silent', 'stalling'] as const)('is not waited for without end: %s', async (fault) => {
    const store = open({ idleTimeoutMs: 400 })
    proxy.fail(about('PUT'), 'silent')
    await put(store)
    proxy.fail(about('GET'), fault)
    expect(await store.get(key)).toEqual(small)
    // A busy machine may be late, too.
    expect(askedFor('PUT').length).toBeGreaterThanOrEqual(2)
    expect(askedFor('GET').length).toBeGreaterThanOrEqual(2)
  })

  it.each(['SlowDown', 'InternalError', 'hangingUp', 'cutShort', 'corrupted'] as const)(
    'is read nevertheless: %s',
    async (fault) => {
      const store = open()
      await put(store)
      proxy.fail(about('GET'), fault)
      expect(await store.get(key)).toEqual(small)
      expect(askedFor('GET')).toHaveLength(2)
    },
  )

  it.each([
    ['POST', 'uploads', 'SlowDown'],
    ['POST', 'uploads', 'blank'],
    ['PUT', 'partNumber=2', 'SlowDown'],
    ['PUT', 'partNumber=5', 'hangingUp'],
    ['PUT', 'partNumber=1', 'lost'],
    ['POST', 'uploadId', 'InternalError'],
    ['POST', 'uploadId', 'lost'],
  ] as const)('is written to in parts nevertheless: %s %s, %s', async (method, part, fault) => {
    proxy.fail(about(method, part), fault)
    const store = open()
    await put(store, large)
    expect(Buffer.compare((await store.get(key)) as Uint8Array, large)).toBe(0)
    expect(askedFor('PUT', 'partNumber').length).toBeLessThanOrEqual(6)
  })

  it('is given up in the end, and says that it may be tried again', async () => {
    proxy.fail(about('PUT'), ...Array(4).fill('SlowDown'))
    const error = await failure(put(open({ attempts: 4 })))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true, where: expect.stringContaining(key) })
    expect(error.message).toContain('SlowDown')
    expect(clock.pauses).toHaveLength(3)
    await put()
  })
})

describe('a bucket that does not do what it should', () => {
  it('never passes damaged bytes on', async () => {
    const store = open()
    await put(store)
    proxy.fail(about('GET'), 'corrupted', 'corrupted')
    expect(await failure(store.get(key))).toMatchObject({ code: 'refused', where: expect.stringContaining(key) })
  })

  it('has a clock, and so has this machine: they should agree', async () => {
    proxy.fail(about('PUT'), 'RequestTimeTooSkewed', 'RequestTimeTooSkewed')
    const error = await failure(put(open({ attempts: 2 })))
    expect(error).toMatchObject({ code: 'unavailable', hint: expect.stringContaining('clock') })
  })

  it('keeps no part of what failed in the middle', async () => {
    proxy.fail(about('PUT', 'partNumber=2'), 'AccessDenied')
    const store = open()
    expect(await failure(put(store, large))).toMatchObject({ code: 'unauthorised' })
    expect(askedFor('DELETE', 'uploadId')).toHaveLength(1)
    expect(askedFor('POST', 'uploadId')).toEqual([])
    expect(await store.has(key)).toBe(false)
    await put(store, large)
  })

  it('is not there', async () => {
    const store = open({ bucket: 'no-such-bucket' })
    const missing = { code: 'not-found', message: expect.stringContaining('no-such-bucket') }
    expect(await failure(put(store))).toMatchObject(missing)
    expect(await failure(store.get(key))).toMatchObject(missing)
    expect(await failure(store.has(key))).toMatchObject(missing)
    expect(clock.pauses).toEqual([])
  })

  it('can be closed while it is waited for', async () => {
    const store = open()
    await store.get(key)
    proxy.fail(about('GET'), 'silent')
    const asking = failure(store.get(key))
    while (askedFor('GET').length < 2) await new Promise(setImmediate)
    await store[Symbol.asyncDispose]()
    expect(await asking).toMatchObject({ code: 'aborted' })
  })
})

describe('two who write at once', () => {
  it.each([
    ['in one request', 2_000],
    ['in parts', 45_000],
  ])('do not both win: %s', async (_, size) => {
    const outcomes = await Promise.allSettled(
      [1, 2].map(async (fill) => {
        await put(open(), new Uint8Array(size).fill(fill))
        return fill
      }),
    )
    const won = outcomes.filter((each) => each.status === 'fulfilled')
    const lost = outcomes.filter((each) => each.status === 'rejected')
    expect(won).toHaveLength(1)
    expect(lost.map(({ reason }) => reason)).toEqual([expect.objectContaining({ code: 'refused' })])
    expect(new Set(await open().get(key))).toEqual(new Set([won[0]?.value]))
    // Parts of the loser are taken back.
    const begun = askedFor('POST', 'uploads').length
    expect(askedFor('DELETE', 'uploadId')).toHaveLength(Math.max(0, begun - 1))
  })
})

describe('credentials', () => {
  const SECRET = 'wJalrXUtnFEMI-this-must-not-be-told'
  const TOKEN = 'session-token-that-must-not-be-told'

  it('that are wrong are told apart, at once, and never told', async () => {
    const store = open({ credentials: () => ({ ...CREDENTIALS, secretAccessKey: SECRET, sessionToken: TOKEN }) })
    for (const ask of [() => put(store), () => store.get(key), () => store.has(key)]) {
      const error = await failure(ask())
      expect(error).toMatchObject({ code: 'unauthorised', retryable: false })
      const shown = inspect(error, { depth: 20, showHidden: true })
      expect(shown).not.toContain(SECRET)
      expect(shown).not.toContain(TOKEN)
      expect(shown).not.toContain('Signature=')
    }
    expect(clock.pauses).toEqual([])
  })

  it('that are temporary come with their token', async () => {
    await put(open({ credentials: () => ({ ...CREDENTIALS, sessionToken: TOKEN }) }))
    expect(askedFor('PUT')[0]?.headers['x-amz-security-token']).toBe(TOKEN)
  })

  it('come from variables that the settings name', async () => {
    const names = { accessKeyId: 'BUCKET_ID', secretAccessKey: 'BUCKET_SECRET', sessionToken: 'BUCKET_TOKEN' }
    const env = { BUCKET_ID: 'id', BUCKET_SECRET: 'secret', BUCKET_TOKEN: 'token' }
    expect(credentialsFrom(names, env)).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' })
    const before = proxy.asked.length
    const error = await failure(put(open({ credentials: () => credentialsFrom(names, { ...env, BUCKET_SECRET: '' }) })))
    expect(error).toMatchObject({ code: 'unauthorised', where: 'BUCKET_SECRET' })
    expect(proxy.asked.length).toBe(before)
  })

  it('come from where AWS tools take them: a file, by the name of a profile', async () => {
    const file = join(dir, 'credentials')
    const { accessKeyId, secretAccessKey } = CREDENTIALS
    await writeFile(file, `[mine]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`)
    await using _ = withEnvironment({ AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'mine' })
    const store = withoutCredentials()
    await put(store)
    expect(await store.get(key)).toEqual(small)
  })

  it('that are nowhere are named as missing', async () => {
    await using _ = withEnvironment({
      AWS_SHARED_CREDENTIALS_FILE: join(dir, 'none'),
      AWS_CONFIG_FILE: join(dir, 'none'),
      AWS_EC2_METADATA_DISABLED: 'true',
    })
    const error = await failure(put(withoutCredentials()))
    expect(error).toMatchObject({ code: 'unauthorised', hint: expect.stringContaining('AWS_ACCESS_KEY_ID') })
  })

  const withoutCredentials = () => {
    const store = new S3Store({ bucket: BUCKET, prefix: '', endpoint: `http://127.0.0.1:${proxy.port}`, clock })
    stores.push(store)
    return store
  }

  function withEnvironment(changes: Record<string, string>): AsyncDisposable {
    const before = { ...process.env }
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
    Object.assign(process.env, changes)
    return {
      async [Symbol.asyncDispose]() {
        process.env = before
      },
    }
  }
})

it('leaves nothing of a stream behind, kept or not', async () => {
  const store = open()
  const stream = async function* () {
    yield small
  }
  {
    await using incoming = await store.receive(stream())
    await incoming.keep(key, 'text/plain')
    await using _ = await store.receive(stream())
    expect(await readdir(join(dir, 'spool'))).toHaveLength(2)
  }
  expect(await readdir(join(dir, 'spool'))).toEqual([])
})
