import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { storeOf } from '../../src/cli/evidence-options.ts'
import { initCommand } from '../../src/cli/init.ts'
import { readSettings } from '../../src/cli/operator-settings.ts'
import { operatorStore } from '../../src/cli/operator-store.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { files } from '../../src/state/index.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { testConfig } from '../support/competition.ts'
import { inProcess } from '../support/in-process-cli.ts'
import { type S3Proxy, startS3Proxy } from '../support/s3-proxy.ts'
import { BUCKET, CREDENTIALS, type S3TestServer, startS3Server } from '../support/s3-server.ts'

const root = temporaryFolder()
const clock = new SystemClock()
let server: S3TestServer
let proxy: S3Proxy
let endpoint: string

beforeAll(async () => {
  server = await startS3Server()
  proxy = await startS3Proxy(server.port)
  endpoint = `http://127.0.0.1:${proxy.port}`
  const pool = Array.from({ length: 8 }, (_, i) => `https://prompts.test/p${i}.png\n`)
  await writeFile(join(root(), 'prompts.txt'), pool.join(''))
  await writeFile(
    join(root(), 'config.json'),
    files.config.serialise(testConfig({ name: 'tiny', last_competition_date: '2099-12-31' })),
  )
})
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', CREDENTIALS.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', CREDENTIALS.secretAccessKey)
})
afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  for (const each of [proxy, server]) await each[Symbol.asyncDispose]()
})

const init = (folder: string, store: string) => {
  const [prompts, config] = ['prompts.txt', 'config.json'].map((name) => join(root(), name)) as [string, string]
  return inProcess(initCommand, folder, '--prompts', prompts, '--config', config, '--no-sign', '--store', store)
}
const folder = (name: string) => join(root(), name)
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
async function withStore(name: string, store: unknown) {
  const dir = folder(name)
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'roundkeeper.json'), JSON.stringify({ store }))
  return readSettings(dir)
}

describe('init --store', () => {
  it('founds a competition whose objects go to a bucket, below its name', async () => {
    const dir = folder('bucket')
    expect(await init(dir, `s3://${BUCKET}?endpoint=${endpoint}&region=us-east-1`)).toMatchObject({ stderr: '' })
    const { store } = JSON.parse(await readFile(join(dir, 'roundkeeper.json'), 'utf8'))
    expect(store).toEqual({ s3: { bucket: BUCKET, endpoint, region: 'us-east-1', prefix: 'tiny' } })
    expect(await isThere(join(dir, 'store'))).toBe(false)

    const settings = await readSettings(dir)
    await using opened = operatorStore(dir, settings.store, clock)
    await opened.store.put('hello.txt', new TextEncoder().encode('hello'), 'text/plain')
    expect(opened.store.url('hello.txt')).toBe(`${endpoint}/${BUCKET}/tiny/hello.txt`)
    expect((await fetch(opened.store.url('hello.txt'), { headers: { 'x-amz-date': '' } })).status).toBe(200)
    expect(await storeOf(dir, {})).toEqual({
      address: `s3://${BUCKET}/tiny?endpoint=${endpoint}&region=us-east-1`,
      found: true,
    })
  })

  it('says of a service without conditional writes what that means', async () => {
    const run = await init(folder('weak'), `s3://${BUCKET}/weak?endpoint=http://127.0.0.1:${server.port}`)
    expect(run.stderr).toMatch(/no conditional writes/)
  })

  it('makes nothing when the bucket cannot be written to', async () => {
    const dir = folder('nothing')
    const missing = init(dir, `s3://no-such-bucket/x?endpoint=${endpoint}`)
    await expect(missing).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('no-such-bucket'),
    })
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong')
    await expect(init(dir, `s3://${BUCKET}/x?endpoint=${endpoint}`)).rejects.toMatchObject({ code: 'unauthorised' })
    await expect(init(dir, `s3://${BUCKET}/.hidden?endpoint=${endpoint}`)).rejects.toMatchObject({ code: 'usage' })
    expect(await isThere(dir)).toBe(false)
  })

  it('takes a folder elsewhere, too', async () => {
    const dir = folder('elsewhere')
    await init(dir, folder('objects'))
    expect((await readSettings(dir)).store).toEqual({ folder: folder('objects') })
    expect(await isThere(folder('objects'))).toBe(true)
    expect(await storeOf(dir, {})).toEqual({ address: folder('objects'), found: true })
  })
})

describe('store in roundkeeper.json', () => {
  const s3 = { bucket: BUCKET }

  it.each([
    [{}, /store: .*either/],
    [{ folder: 'store', s3 }, /store: .*either/],
    [{ s3, base_url: 'https://cdn.example' }, /store: .*either/],
    [{ s3: { bucket: 'No Bucket' } }, /store\.s3\.bucket: .*name of a bucket/],
    [{ s3: { ...s3, prefix: '/x/' } }, /store\.s3\.prefix/],
    [{ s3: { ...s3, endpoint: 'https://me:secret@host' } }, /store\.s3\.endpoint/],
    [{ s3: { ...s3, secret: 'x' } }, /unknown field store\.s3\.secret/],
    [
      { s3: { ...s3, credentials: { access_key_id_env: 'A', secret_access_key_env: 'not/a/name' } } },
      /secret_access_key_env/,
    ],
  ])('refuses %j', async (store, problem) => {
    await expect(withStore('refused', store)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(problem),
    })
  })

  it('may name the variables that hold the credentials, and an auditor without them reads as anybody', async () => {
    const credentials = { access_key_id_env: 'BUCKET_ID', secret_access_key_env: 'BUCKET_SECRET' }
    const { store } = await withStore('named', { s3: { ...s3, endpoint, path_style: true, credentials } })
    await using opened = operatorStore(folder('named'), store, clock)
    await expect(opened.store.has('x')).rejects.toMatchObject({ code: 'unauthorised', where: 'BUCKET_ID' })
    expect(await storeOf(folder('named'), {})).toMatchObject({ s3: { pathStyle: true } })

    vi.stubEnv('BUCKET_ID', CREDENTIALS.accessKeyId)
    vi.stubEnv('BUCKET_SECRET', CREDENTIALS.secretAccessKey)
    expect(await opened.store.has('x')).toBe(false)
    expect(await storeOf(folder('named'), {})).toMatchObject({ s3: { credentials: CREDENTIALS } })
  })
})
