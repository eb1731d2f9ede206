import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort } from '../../src/compute/free-port.ts'
import { LocalBuilder } from '../../src/compute/local-builder.ts'
import { LocalPods } from '../../src/compute/local-pods.ts'
import { LocalProcess } from '../../src/compute/local-process.ts'
import { generate } from '../../src/demo/generate.ts'
import { generatorCommand, installImages } from '../../src/demo/install-images.ts'
import { castOf, versionsOf } from '../../src/demo/miners.ts'
import { FAIR } from '../../src/demo/quality.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { never, promptsOf } from './support.ts'

let dir: string
let image: Uint8Array
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-generator-'))
  image = (await promptsOf('generator', 1))[0]!.image
})
afterAll(() => rm(dir, { recursive: true, force: true }))

describe('as a miner’s image', () => {
  const cast = castOf('test')

  test('makes the very models that an honest miner serves', async () => {
    await installImages(dir, cast, 'ply')
    const granite = cast.miners.find(({ name }) => name === 'granite')!.turns[0]!
    const source = { ...granite.version, tag: 't', hotkey: 'h' }
    const build = await new LocalBuilder(dir).build(source, never)
    expect(build.status).toBe('success')
    const start = await new LocalPods({ root: dir, clock: new SystemClock() }).start(build.image!, 'test', never)
    if (!start.ok) throw new Error(start.detail)
    try {
      const made = await start.pod.generate({ name: 'p', image }, 4_294_967_295, never)
      if (!made.ok || granite.serves === 'broken') throw new Error('no model')
      expect(Buffer.compare(made.bytes, await generate(image, 4_294_967_295, granite.serves, 'ply'))).toBe(0)
    } finally {
      await start.pod.stop()
    }
  })

  test('is there for every version but those that have none', async () => {
    await installImages(dir, cast, 'glb')
    for (const version of versionsOf(cast)) {
      const { status } = await new LocalBuilder(dir).build(version, never)
      expect(status).toBe(version.image === null ? 'not_found' : 'success')
    }
  })
})

describe('by itself', () => {
  let child: LocalProcess
  let url: string
  beforeAll(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    child = new LocalProcess(generatorCommand(FAIR, 'glb'), dir, { PORT: String(port) })
    await vi.waitUntil(async () => (await healthy()) === 200, { timeout: 120_000, interval: 20 })
  })
  afterAll(() => child.kill())

  const healthy = () =>
    fetch(`${url}/health`).then(
      ({ status }) => status,
      () => 0,
    )
  const post = (fields: Record<string, string | Uint8Array>) => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === 'string') form.set(name, value)
      else form.set(name, new File([Buffer.from(value)], 'prompt.jpg', { type: 'image/jpeg' }))
    }
    return fetch(`${url}/generate`, { method: 'POST', body: form })
  }

  test('answers with a model', async () => {
    const answer = await post({ prompt_image_file: image, seed: '12' })
    expect(answer.status).toBe(200)
    expect(Buffer.compare(await answer.bytes(), await generate(image, 12, FAIR, 'glb'))).toBe(0)
  })

  test.each([
    ['no file', () => post({ seed: '1' })],
    ['a text for a file', () => post({ prompt_image_file: 'x', seed: '1' })],
    ['no seed', () => post({ prompt_image_file: image })],
    ['a seed that is too large', () => post({ prompt_image_file: image, seed: '4294967296' })],
    ['a seed that is no number', () => post({ prompt_image_file: image, seed: '1e3' })],
    ['a file that is no picture', () => post({ prompt_image_file: Buffer.from('hello'), seed: '1' })],
    ['no form', () => fetch(`${url}/generate`, { method: 'POST', body: 'hello' })],
    [
      'a form that is broken off',
      () =>
        fetch(`${url}/generate`, {
          method: 'POST',
          headers: { 'content-type': 'multipart/form-data; boundary=x' },
          body: '--x\r\nContent-Disposition: form-data; name="seed"\r\n\r\n1',
        }),
    ],
  ])('refuses %s, and goes on', async (_what, ask) => {
    expect((await ask()).status).toBe(400)
    expect(await healthy()).toBe(200)
  })

  test('refuses a form that is too large', async () => {
    const asking = post({ prompt_image_file: new Uint8Array(17 * 2 ** 20), seed: '1' })
    // It may hang up before everything is sent.
    expect(await asking.then(({ status }) => status).catch(() => 400)).toBe(400)
    expect(await healthy()).toBe(200)
  })

  test('knows no other pages', async () => {
    expect((await fetch(`${url}/`)).status).toBe(404)
    expect((await fetch(`${url}/generate`)).status).toBe(404)
  })
})

test('ends at once when its settings are malformed', async () => {
  const [node, script] = generatorCommand(FAIR, 'glb')
  const child = new LocalProcess([node!, script!, '--quality', '{}'], dir, {})
  expect(await child.ended).toContain('exit code 1')
  expect(child.output).toContain('settings of a generator')
})
