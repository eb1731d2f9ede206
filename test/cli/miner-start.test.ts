import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type StartWorld,
  startGeneratorCommand,
  startJudgeCommand,
  startRendererCommand,
} from '../../src/cli/miner-start.ts'
import { stopPodsCommand } from '../../src/cli/miner-stop-pods.ts'
import type { PodProvider, PodRequest, PodView } from '../../src/compute/pod-provider.ts'
import { Targon } from '../../src/compute/providers/targon.ts'
import { generatorCommand } from '../../src/demo/install-images.ts'
import { POOR } from '../../src/demo/quality.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { HttpRenderer } from '../../src/media/http-renderer.ts'
import { SERVICE_LIMITS } from '../../src/miner/service-pod.ts'
import { type HttpTestServer, startHttpServer } from '../support/file-server.ts'
import { Cloud } from '../support/gpu-clouds/cloud.ts'
import { dockerProgram } from '../support/gpu-clouds/docker-program.ts'
import { Pauses } from '../support/gpu-clouds/pauses.ts'
import { targonDialect } from '../support/gpu-clouds/targon.ts'
import { inProcess, original, roundkeeper } from '../support/in-process-cli.ts'
import { signpost, writeGlb } from '../support/models.ts'

async function runCli(env: NodeJS.ProcessEnv, ...args: string[]) {
  const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk) => (said[name] += chunk))
  const [code] = await once(child, 'close')
  return { code, ...said }
}

const never = new AbortController().signal
let dir = ''
let healthy: HttpTestServer
/** What containers answer to GET /health. */
let status = 200
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-miner-start-'))
  healthy = await startHttpServer((_, response) => response.writeHead(status).end())
  await mkdir(join(dir, 'mine'))
  await writeFile(join(dir, 'mine', 'miner.json'), JSON.stringify({ command: generatorCommand(POOR, 'glb') }))
})
afterAll(async () => {
  await healthy[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

/** A provider that keeps what it is told. @param visibleAfter how many looks until it says where a container is */
class Shelf implements PodProvider {
  readonly id = 'targon'
  readonly pods = new Map<string, PodView>()
  readonly ordered: PodRequest[] = []
  readonly stopped: string[] = []
  visibleAfter = 2
  failsToStop = false
  #looks = 0

  async deploy(request: PodRequest) {
    this.ordered.push(request)
    this.pods.set(request.name, { name: request.name, state: 'starting' })
    return { name: request.name }
  }
  async find(name: string) {
    const pod = this.pods.get(name)
    if (pod?.state !== 'starting' || ++this.#looks < this.visibleAfter) return pod
    const running: PodView = { name, state: 'running', url: healthy.url }
    this.pods.set(name, running)
    return running
  }
  async logs() {
    return 'CUDA is not there'
  }
  async stop(name: string) {
    if (this.failsToStop) throw new RoundkeeperError('unavailable', 'targon: it answered 500')
    this.stopped.push(name)
    this.pods.delete(name)
  }
  async list() {
    return [...this.pods.values()]
  }
  async cost() {
    return undefined
  }
}

let states = 0
/** Commands over a shelf, with a state folder of their own. */
function around(shelf: Shelf) {
  const clock = new VirtualClock(new Date(0), { autoAdvance: true })
  const given: StartWorld = { providerOf: () => shelf, clock, limits: SERVICE_LIMITS }
  const state = ['--state-dir', join(dir, `state-${states++}`)]
  return {
    generator: (...args: string[]) =>
      inProcess(startGeneratorCommand('miner', given).option('--json'), ...args, ...state, '--json'),
    judge: (...args: string[]) => inProcess(startJudgeCommand('original', given), ...args, ...state),
    renderer: (...args: string[]) =>
      inProcess(startRendererCommand('miner', given).option('--json'), ...args, ...state),
    stop: (...args: string[]) =>
      inProcess(stopPodsCommand('miner', given).option('--json'), ...args, ...state, '--json'),
    stopAsOriginal: () => inProcess(stopPodsCommand('original', given), ...state),
  }
}

describe('start-… at a provider', () => {
  it('waits until it answers, prints where, and stop-pods ends just that', async () => {
    const shelf = new Shelf()
    const { generator, stop } = around(shelf)
    shelf.pods.set('judge', { name: 'judge', state: 'running', url: healthy.url })
    const run = await generator('--image-url', 'me/model:v1', '--resource', 'h200-large')
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(run.stdout)).toEqual({
      ...{ success: true, container_url: healthy.url, name: 'generator', provider: 'targon' },
    })
    expect(shelf.ordered).toMatchObject([
      { name: 'generator', image: 'me/model:v1', port: 10_006, resource: 'h200-large' },
    ])
    // It is not ordered twice.
    expect(await generator('--image-url', 'me/model:v1')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('there is a container named generator already'),
    })
    expect(JSON.parse((await stop()).stdout)).toMatchObject({ stopped: [{ name: 'generator', provider: 'targon' }] })
    expect(shelf.stopped).toEqual(['generator'])
    expect(JSON.parse((await stop()).stdout)).toMatchObject({ success: true, stopped: [] })
    expect(JSON.parse((await stop('--provider', 'targon')).stdout)).toMatchObject({ stopped: [{ name: 'judge' }] })
  })

  it('prints what the original prints, for the judge with its model', async () => {
    const shelf = new Shelf()
    const { judge, stopAsOriginal } = around(shelf)
    expect(await judge('--judge', 'multistage')).toMatchObject({
      ...{ code: 0, stdout: `{"success": true, "container_url": "${healthy.url}"}\n`, stderr: '' },
    })
    expect(shelf.ordered[0]).toMatchObject({ name: 'judge', image: 'vllm/vllm-openai:v0.20.0', port: 8000 })
    expect(shelf.ordered[0]?.args).toContain('zai-org/GLM-4.6V-Flash')
    expect(await stopAsOriginal()).toMatchObject({ code: 0, stdout: '' })
    expect(shelf.pods.size).toBe(0)
  })

  it.each([
    ['never says where it is', { visibleAfter: Number.POSITIVE_INFINITY }, 200, /within 600 s where generator is/],
    ['never answers', {}, 202, /GET \/health with 200 within 3600 s/],
  ])('leaves nothing behind of a container that %s', async (_, settings, answer, words) => {
    const shelf = Object.assign(new Shelf(), settings)
    const { generator, stop } = around(shelf)
    status = answer
    const run = await generator('--image-url', 'me/model')
    status = 200
    expect(run.code).toBe(1)
    expect(JSON.parse(run.stdout)).toMatchObject({ success: false, error: expect.stringMatching(words) })
    expect(shelf.stopped).toEqual(['generator'])
    expect(JSON.parse((await stop()).stdout)).toMatchObject({ stopped: [] })
  })

  it('works with a provider as it is: late, forgetful, and failing now and then', async () => {
    const clock = new Pauses()
    await using cloud = await Cloud.open(targonDialect('key'), clock)
    Object.assign(cloud, { visibleAfterMs: 60_000, runningAfterMs: 120_000, healthyAfterMs: 900_000 })
    const provider = new Targon({ apiKey: 'key', clock, url: cloud.url })
    const given = { providerOf: () => provider, clock, limits: SERVICE_LIMITS }
    const state = ['--state-dir', join(dir, 'state-targon')]
    cloud.fails(/serverless\/list/, 503, 2)
    const run = await inProcess(startRendererCommand('miner', given).option('--json'), ...state, '--json')
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(run.stdout)).toMatchObject({ success: true, container_url: cloud.addressOf('pod1') })
    expect([...cloud.pods.values()]).toMatchObject([
      { name: 'render', order: { resource_name: 'rtx4090-small', network: { port: { port: 8000 } } } },
    ])
    expect((await inProcess(stopPodsCommand('original', given), ...state)).code).toBe(0)
    expect(cloud.pods.size).toBe(0)
    // An order whose answer is lost may have arrived.
    cloud.fails(/POST \/serverless$/, 'cut', 1)
    const lost = await inProcess(startRendererCommand('original', given), ...state)
    expect(lost.code).toBe(1)
    expect(await inProcess(stopPodsCommand('original', given), ...state)).toMatchObject({
      ...{ code: 1, stdout: expect.stringContaining('not listed yet') },
    })
    clock.advance(900_000)
    expect((await inProcess(stopPodsCommand('original', given), ...state)).code).toBe(0)
    cloud.capacity = 0
    const full = await inProcess(startRendererCommand('original', given), ...state)
    expect(full).toMatchObject({ code: 1, stdout: expect.stringContaining('Insufficient capacity') })
    expect((await inProcess(stopPodsCommand('original', given), ...state)).code).toBe(0)
  })

  it('tells why a container ended, in its own words', async () => {
    const shelf = new Shelf()
    shelf.find = async (name) =>
      shelf.ordered.length > 0 ? { name, state: 'failed', detail: 'exit code 1' } : undefined
    const run = await around(shelf).judge()
    expect(run).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        'Failed to deploy and start container: judge ended: exit code 1\\nCUDA is not there',
      ),
    })
  })

  it('says so when what it started may still run, and stop-pods knows of it', async () => {
    const shelf = new Shelf()
    const { generator, stop } = around(shelf)
    shelf.failsToStop = true
    status = 500
    const run = await generator('--image-url', 'me/model', '--timeout', '60')
    status = 200
    expect(run.stdout).toContain('generator could not be stopped and may cost money')
    expect(await stop()).toMatchObject({ code: 1, stderr: expect.stringContaining('may still run') })
    shelf.failsToStop = false
    expect(JSON.parse((await stop()).stdout)).toMatchObject({ stopped: [{ name: 'generator' }] })
  })

  it('ends what it has ordered when it is stopped', async () => {
    const shelf = new Shelf()
    shelf.deploy = async (request) => {
      shelf.ordered.push(request)
      shelf.pods.set(request.name, { name: request.name, state: 'starting' })
      process.emit('SIGINT')
      return { name: request.name }
    }
    const run = await around(shelf).judge()
    expect(run).toMatchObject({ code: 130, stdout: '{"success": false, "error": "Interrupted by user"}\n' })
    expect(shelf.stopped).toEqual(['judge'])
  })

  it('names the variable that an account needs', async () => {
    const run = await original('start-renderer', '--state-dir', join(dir, 'none'))
    expect(run).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('targon wants an account: TARGON_API_KEY is not set'),
    })
    const stop = await original('stop-pods', '--state-dir', join(dir, 'none'))
    expect(stop).toMatchObject({
      code: 1,
      stdout:
        '{"success": false, "error": "generator, render, judge (targon): targon wants an account: TARGON_API_KEY is not set"}\n',
    })
    expect(await original('start-generator')).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('start-… --provider local', () => {
  const given = { providerOf: () => new Shelf(), clock: new SystemClock(), limits: SERVICE_LIMITS }
  const state = () => ['--state-dir', join(dir, 'state-local')]
  const here = ['--provider', 'local']
  const stop = () => inProcess(stopPodsCommand('miner', given).option('--json'), ...state(), '--json')

  it('runs our renderer and a generator of a folder in the background, until stop-pods', async () => {
    const rendering = await inProcess(startRendererCommand('original', given), ...here, '--port', '0', ...state())
    expect(rendering, rendering.stderr).toMatchObject({ code: 0 })
    const { container_url: renderer } = JSON.parse(rendering.stdout) as { container_url: string }
    const again = await inProcess(startRendererCommand('original', given), ...here, '--port', '0', ...state())
    expect(again).toMatchObject({ code: 1, stdout: expect.stringContaining('render runs already') })
    const args = [...here, '--image-url', `${dir}/mine`, '--port', '0', ...state()]
    const generating = await inProcess(startGeneratorCommand('miner', given).option('--json'), ...args, '--json')
    expect(generating, generating.stderr).toMatchObject({ code: 0 })
    const { container_url: generator } = JSON.parse(generating.stdout) as { container_url: string }
    expect((await fetch(`${generator}/health`)).status).toBe(200)
    const drawn = await new HttpRenderer({ endpoint: renderer }).render('glb', writeGlb(signpost()), 32, never)
    expect(drawn.ok).toBe(true)
    // A record of a process that has ended since, or of another one with its id, ends nobody.
    const file = join(dir, 'state-local', 'miner', 'render-local.json')
    const record = JSON.parse(await readFile(file, 'utf8')) as { process: string }
    const other = { ...JSON.parse(record.process), started: '1' } as object
    await writeFile(file, JSON.stringify({ ...record, process: JSON.stringify(other) }))
    expect(JSON.parse((await stop()).stdout)).toMatchObject({ stopped: [{ name: 'generator' }] })
    expect((await fetch(`${renderer}/health`)).status).toBe(200)
    await expect(fetch(`${generator}/health`)).rejects.toThrow()
    await writeFile(file, JSON.stringify(record))
    expect(JSON.parse((await stop()).stdout)).toMatchObject({ stopped: [{ name: 'render', provider: 'local' }] })
    await expect(fetch(`${renderer}/health`)).rejects.toThrow()
    expect(existsSync(file)).toBe(false)
  })

  it('tells what a generator said that ends at once, and of a port that is taken', async () => {
    await mkdir(join(dir, 'broken'))
    await writeFile(
      join(dir, 'broken', 'miner.json'),
      JSON.stringify({ command: ['node', '-e', 'throw Error("no weights")'] }),
    )
    const start = (...args: string[]) =>
      inProcess(startGeneratorCommand('miner', given).option('--json'), ...here, ...args, ...state(), '--json')
    const broken = await start('--image-url', join(dir, 'broken'), '--port', '0')
    expect(broken).toMatchObject({ code: 1, stdout: expect.stringContaining('no weights') })
    const taken = await start('--image-url', join(dir, 'mine'), '--port', String(healthy.port))
    expect(taken.stdout).toContain('somebody listens on port')
    expect((await start('--image-url', dir)).stdout).toContain('there is no miner.json')
    expect(JSON.parse((await stop()).stdout)).toMatchObject({ stopped: [] })
  })

  it('finds a judge that is served here, and says how to serve one', async () => {
    const judge = (port: number) =>
      inProcess(
        startJudgeCommand('miner', given).option('--json'),
        ...here,
        '--port',
        String(port),
        ...state(),
        '--json',
      )
    const none = await judge(1)
    expect(none.code).toBe(1)
    expect(JSON.parse(none.stdout)).toMatchObject({
      hint: expect.stringContaining('vllm serve zai-org/GLM-4.1V-9B-Thinking'),
    })
    await using server = await startHttpServer((_, response) => response.end('{"data": [{"id": "glm"}]}'))
    expect(JSON.parse((await judge(server.port)).stdout)).toMatchObject({ container_url: server.url })
  })

  it('runs an image in a container of this machine, which goes on when the command has ended', async () => {
    const docker = await dockerProgram(await mkdtemp(join(dir, 'docker-')))
    const env = { ...process.env, PATH: `${dirname(docker.program)}:${process.env.PATH}` }
    const run = (...args: string[]) => runCli(env, 'miner', ...args, ...state(), '--json')
    try {
      const first = await run('start-generator', ...here, '--image-url', 'honest', '--gpus', 'none')
      expect(first, first.stderr).toMatchObject({ code: 0 })
      const { container_url: url, provider } = JSON.parse(first.stdout) as Record<string, string>
      expect(provider).toBe('container')
      expect((await fetch(`${url}/health`)).status).toBe(200)
      const ordered = (await docker.calls()).find(([name]) => name === 'run') ?? []
      expect(ordered).toEqual(expect.arrayContaining(['generator', '127.0.0.1::10006', '--network']))
      expect(ordered).not.toContain('--gpus')
      const stopped = await run('stop-pods')
      expect(JSON.parse(stopped.stdout)).toMatchObject({ stopped: [{ name: 'generator', provider: 'container' }] })
      await expect(fetch(`${url}/health`)).rejects.toThrow()
    } finally {
      await docker.stopAll()
    }
  })

  it('ends it when it is stopped before it answers', async () => {
    await mkdir(join(dir, 'slow'))
    await writeFile(join(dir, 'slow', 'miner.json'), JSON.stringify({ command: ['sleep', '600'] }))
    const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
    const args = [
      'miner',
      'start-generator',
      ...here,
      '--image-url',
      join(dir, 'slow'),
      '--port',
      '0',
      ...state(),
      '--json',
    ]
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [said, stdout, told] = ['', '', false]
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => {
      said += chunk
      if (told || !said.includes('waiting for')) return
      // Once: the second time ends it before it has put away what it began.
      told = child.kill('SIGINT')
    })
    const [code] = await once(child, 'close')
    expect(code, said).toBe(130)
    expect(JSON.parse(stdout)).toEqual({ success: false, error: 'Interrupted by user' })
    expect(JSON.parse((await stop()).stdout)).toMatchObject({ stopped: [] })
  })
})

it.each(['start-generator', 'start-renderer', 'start-judge', 'stop-pods'])(
  'explains %s, with examples',
  async (name) => {
    const help = await roundkeeper('miner', name, '--help')
    expect(help).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Exit codes: 0 [\s\S]*Examples:\n {2}\$ roundkeeper miner/),
    })
    expect((await original(name, '--help')).code).toBe(0)
  },
)
