import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { rehearseCommand } from '../../src/cli/miner-rehearse.ts'
import { generate } from '../../src/demo/generate.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { files } from '../../src/state/index.ts'
import { testConfig } from '../support/competition.ts'
import { downloaderOf } from '../support/fake-downloader.ts'
import { type HttpTestServer, startFileServer, startHttpServer } from '../support/file-server.ts'
import { inProcess } from '../support/in-process-cli.ts'
import { disc, png, WANTED } from '../support/vlm/pictures.ts'
import { zip } from '../support/zip.ts'

const SEED = 42
const QUALITY = { rows: 10, segments: 10, wobble: 0, tint: 0 }
const addresses = ['bowl', 'jug'].map((stem) => `https://prompts.test/${stem}.png`)
const pictures = new Map<string, Uint8Array>()
interface Asked {
  readonly prompts: readonly { readonly stem: string; readonly image_url: string }[]
  readonly seed: number
}
const asked: Asked[] = []
let dir = ''
let image: HttpTestServer
let documents: HttpTestServer

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-rehearse-batch-'))
  for (const folder of ['submitted', 'documents/rounds/3']) await mkdir(join(dir, folder), { recursive: true })
  for (const [i, url] of addresses.entries()) {
    const picture = await png(disc({ radius: 0.5 + 0.1 * i, red: WANTED.red - 40 * i }, 64))
    pictures.set(url, picture)
    const [stem] = /[^/]+(?=\.png)/.exec(url) ?? []
    await writeFile(join(dir, 'submitted', `${stem}.glb`), await generate(picture, SEED, QUALITY, 'glb'))
  }
  await writeFile(join(dir, 'prompts.txt'), addresses.join('\n'))
  const settings = { preview_size: 48, unseen_prompts: 1, contract: 'batch' }
  await writeFile(join(dir, 'documents/config.json'), files.config.serialise(testConfig({ settings })))
  const state = { current_round: 3, stage: 'duels' as const, next_stage_eta: null }
  await writeFile(join(dir, 'documents/state.json'), files.state.serialise(state))
  await writeFile(join(dir, 'documents/rounds/3/seed.json'), files.seed.serialise({ seed: SEED }))
  documents = await startFileServer(() => join(dir, 'documents'))
  image = await startHttpServer(async (request, response) => {
    const last = asked.at(-1)
    if (request.url === '/generate') {
      const batch = (await json(request)) as Asked
      asked.push(batch)
      response.end(JSON.stringify({ accepted: batch.prompts.length }))
    } else if (request.url === '/results') {
      const models = (last?.prompts ?? []).map(async ({ stem, image_url: url }) => {
        const bytes = await generate(pictures.get(url) ?? new Uint8Array(), last?.seed ?? 0, QUALITY, 'glb')
        return { name: `${stem}.glb`, bytes }
      })
      response.end(zip(await Promise.all(models)))
    } else response.end(JSON.stringify({ status: last === undefined ? 'ready' : 'complete' }))
  })
})
afterAll(async () => {
  await image[Symbol.asyncDispose]()
  await documents[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

const downloader = downloaderOf(async (url) => {
  const bytes = pictures.get(url)
  return bytes ? { ok: true, bytes } : { ok: false, fault: 'source', code: 'http_404', detail: '404 Not Found' }
})
/** Drawn in this process: to start others takes longer than what they would do here. */
const renderer = () => Object.assign(new CpuRenderer(), { [Symbol.asyncDispose]: async () => undefined })
const nobody = () => {
  throw new Error('nobody is to run it')
}
const rehearse = (...args: string[]) =>
  inProcess(
    rehearseCommand({ providerOf: nobody, renderer, downloader }),
    ...['--submitted', join(dir, 'submitted'), '--output-dir', join(dir, 'out'), '--json', '--endpoint', image.url],
    ...args,
  )

it('rehearses an image that makes many models at a time, with the addresses of the prompts', async () => {
  const { code, stdout } = await rehearse('--repo', documents.url, '--prompts-file', join(dir, 'prompts.txt'))
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'passed', unseen: 1 })
  expect(code).toBe(0)
  const batches = asked.map(({ prompts, seed }) => [seed === SEED, prompts.map(({ image_url: url }) => url)])
  expect(batches).toEqual([
    [false, [expect.stringMatching(/^https:\/\/prompts\.test\//)]],
    [true, addresses],
  ])
})

it('refuses pictures that an image cannot fetch', async () => {
  await writeFile(join(dir, 'own.txt'), 'own.png')
  await writeFile(join(dir, 'own.png'), pictures.get(addresses[0] ?? '') ?? '')
  const own = await rehearse('--contract', 'batch', '--seed', '1', '--prompts-file', join(dir, 'own.txt'))
  expect(own).toMatchObject({ code: 2, stdout: expect.stringContaining('the picture of own is a file') })
})
