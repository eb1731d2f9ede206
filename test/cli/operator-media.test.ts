import { createHash } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { mediaOf, storeOf } from '../../src/cli/evidence-options.ts'
import { mediaDiffCommand } from '../../src/cli/media-diff.ts'
import { openOperator } from '../../src/cli/operator.ts'
import { operatorDistance, operatorRenderer, placesIn } from '../../src/cli/operator-media.ts'
import { readSettings } from '../../src/cli/operator-settings.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { startFileServer } from '../support/file-server.ts'
import { inProcess } from '../support/in-process-cli.ts'
import { startDistanceService, startRenderService } from '../support/media-services.ts'
import { signpost, sphere, type TestMesh, writeGlb } from '../support/models.ts'
import { smallNetwork } from '../support/onnx-models.ts'

const root = temporaryFolder()
const never = new AbortController().signal
const network = smallNetwork()
const sha256 = createHash('sha256').update(network).digest('hex')

let post: Uint8Array
let ball: Uint8Array
const draw = async (mesh: TestMesh) => {
  const drawn = await new CpuRenderer().render('glb', writeGlb(mesh), 64, never)
  if (!drawn.ok) throw new Error(drawn.detail)
  return drawn.png
}
beforeAll(async () => {
  ;[post, ball] = await Promise.all([draw(signpost()), draw(sphere(0.5))])
  await writeFile(join(root(), 'small.onnx'), network)
  await writeFile(join(root(), 'post.png'), post)
  await writeFile(join(root(), 'ball.png'), ball)
})
afterEach(() => vi.unstubAllEnvs())

let count = 0
async function settings(value: object) {
  const dir = join(root(), `competition-${++count}`)
  await mkdir(dir)
  await writeFile(join(dir, 'roundkeeper.json'), JSON.stringify(value))
  return { dir, read: () => readSettings(dir) }
}

describe('`renderer` and `distance` in roundkeeper.json', () => {
  it('are what is built in, where nothing is said', async () => {
    const { renderer, distance } = await (await settings({})).read()
    await using drawing = operatorRenderer(renderer, 1)
    await using measuring = operatorDistance(distance, placesIn(root()))
    expect([drawing.renderer.id, drawing.renderer.deterministic]).toEqual([new CpuRenderer().id, true])
    expect([measuring.distance.id, measuring.distance.deterministic]).toEqual(['classical/1', true])
  })

  it.each<[string, object, RegExp]>([
    ['a renderer of no kind', { renderer: { kind: 'gpu' } }, /renderer.*expected a renderer: \{"kind": "cpu"\}/],
    ['a service without an address', { renderer: { kind: 'http' } }, /renderer\.url.*the http\(s\) URL of a service/],
    [
      'a service that is no web service',
      { distance: { kind: 'http', url: 'ftp://x' } },
      /distance\.url.*http\(s\) URL/,
    ],
    ['a name of ours', { renderer: { kind: 'http', url: 'http://x', id: 'cpu-preview/2' } }, /renderer\.id.*built in/],
    [
      'a field that does not belong there',
      { renderer: { kind: 'cpu', url: 'http://x' } },
      /unknown field renderer\.url/,
    ],
    ['a network without its digest', { distance: { kind: 'dinov3', model: { path: 'x' } } }, /model\.sha256/],
    [
      'a network in two places',
      { distance: { kind: 'dinov3', model: { path: 'x', url: 'http://x', sha256 } } },
      /distance\.model.*either a `path` or a `url`/,
    ],
    [
      'a runtime that there is not',
      { distance: { kind: 'dinov3', model: { path: 'x', sha256 }, runtime: 'gpu' } },
      /distance\.runtime.*"web" or "node"/,
    ],
  ])('refuse %s, naming file and field', async (_, value, message) => {
    const { dir, read } = await settings(value)
    await expect(read()).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
      where: join(dir, 'roundkeeper.json'),
      hint: expect.stringContaining('docs/operating.md'),
    })
  })

  it('may be services, by names of one’s own', async () => {
    await using rendering = await startRenderService(new CpuRenderer())
    await using measures = await startDistanceService()
    const { read } = await settings({
      renderer: { kind: 'http', url: rendering.url, id: 'gpu-preview/3' },
      distance: { kind: 'http', url: measures.url },
    })
    const { renderer, distance } = await read()
    await using drawing = operatorRenderer(renderer, 1)
    await using measuring = operatorDistance(distance, placesIn(root()))
    expect([drawing.renderer.id, drawing.renderer.deterministic]).toEqual(['gpu-preview/3', false])
    expect(await drawing.renderer.render('glb', writeGlb(signpost()), 64, never)).toMatchObject({
      ok: true,
      width: 133,
    })
    expect([measuring.distance.id, measuring.distance.deterministic]).toEqual(['http-distance/1', false])
    expect(await measuring.distance.distance(post, ball)).toBeGreaterThan(0.1)
  })

  it('may be a service that fetches pictures from the store, as the original’s does', async () => {
    const dir = join(root(), 'served')
    await using server = await startFileServer(() => dir)
    await using measures = await startDistanceService(
      {},
      { hosts: { 'store.test': { address: '127.0.0.1', port: server.port } } },
    )
    const { read } = await settings({ distance: { kind: 'http', url: measures.url, fetches: true } })
    const store = new FolderStore({ dir, baseUrl: 'http://store.test' })
    await using measuring = operatorDistance((await read()).distance, placesIn(root(), store))
    expect(await measuring.distance.distance(post, ball)).toBeGreaterThan(0.1)
    expect(await readdir(join(dir, 'sha256'))).toHaveLength(2)
  })

  it('may be a network in a file beside it, or at a URL, which is kept', async () => {
    const inFile = await settings({ distance: { kind: 'dinov3', model: { path: '../small.onnx', sha256 } } })
    await using measuring = operatorDistance((await inFile.read()).distance, placesIn(inFile.dir))
    const id = `dinov3/1+onnxruntime-web-1.30.0+sha256-${sha256}`
    expect([measuring.distance.id, measuring.distance.deterministic]).toEqual([id, true])
    const distance = await measuring.distance.distance(post, ball)
    expect(distance).toBeGreaterThan(0.01)

    await using server = await startFileServer(root)
    const url = `${server.url}/small.onnx`
    const fetched = await settings({ distance: { kind: 'dinov3', model: { url, sha256 } } })
    await using again = operatorDistance((await fetched.read()).distance, placesIn(fetched.dir))
    expect(await again.distance.distance(post, ball)).toBe(distance)
    expect(await readdir(join(fetched.dir, '.cache', 'networks'))).toEqual([`${sha256}.onnx`])
  })
})

describe('what verify draws and measures with', () => {
  it('is what the folder says, or the file that is given', async () => {
    const distance = { kind: 'dinov3', model: { path: '../small.onnx', sha256 } }
    const { dir } = await settings({ distance, store: { folder: '.' } })
    expect(await mediaOf(dir, {})).toMatchObject({ root: dir, settings: { renderer: { kind: 'cpu' }, distance } })
    const media = join(root(), 'media.json')
    await writeFile(media, JSON.stringify({ renderer: { kind: 'http', url: 'http://127.0.0.1:1' } }))
    const given = await mediaOf(dir, { media })
    expect(given).toMatchObject({ root: root(), settings: { distance: { kind: 'classical' } } })
    expect(await mediaOf(join(root(), 'a.bundle'), {})).toBeUndefined()
  })

  it('cannot be said where no evidence is looked at, or by a file that is not there', async () => {
    const media = join(root(), 'none.json')
    await expect(storeOf(join(root(), 'a.bundle'), { media })).rejects.toMatchObject({
      message: expect.stringMatching(/^--media needs/),
    })
    await expect(mediaOf(root(), { media })).rejects.toMatchObject({ code: 'usage', where: media })
  })
})

describe('media diff --model', () => {
  const diff = (...more: string[]) =>
    inProcess(
      mediaDiffCommand,
      join(root(), 'post.png'),
      join(root(), 'ball.png'),
      '-o',
      join(root(), 'both.png'),
      ...more,
    )

  it('measures by a network, and names it', async () => {
    const { stdout } = await diff('--model', join(root(), 'small.onnx'), '--json')
    const { measure, distance } = JSON.parse(stdout)
    expect(measure).toContain(`sha256-${sha256}`)
    expect(distance).toBeGreaterThan(0.01)
  })

  it('takes a network from elsewhere only by its digest, and keeps it', async () => {
    await using server = await startFileServer(root)
    const url = `${server.url}/small.onnx`
    await expect(diff('--model', url)).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('sha256sum'),
    })
    vi.stubEnv('XDG_CACHE_HOME', join(root(), 'home'))
    expect((await diff('--model', url, '--model-sha256', sha256)).stdout).toContain('dinov3/1+')
    expect(await readdir(join(root(), 'home', 'roundkeeper', 'networks'))).toEqual([`${sha256}.onnx`])
  })
})

describe('an operator', () => {
  it('hears of a bad setting before anything is opened', async () => {
    const { dir } = await settings({ renderer: { kind: 'http', url: 'nowhere' } })
    await expect(openOperator(dir)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('renderer.url'),
    })
  })
})
