import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { CloudPods } from '../../../src/compute/cloud-pods.ts'
import type { PodView } from '../../../src/compute/pod-provider.ts'
import { processRuns } from '../../../src/compute/pod-run.ts'
import { Container, type ContainerOptions } from '../../../src/compute/providers/container.ts'
import { RunPod } from '../../../src/compute/providers/runpod.ts'
import { Targon } from '../../../src/compute/providers/targon.ts'
import { Verda } from '../../../src/compute/providers/verda.ts'
import { SystemClock } from '../../../src/engine/system-clock.ts'
import { temporaryFolder } from '../../store/temporary.ts'
import { Cloud, type Dialect } from '../../support/gpu-clouds/cloud.ts'
import { dockerProgram } from '../../support/gpu-clouds/docker-program.ts'
import { Pauses } from '../../support/gpu-clouds/pauses.ts'
import { runpodDialect } from '../../support/gpu-clouds/runpod.ts'
import { targonDialect } from '../../support/gpu-clouds/targon.ts'
import { verdaDialect } from '../../support/gpu-clouds/verda.ts'
import { providerContract, requestOf, until, type World } from './contract.ts'

const never = new AbortController().signal
const folder = temporaryFolder()
const apiKey = 'sk-very-secret'
const secrets = { clientId: 'me', clientSecret: 'client-secret', podToken: 'pod-token' }

async function cloudWorld(
  dialect: Dialect,
  open: (cloud: Cloud, clock: Pauses) => Omit<World, keyof AsyncDisposable | 'clock' | 'break'>,
) {
  const clock = new Pauses()
  const cloud = await Cloud.open(dialect, clock)
  Object.assign(cloud, { visibleAfterMs: 60_000, runningAfterMs: 120_000 })
  const world = open(cloud, clock)
  const body = `${'trouble '.repeat(20)}${world.secrets.join(' ')}${'x'.repeat(5_000)}`
  return {
    ...world,
    ...{ clock, cloud },
    break: () => cloud.fails(/^\w+ \/(?!at\/)/, { status: 503, body }),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  }
}

const targon = () =>
  cloudWorld(targonDialect(apiKey), ({ url }, clock) => ({
    provider: new Targon({ apiKey, clock, url, usdPerHour: 2.5 }),
    ...{ secrets: [apiKey], priced: true, logs: /^loading weights\nready$/ },
  }))
const runpod = () =>
  cloudWorld(runpodDialect(apiKey), ({ url, addressOf }, clock) => ({
    provider: new RunPod({ apiKey, clock, url, addressOf }),
    ...{ secrets: [apiKey], priced: true, logs: /^$/ },
  }))
const verda = () =>
  cloudWorld(verdaDialect(secrets), ({ url }, clock) => ({
    provider: new Verda({ ...secrets, generationToken: secrets.podToken, clock, url }),
    ...{ secrets: ['client-secret', 'pod-token', 'token-1'], priced: false, logs: /^$/ },
  }))

async function container(options: Partial<ContainerOptions> = {}) {
  const clock = new Pauses()
  const docker = await dockerProgram(await mkdtemp(join(folder(), 'docker-')))
  return {
    ...{ clock, docker, secrets: [], priced: true, logs: /^$/ },
    provider: new Container({ clock, program: docker.program, ...options }),
    break: () => docker.setDown(true),
    [Symbol.asyncDispose]: () => docker.stopAll(),
  }
}

describe.each([
  ['Targon', targon],
  ['Verda', verda],
  ['RunPod', runpod],
  ['Container', () => container()],
] as [string, () => Promise<World>][])('%s', (_, open) => providerContract(open))

describe('Targon', () => {
  it('leaves out what is deleted, and guesses the address that a container has by rule', async () => {
    await using world = await targon()
    const { cloud, provider } = world
    Object.assign(cloud, { visibleAfterMs: 0, addressOf: () => '' })
    const { name } = await provider.deploy(requestOf('honest'), never)
    expect(await provider.find(name, never)).toMatchObject({ url: 'https://pod1.serverless.targon.com' })
    cloud.takeAway()
    expect(await provider.list(never)).toEqual([])
  })
})

describe('Verda', () => {
  it('fetches a token once, anew a minute before it ends, and again when it is refused', async () => {
    const dialect = verdaDialect(secrets)
    const clock = new Pauses()
    await using cloud = await Cloud.open(dialect, clock)
    const provider = new Verda({ ...secrets, generationToken: secrets.podToken, clock, url: cloud.url })
    const tokens = () => cloud.asked.filter(({ path }) => path === '/oauth2/token').length
    await Promise.all([provider.list(never), provider.list(never)])
    clock.advance(3_539_000)
    await provider.list(never)
    expect(tokens()).toBe(1)
    clock.advance(2_000)
    await Promise.all([provider.list(never), provider.list(never)])
    expect(tokens()).toBe(2)
    dialect.revoke()
    await provider.list(never)
    expect(tokens()).toBe(3)
  })

  it('says which variables are wrong when it gets no token, and nothing of what it was told', async () => {
    const clock = new Pauses()
    await using cloud = await Cloud.open(verdaDialect({ ...secrets, clientSecret: 'other' }), clock)
    const provider = new Verda({ ...secrets, generationToken: '', clock, url: cloud.url })
    const error = await provider.list(never).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'unauthorised', hint: expect.stringContaining('VERDA_CLIENT_SECRET') })
    expect(JSON.stringify([error.message, error.where])).not.toContain('client-secret')
  })

  it('sends its token nowhere in the clear', async () => {
    await using world = await verda()
    Object.assign(world.cloud, { visibleAfterMs: 0, addressOf: () => 'http://pods.example' })
    const { name } = await world.provider.deploy(requestOf('honest'), never)
    const view = await world.provider.find(name, never)
    expect(view).toMatchObject({ name })
    expect(view).not.toHaveProperty('url')
  })

  it('takes a quota that is reached for the provider taking the pod away', async () => {
    await using world = await verda()
    const { name } = await world.provider.deploy(requestOf('honest'), never)
    world.clock.advance(120_000)
    world.cloud.takeAway()
    expect(await world.provider.find(name, never)).toMatchObject({ state: 'ended', detail: 'quota_reached' })
  })
})

describe('RunPod', () => {
  it('counts what a pod costs by the price that its API says', async () => {
    await using world = await runpod()
    const { name } = await world.provider.deploy(requestOf('honest'), never)
    world.clock.advance(1_800_000)
    expect(await world.provider.cost(name, never)).toEqual({ seconds: 1800, amount: 1.8, currency: 'USD' })
  })
})

describe('Container', () => {
  it('confines what it runs, and labels it', async () => {
    await using world = await container({ memory: '8g', cpus: 2, gpus: 'all' })
    process.env.TARGON_API_KEY = apiKey
    const request = requestOf('honest')
    await world.provider.deploy(request, never)
    delete process.env.TARGON_API_KEY
    const view = await until(world, request.name, (found) => found?.url !== undefined)
    expect(view?.labels).toEqual(request.labels)
    expect(view?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const calls = await world.docker.calls()
    const network = calls.find(([command, verb]) => command === 'network' && verb === 'create')?.join(' ')
    expect(network).toContain('enable_ip_masquerade=false')
    const run = calls.find(([command]) => command === 'run')?.join(' ')
    for (const part of [
      '--rm',
      '--memory 8g',
      '--cpus 2',
      '--gpus all',
      '--publish 127.0.0.1::10006',
      '--dns 127.0.0.1',
    ])
      expect(run).toContain(part)
    expect(run).toMatch(/--network roundkeeper-closed .*--security-opt no-new-privileges .*--env MODE=audit honest$/)
    expect(JSON.stringify(calls)).not.toContain(apiKey)
  })

  it.each([
    ['crashes', 'failed', 'exit code 3', /no CUDA device/],
    ['missing', 'ended', "Unable to find image 'missing' locally", /Unable to find/],
  ])('tells of an image that %s', async (image, state, detail, logs) => {
    await using world = await container()
    const { name } = await world.provider.deploy(requestOf(image), never)
    expect(await until(world, name, (view) => /failed|ended/.test(view?.state ?? ''))).toMatchObject({ state, detail })
    expect(await world.provider.logs(name, never)).toMatch(logs)
  })

  it('tells of an image that ends at work, whose fault that is', async () => {
    await using world = await container()
    const clock = new SystemClock()
    const pods = new CloudPods({ providers: [world.provider], clock, runs: processRuns(), limits: { pollEveryMs: 20 } })
    const start = await pods.start('dies', 'x-0', never, { competition: 'mesh', round: 7 })
    const generation = start.ok && (await start.pod.generate({ name: 'p', image: new Uint8Array(9) }, 1, never))
    const detail = expect.stringMatching(/\(the container ended: exit code 139\)$/)
    expect(generation).toMatchObject({ ok: false, fault: 'image', lost: true, detail })
    if (start.ok) await start.pod.stop()
  })

  it.each([
    [
      'killed by the engine, whoever told it to',
      'honest',
      ['kill'],
      'ended',
      'exit code 137: it was stopped from outside',
    ],
    ['killed by the kernel, as one that wants more memory than it has', 'outgrows', [], 'failed', 'exit code 137'],
  ])('tells a container that was %s', async (_, image, told, state, detail) => {
    await using world = await container()
    const { name } = await world.provider.deploy(requestOf(image), never)
    const view = await until(world, name, (each) => each?.url !== undefined)
    if (told.length === 0) await fetch(`${view?.url}/generate`).catch(() => undefined)
    else await promisify(execFile)(world.docker.program, [...told, name])
    const isOver = (each: PodView | undefined) => /failed|ended/.test(each?.state ?? '')
    expect(await until(world, name, isOver)).toMatchObject({ state, detail })
  })

  it('knows what another process of ours started', async () => {
    await using world = await container()
    const { name } = await world.provider.deploy(requestOf('honest'), never)
    await until(world, name, (view) => view?.url !== undefined)
    const other = new Container({ clock: world.clock, program: world.docker.program })
    expect(await other.list(never)).toMatchObject([{ name, state: 'running' }])
    await other.stop(name, never)
    expect(await other.list(never)).toEqual([])
  })

  it('keeps nobody from ending, and its containers go on without us', async () => {
    await using world = await container()
    const source = (path: string) => JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href)
    const script = `
      import { Container } from ${source('compute/providers/container.ts')}
      import { SystemClock } from ${source('engine/system-clock.ts')}
      const provider = new Container({ clock: new SystemClock(), program: ${JSON.stringify(world.docker.program)} })
      const never = new AbortController().signal
      const { name } = await provider.deploy(${JSON.stringify(requestOf('honest'))}, never)
      while ((await provider.find(name, never))?.url === undefined);
      console.log(name)`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
    expect(await world.provider.list(never)).toMatchObject([{ name: stdout.trim(), state: 'running' }])
  })

  it.each(['-v/:/host', 'a b', ''])('takes no image that is called %j', async (image) => {
    await using world = await container()
    await expect(world.provider.deploy(requestOf(image), never)).rejects.toMatchObject({
      message: expect.stringMatching(/is no image/),
    })
  })

  it('says what to do where no engine answers', async () => {
    const programs = new Container({ clock: new Pauses(), program: join(folder(), 'nowhere') })
    await expect(programs.list(never)).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringMatching(/pods\.container\.program/),
    })
  })
})
