import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { Worker } from 'bullmq'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type DevChain, openDevChain } from '../../src/chain/dev/dev-chain.ts'
import { doctorReportSchema } from '../../src/doctor/report.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { roundkeeper as alone } from '../support/cli.ts'
import { startFileServer, startHttpServer } from '../support/file-server.ts'
import { startGitHttpServer } from '../support/git-http-server.ts'
import { Cloud } from '../support/gpu-clouds/cloud.ts'
import { targonDialect } from '../support/gpu-clouds/targon.ts'
import { startDistanceService, startRenderService } from '../support/media-services.ts'
import { RedisServer, whyNoRedis } from '../support/redis-server.ts'
import { startS3Proxy } from '../support/s3-proxy.ts'
import { BUCKET, CREDENTIALS, startS3Server } from '../support/s3-server.ts'
import { startVlmServer } from '../support/vlm/server.ts'
import { commit, doctor, smallCompetition, variant } from './support.ts'

const root = temporaryFolder()
const clock = new SystemClock()
/** Nothing listens there. */
const DEAD = 'http://127.0.0.1:2'
let dir = ''
beforeAll(async () => {
  dir = await smallCompetition(root())
})
let variants = 0
const having = (settings: object) => variant(dir, `variant-${variants++}`, settings)

describe('doctor, of a git host', () => {
  it('reads from it, and finds out whether we may push', async () => {
    const auth = { username: 'x-access-token', password: 'secret' }
    await using open = await startGitHttpServer(dir)
    await using closed = await startGitHttpServer(dir, { auth })
    const everybody = await having({ repo: `${open.url}/state.git` })
    expect(await doctor(everybody, 'repository,config,token,branch-rules,clock')).toMatchObject({
      repository: { outcome: 'ok', detail: expect.stringContaining('tiny, round 0, open') },
      config: { outcome: 'ok' },
      token: { outcome: 'ok', detail: 'anybody may push there' },
      'branch-rules': { outcome: 'skipped' },
      clock: { outcome: 'ok' },
    })
    const some = await having({ repo: `${closed.url}/state.git` })
    expect(await doctor(some, 'token,repository', { ROUNDKEEPER_GIT_TOKEN: 'secret' })).toMatchObject({
      token: { outcome: 'ok', detail: 'it may push' },
      repository: { outcome: 'ok' },
    })
    expect(await doctor(some, 'token,repository', { ROUNDKEEPER_GIT_TOKEN: 'other' })).toMatchObject({
      token: { outcome: 'fail', detail: 'the host does not know this token' },
      repository: { outcome: 'fail' },
    })
  })

  it('compares clocks, whatever the host answers, and knows a host of code that is not there', async () => {
    let skewMs = 0
    await using host = await startHttpServer((_, response) => {
      response.writeHead(404, { date: new Date(Date.now() + skewMs).toUTCString() }).end()
    })
    const there = await having({ repo: `${host.url}/state.git`, code_host: host.url })
    skewMs = 90_000
    expect(await doctor(there, 'clock,code-host')).toMatchObject({
      clock: {
        outcome: 'warn',
        detail: expect.stringMatching(/^\d+ s behind http/),
        how_to_fix: expect.stringContaining('NTP'),
      },
      'code-host': { outcome: 'ok' },
    })
    skewMs = -600_000
    expect((await doctor(there, 'clock')).clock).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('ahead of'),
    })
    expect((await doctor(await having({ code_host: DEAD }), 'code-host'))['code-host']).toMatchObject({
      outcome: 'fail',
    })
  })
})

describe('doctor, of hosts that never answer', () => {
  it('says so in time, waits for nothing twice, and ends', async () => {
    const held: Socket[] = []
    await using silent = await startHttpServer(({ socket }) => held.push(socket))
    const there = await having({
      repo: `${silent.url}/state.git`,
      judge: { kind: 'penalty', model: 'm', endpoints: [{ url: `${silent.url}/v1` }] },
    })
    const { code, stdout } = await alone(
      'doctor',
      '--dir',
      there,
      '--only',
      'repository,config,pool,token,judge',
      '--timeout',
      '1',
      '--json',
    )
    const { checks } = doctorReportSchema.parse(JSON.parse(stdout))
    expect(code).toBe(1)
    expect(checks.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      ...['repository fail', 'config skipped', 'pool skipped', 'token fail', 'judge fail'],
    ])
    expect(checks[0]?.detail).toBe('no answer within 1 s')
  })
})

describe('doctor, of a chain', () => {
  let chain: DevChain
  let endpoint = ''
  beforeAll(async () => {
    chain = await openDevChain({ clock, manual: true, finalityLag: 2 })
    chain.node.produceBlocks(40)
    endpoint = (await chain.listen({ port: 0 })).url
  })
  afterAll(() => chain[Symbol.asyncDispose]())
  const of = (settings: object = {}) => having({ chain: { kind: 'bittensor', endpoint, ...settings } })

  it('finds it coming on, its subnet, and a validator that may set weights', async () => {
    // The dev chain has registered it.
    const validator = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'
    const found = await doctor(await of(), 'chain,subnet', {}, '--hotkey', validator)
    expect(found.chain?.detail).toMatch(/genesis 0x[0-9a-f]{8}…, final block \d+; what is final is 2 behind/)
    expect(found.subnet?.detail).toMatch(/subnet 17: \d+ of \d+ seats, tempo \d+, commit-reveal o(n|ff)/)
    expect(found.subnet?.detail).toMatch(/the validator \(uid \d+\) has no permit|the validator has uid/)
    const stranger = await doctor(
      await of(),
      'subnet',
      {},
      '--hotkey',
      '5HpG9w8EBLe5XCrbczpwq5TSXvedjrBGCwqxK1iQ7qUsSWFc',
    )
    expect(stranger.subnet).toMatchObject({ outcome: 'fail', detail: expect.stringContaining('is not registered') })
  })

  it('knows another chain, a subnet that is not there, a receiver that nobody is, and a node that is gone', async () => {
    const other = await doctor(await of({ genesis_hash: `0x${'00'.repeat(32)}` }), 'chain')
    expect(other.chain).toMatchObject({ outcome: 'fail', detail: expect.stringContaining('genesis') })
    const elsewhere = await of()
    const config = JSON.parse(await readFile(join(root(), 'config.json'), 'utf8'))
    await commit(elsewhere, { 'config.json': JSON.stringify({ ...config, netuid: 99 }) })
    expect((await doctor(elsewhere, 'subnet')).subnet).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('there is no subnet 99'),
    })
    const weights = { ...config.weights, remainder_to: '5HpG9w8EBLe5XCrbczpwq5TSXvedjrBGCwqxK1iQ7qUsSWFc' }
    await commit(elsewhere, { 'config.json': JSON.stringify({ ...config, weights, block_seconds: 0.25 }) })
    expect(await doctor(elsewhere, 'subnet,chain')).toMatchObject({
      subnet: { outcome: 'warn', detail: expect.stringContaining('weights.remainder_to is not registered') },
      chain: {
        outcome: expect.stringMatching(/warn|fail/),
        detail: expect.stringContaining('block_seconds in config.json is 0.25'),
      },
    })
    const gone = await having({ chain: { kind: 'bittensor', endpoint: 'ws://127.0.0.1:2' } })
    expect(await doctor(gone, 'chain,subnet')).toMatchObject({
      chain: { outcome: 'fail' },
      subnet: { outcome: 'skipped', detail: 'the chain has to answer first' },
    })
  })
})

describe('doctor, of an object store', () => {
  it('writes, reads, lists and removes one object of a bucket, which anybody may fetch', async () => {
    await using server = await startS3Server()
    await using proxy = await startS3Proxy(server.port)
    const env = { AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId, AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey }
    const s3 = { bucket: BUCKET, endpoint: proxy.url, region: 'us-east-1', prefix: 'mesh' }
    const there = await having({ store: { s3 } })
    expect(await doctor(there, 'store,store-public,clock', env)).toMatchObject({
      store: {
        outcome: 'ok',
        detail: expect.stringMatching(/^s3:\/\/evidence\/mesh at .*: written, read; listed; removed$/),
      },
      'store-public': { outcome: 'ok' },
      clock: { outcome: 'ok' },
    })
    const keys = proxy.asked.filter(({ method }) => method === 'PUT').map(({ url }) => url)
    expect(keys).toHaveLength(2)
    for (const key of keys) expect(key).toMatch(/^\/evidence\/mesh\/\.roundkeeper\/doctor-/)

    proxy.fail(({ method }) => method === 'DELETE', 'AccessDenied')
    proxy.fail(({ url }) => url.includes('list-type'), 'AccessDenied')
    expect((await doctor(there, 'store', env)).store).toMatchObject({
      outcome: 'warn',
      detail: expect.stringMatching(/objects cannot be listed: .*; objects cannot be removed: /),
      how_to_fix: expect.stringContaining('Allow s3:ListBucket'),
    })
    const elsewhere = await having({ store: { s3: { ...s3, base_url: `${proxy.url}/evidence/other` } } })
    expect((await doctor(elsewhere, 'store-public', env))['store-public']).toMatchObject({
      outcome: 'warn',
      detail: expect.stringContaining('cannot be fetched without credentials (HTTP 404)'),
    })
    const wrong = { ...env, AWS_SECRET_ACCESS_KEY: 'a wrong one' }
    const refused = (await doctor(there, 'store', wrong)).store
    expect(refused).toMatchObject({ outcome: 'fail', how_to_fix: expect.stringContaining('Check the credentials') })
    expect(JSON.stringify(refused)).not.toContain('a wrong one')
    const missing = await having({ store: { s3: { ...s3, bucket: 'no-such-bucket' } } })
    expect((await doctor(missing, 'store', env)).store?.detail).toContain('there is no bucket no-such-bucket')
  })

  it('does so in a folder, and looks where it is served', async () => {
    await mkdir(join(root(), 'served'))
    await using server = await startFileServer(() => join(root(), 'served'))
    const served = await having({ store: { folder: '../served', base_url: server.url } })
    expect(await doctor(served, 'store,store-public')).toMatchObject({
      store: { outcome: 'ok' },
      'store-public': { outcome: 'ok' },
    })
    const nowhere = await having({ store: { folder: '../served', base_url: DEAD } })
    expect((await doctor(nowhere, 'store-public'))['store-public']).toMatchObject({ outcome: 'warn' })
    await expect(access(join(root(), 'served/.roundkeeper'))).rejects.toThrow('ENOENT')
    await writeFile(join(root(), 'file'), '')
    expect((await doctor(await having({ store: { folder: '../file' } }), 'store')).store).toMatchObject({
      outcome: 'fail',
    })
  })
})

describe('doctor, of judges', () => {
  it('asks one question with a known answer, and tells what it cost', async () => {
    await using vlm = await startVlmServer({ apiKey: 'key' })
    const judge = { kind: 'penalty', model: 'm', endpoints: [{ url: vlm.url, api_key_env: 'VLM' }] }
    const there = await having({ judge, second_judge: { ...judge, kind: 'multistage' } })
    const found = await doctor(there, 'judge,second-judge', { VLM: 'key' })
    expect(found.judge).toMatchObject({
      outcome: 'ok',
      detail: expect.stringMatching(
        /^vlm-penalty\/1\+\w+ knows a disc from a square \(cost: 2 calls, \d+ tokens in, \d+ out\)$/,
      ),
    })
    expect(found['second-judge']).toMatchObject({ outcome: 'ok', detail: expect.stringContaining('vlm-multistage') })
    const asked = vlm.asked.size
    expect(await doctor(there, 'judge,second-judge', { VLM: 'key' }, '--no-paid')).toMatchObject({
      judge: { outcome: 'skipped' },
    })
    expect(vlm.asked.size).toBe(asked)
    expect((await doctor(there, 'judge', { VLM: 'wrong' })).judge).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('wrong key'),
    })
    vlm.set({ temper: { refuses: 1 } })
    expect((await doctor(there, 'judge', { VLM: 'key' })).judge).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('gives no valid answer (cost:'),
    })
    vlm.set({ temper: { scale: -30 } })
    expect((await doctor(there, 'judge', { VLM: 'key' })).judge?.outcome).not.toBe('ok')
    expect(
      (await doctor(await having({ judge: { ...judge, endpoints: [{ url: `${DEAD}/v1` }] } }), 'judge')).judge,
    ).toMatchObject({ outcome: 'fail', detail: expect.stringContaining('none is up') })
  })

  it('wants the second judge that the configuration names', async () => {
    const familywise = await having({})
    const config = JSON.parse(await readFile(join(root(), 'config.json'), 'utf8'))
    const judging = { throne: 'familywise', throne_judge: 'another/1' }
    await commit(familywise, { 'config.json': JSON.stringify({ ...config, judging }) })
    expect((await doctor(familywise, 'second-judge'))['second-judge']).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('there is none'),
    })
    const second = await variant(familywise, 'second', { second_judge: { kind: 'offline' } })
    expect((await doctor(second, 'second-judge'))['second-judge']).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('config.json names another/1'),
    })
  })
})

describe('doctor, of services and providers', () => {
  it('has a model drawn, and a distance measured', async () => {
    await using renders = await startRenderService(new CpuRenderer(), { size: 64 })
    await using measures = await startDistanceService()
    const there = await having({
      renderer: { kind: 'http', url: renders.url },
      distance: { kind: 'http', url: measures.url },
    })
    expect(await doctor(there, 'renderer,distance')).toMatchObject({
      renderer: { outcome: 'ok' },
      distance: { outcome: 'ok' },
    })
    const dinov3 = await having({
      distance: { kind: 'dinov3', model: { path: 'nowhere.onnx', sha256: '0'.repeat(64) } },
    })
    expect((await doctor(dinov3, 'distance')).distance).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('nowhere.onnx'),
    })
  })

  it('is known to providers, and orders nothing', async () => {
    await using cloud = await Cloud.open(targonDialect('key'), clock)
    const there = await having({ pods: { providers: ['targon', 'runpod'], urls: { targon: cloud.url } } })
    const found = await doctor(there, 'pods-targon,pods-runpod,pods-verda', {
      TARGON_API_KEY: 'key',
      RUNPOD_API_KEY: '',
      RUNPOD_PROVIDER_API_KEY: '',
    })
    expect(found).toMatchObject({
      'pods-targon': { outcome: 'ok', detail: 'it knows us; 0 pods on the account, 0 of Roundkeeper’s' },
      'pods-runpod': { outcome: 'fail', detail: expect.stringContaining('RUNPOD_API_KEY not set') },
      'pods-verda': { outcome: 'skipped' },
    })
    expect(cloud.names).toEqual([])
    expect((await doctor(there, 'pods-targon', { TARGON_API_KEY: 'other' }))['pods-targon']).toMatchObject({
      outcome: 'fail',
    })
  })
})

describe.skipIf(whyNoRedis() !== undefined)('doctor, of Redis', () => {
  it('looks whether it is there, forgets nothing, and has workers', async () => {
    await using server = await RedisServer.start()
    const there = await having({ pool: { kind: 'redis', prefix: 'mesh' } })
    const env = { ROUNDKEEPER_REDIS_URL: server.url }
    const found = (await doctor(there, 'redis', env)).redis
    expect(found).toMatchObject({
      outcome: 'warn',
      detail: expect.stringMatching(/^nobody is there to do the work; .*version \d.*, 0 workers/),
    })
    const worker = new Worker('work', null, {
      connection: { url: server.url, maxRetriesPerRequest: null },
      prefix: 'mesh',
    })
    onTestFinished(() => worker.close(true))
    worker.on('error', () => undefined)
    await worker.waitUntilReady()
    expect((await doctor(there, 'redis', env)).redis).toMatchObject({
      outcome: 'ok',
      detail: expect.stringContaining('1 workers'),
    })
    await server.kill()
    const gone = (await doctor(there, 'redis', env)).redis
    expect(gone).toMatchObject({ outcome: 'fail', detail: expect.stringContaining('Redis does not answer') })
    expect((await doctor(there, 'redis', { ROUNDKEEPER_REDIS_URL: '' })).redis?.detail).toContain(
      'no ROUNDKEEPER_REDIS_URL',
    )
    expect((await doctor(dir, 'redis')).redis).toMatchObject({ outcome: 'skipped' })
  })
})
