import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LocalBuilder } from '../../src/compute/local-builder.ts'
import { parseLocalImage } from '../../src/compute/local-image.ts'
import { generate } from '../../src/demo/generate.ts'
import { GOOD } from '../../src/demo/quality.ts'
import { DemoWorld } from '../../src/demo/world.ts'
import { decodeImage } from '../../src/media/decode-image.ts'
import { HttpDownloader } from '../../src/media/http-downloader.ts'
import { WorkerRenderer } from '../../src/media/worker-renderer.ts'
import { never, renderer } from './support.ts'

const LIMITS = { maxBytes: 2 ** 20, timeoutMs: 10_000 }
const SEED = 77
let dir: string
let world: DemoWorld
let downloader: HttpDownloader
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-world-'))
  const drawing = new WorkerRenderer({ workers: 2 })
  world = await DemoWorld.open({
    seed: 'world',
    kind: 'glb',
    renderer: drawing,
    imagesDir: dir,
    signal: never,
    objects: 20,
  })
  await drawing.close()
  downloader = new HttpDownloader({ hosts: world.hosts, sleep: async () => undefined })
})
afterAll(async () => {
  await world?.close()
  await rm(dir, { recursive: true, force: true })
})

const fetchModel = async (name: string, url: string) => {
  const stem = url.slice(url.lastIndexOf('/') + 1, -'.png'.length)
  return downloader.fetch(`http://${name}.miners.demo.test/${stem}.glb`, LIMITS, never)
}
const bytesOf = async (name: string, url: string) => {
  const result = await fetchModel(name, url)
  if (!result.ok) throw new Error(result.detail)
  return result.bytes
}

describe('the world', () => {
  test('serves the prompt images of its pool', async () => {
    expect(world.pool).toHaveLength(20)
    const result = await downloader.fetch(world.pool[17]!, LIMITS, never)
    if (!result.ok) throw new Error(result.detail)
    await expect(decodeImage(result.bytes, 2 ** 20)).resolves.toMatchObject({ width: 192, height: 192 })
    expect(await downloader.fetch('http://prompts.demo.test/none.png', LIMITS, never)).toMatchObject({
      ok: false,
      fault: 'source',
    })
  })

  test('has a first leader whose image can be run', async () => {
    const { docker = '', repo = '', commit = '' } = world.firstLeader
    expect(parseLocalImage(docker)).toEqual({ repo, commit })
    expect(await new LocalBuilder(dir).build({ repo, commit }, never)).toEqual({ status: 'success', image: docker })
  })

  test('tells what every miner reveals', () => {
    const entries = world.entries(0, { earliest: 10, latest: 50 })
    expect(entries.map(({ texts }) => texts.length)).toEqual([2, 2, 2, 2, 2])
    expect(new Set(entries.map(({ hotkey }) => hotkey.address)).size).toBe(5)
  })

  test('refuses prompts that it does not know', () => {
    expect(() => world.publish(0, SEED, ['http://prompts.demo.test/none.png'])).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    )
  })
})

describe('the miners’ hosts', () => {
  test('serve nothing before the seed is public, then the models of that round only', async () => {
    const [first, second, third] = world.pool as [string, string, string]
    expect((await fetchModel('granite', first)).ok).toBe(false)
    world.publish(0, SEED, [first, second])
    const image = await downloader.fetch(first, LIMITS, never)
    if (!image.ok) throw new Error(image.detail)
    expect(Buffer.compare(await bytesOf('granite', first), await generate(image.bytes, SEED, GOOD, 'glb'))).toBe(0)
    expect((await fetchModel('granite', third)).ok).toBe(false)
    world.publish(1, SEED + 1, [second, third])
    expect((await fetchModel('granite', first)).ok).toBe(false)
    expect((await fetchModel('granite', third)).ok).toBe(true)
  })

  test('serve the same bytes for the same code', async () => {
    const [url] = world.pool as [string]
    world.publish(0, SEED, [url])
    expect(Buffer.compare(await bytesOf('echo', url), await bytesOf('granite', url))).toBe(0)
    expect(Buffer.compare(await bytesOf('mirage', url), await bytesOf('granite', url))).not.toBe(0)
  })

  test('of rubble hold nothing that can be drawn, broken in several ways', async () => {
    world.publish(0, SEED, world.pool)
    const ways = new Set<string>()
    for (const url of world.pool) {
      const result = await fetchModel('rubble', url)
      if (!result.ok) {
        ways.add(`${result.fault} ${result.code}`)
        continue
      }
      const rendering = await renderer.render('glb', result.bytes, 32, never)
      if (rendering.ok) throw new Error(`${url} can be drawn`)
      expect(rendering.fault).toBe('file')
      ways.add(rendering.code)
    }
    expect([...ways].length).toBeGreaterThanOrEqual(3)
  })
})

test('a world that was closed answers no more, and can be closed while somebody is connected', async () => {
  const other = await DemoWorld.open({
    seed: 'other',
    kind: 'ply',
    renderer,
    imagesDir: dir,
    signal: never,
    objects: 2,
  })
  const there = new HttpDownloader({ hosts: other.hosts, sleep: async () => undefined })
  expect((await there.fetch(other.pool[0]!, LIMITS, never)).ok).toBe(true)
  await other.close()
  expect((await there.fetch(other.pool[0]!, LIMITS, never)).ok).toBe(false)
})
