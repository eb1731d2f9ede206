import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { sha256Hex } from '../../src/rules/digest.ts'
import { files } from '../../src/state/index.ts'
import { S3Store } from '../../src/store/s3-store.ts'
import { competition, everyRound, miner, START, type TestCompetition, testConfig } from '../support/competition.ts'
import type { FakeMiner } from '../support/fake-ports.ts'
import { roundkeeperWith } from '../support/in-process-cli.ts'
import { type S3Proxy, startS3Proxy } from '../support/s3-proxy.ts'
import { BUCKET, CREDENTIALS, type S3TestServer, startS3Server } from '../support/s3-server.ts'

const miners = [miner('better', 0.8), miner('worse', 0.3)]
const config = testConfig({ last_competition_date: '2026-03-01' })
const setup = { config, miners, leader: miner('leader', 0.5), before: everyRound(...miners) }
const env = { AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId, AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey }

let dir: string
let server: S3TestServer
let proxy: S3Proxy
let inBucket: TestCompetition
let inFolder: TestCompetition
let address: string

/** Every file of a competition, by its path. */
async function filesOf({ repo }: TestCompetition): Promise<Record<string, string>> {
  const head = await repo.head()
  const read = async (path: string) => [path, Buffer.from((await repo.read(head, path)) ?? '').toString()] as const
  return Object.fromEntries(await Promise.all((await repo.list(head, '')).map(read)))
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-objects-'))
  server = await startS3Server()
  proxy = await startS3Proxy(server.port)
  address = `s3://${BUCKET}/tiny?endpoint=http://127.0.0.1:${proxy.port}`
  await using objects = new S3Store({
    bucket: BUCKET,
    prefix: 'tiny/',
    endpoint: `http://127.0.0.1:${proxy.port}`,
    baseUrl: 'https://store.test',
    credentials: () => ({ ...CREDENTIALS }),
    clock: new VirtualClock(START, { autoAdvance: true }),
    spoolDir: join(dir, 'spool'),
  })
  let asked = 0
  let isFlaky = true
  // One request in ten fails, in ways that pass.
  proxy.fail(
    () => isFlaky && ++asked % 10 === 0,
    ...Array.from({ length: 200 }, (_, i) => (['SlowDown', 'lost'] as const)[i % 2] ?? 'lost'),
  )
  inBucket = await competition({ ...setup, objects, readable: true })
  inFolder = await competition(setup)
  for (const each of [inBucket, inFolder]) expect(await each.play()).toMatchObject({ status: 'finished' })
  isFlaky = false
  expect(asked).toBeGreaterThan(50)
})
afterAll(async () => {
  for (const each of [inBucket, inFolder, proxy, server]) await each[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

describe('a competition whose objects are in a bucket', () => {
  it('ends at the same files as one whose objects are in a folder', async () => {
    const all = await filesOf(inBucket)
    expect(Object.keys(all).length).toBeGreaterThan(15)
    expect(all).toEqual(await filesOf(inFolder))
  })

  it('has the same objects, and nothing in the folder', async () => {
    expect(await readdir(inBucket.dir)).not.toContain('store')
    const reader = new S3Store({
      bucket: BUCKET,
      prefix: 'tiny/',
      endpoint: `http://127.0.0.1:${proxy.port}`,
      credentials: () => ({ ...CREDENTIALS }),
      clock: new VirtualClock(START, { autoAdvance: true }),
    })
    await using _ = reader
    const root = join(inFolder.dir, 'store')
    const keys = (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    expect(keys.length).toBeGreaterThan(15)
    const hash = (bytes: Uint8Array | undefined) => bytes && sha256Hex(bytes)
    for (const key of keys)
      expect([key, hash(await reader.get(key))]).toEqual([key, hash(await readFile(join(root, key)))])
  })

  it('may be read under names that say whose the models are, too', async () => {
    const { hotkey } = miners[0] as FakeMiner
    const submitted = (await (await inBucket.now()).find(files.submitted, 0, hotkey)) ?? {}
    expect(Object.keys(submitted).length).toBeGreaterThan(0)
    for (const [stem, { glb_sha256 }] of Object.entries(submitted)) {
      const url = `${address.slice(address.indexOf('http'))}/${BUCKET}/tiny/rounds/0/${hotkey}/submitted/${stem}.glb`
      const found = await fetch(url, { headers: { 'x-amz-date': '' } })
      expect(sha256Hex(new Uint8Array(await found.arrayBuffer()))).toBe(glb_sha256)
    }
  })

  it('is verified from there, and drawn', async () => {
    const source = join(inBucket.dir, 'state.git')
    const run = (...args: string[]) => roundkeeperWith({ env }, ...args, '--store', address, '--json')
    const verified = await run('verify', source)
    const gallery = await run('gallery', source, '--out', join(dir, 'gallery'))
    expect(verified, verified.stderr).toMatchObject({ code: 0 })
    const { evidence } = JSON.parse(verified.stdout)
    expect(evidence.objects).toMatchObject({ missing: 0, damaged: 0, unfetched: 0 })
    expect(evidence.objects.good).toBeGreaterThan(10)
    expect(gallery, gallery.stderr).toMatchObject({ code: 0 })
  })
})
