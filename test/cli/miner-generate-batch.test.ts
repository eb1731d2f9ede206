import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { generateCommand } from '../../src/cli/miner-generate.ts'
import type { Clock } from '../../src/engine/clock.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { inProcess, original } from '../support/in-process-cli.ts'
import { batchImage } from '../support/miner-image/batch-image.ts'
import type { BatchBehaviour } from '../support/miner-image/behaviours.ts'

/** Pauses are over at once; deadlines of requests are not. */
const real = new SystemClock()
const clock: Clock = {
  now: () => real.now(),
  sleep: (ms, signal) => real.sleep(ms > 20_000 ? ms : 0, signal),
  random: () => 0,
}
let dir = ''
let server: Server | undefined
const asked: string[][] = []
const urls = ['vase', 'jug', 'bowl'].map((stem) => ({ stem, image_url: `https://prompts.test/${stem}.png` }))

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-generate-batch-'))
  await writeFile(join(dir, 'batch.json'), JSON.stringify({ prompts: urls, seed: 42 }))
})
afterEach(() => {
  server?.close()
  server?.closeAllConnections()
  asked.length = 0
})
afterAll(() => rm(dir, { recursive: true, force: true }))

async function image(behaviour: BatchBehaviour): Promise<string> {
  const known = urls.map(({ stem }) => stem)
  server = batchImage({
    behaviour,
    known,
    q: 1,
    who: 'me',
    at: 0,
    crash: () => undefined,
    asked: (stems) => asked.push(stems),
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
const argumentsFor = (endpoint: string, folder: string, file = 'batch.json') => [
  ...['--prompts-json', join(dir, file), '--endpoint', endpoint, '--output-folder', join(dir, folder), '--no-check'],
]
const generate = (...args: string[]) => inProcess(generateCommand('miner', clock).option('--json'), ...args, '--json')

it('asks once for all, saves what it got, and next time only asks for the rest', async () => {
  const half = await generate(...argumentsFor(await image('half'), 'rest'))
  expect(JSON.parse(half.stdout)).toMatchObject({
    ...{ success: false, generated: 2, error: '1 of 3 prompts were not generated: jug' },
    failed: [{ stem: 'jug', attempts: 1, detail: 'no such model' }],
    models: { vase: { file: 'vase.glb' }, bowl: { file: 'bowl.glb' } },
  })
  expect(half.code).toBe(1)
  for (const name of ['_failed.json', 'failed.json'])
    expect(JSON.parse(await readFile(join(dir, 'rest', name), 'utf8'))).toEqual({ jug: 'no such model' })
  const again = await generate(...argumentsFor(await image('honest'), 'rest'))
  expect(JSON.parse(again.stdout)).toMatchObject({ success: true, generated: 1, unchanged: 2, failed: [] })
  expect(asked).toEqual([['vase', 'jug', 'bowl'], ['jug']])
  expect((await readdir(join(dir, 'rest'))).sort()).toEqual(['.generated.json', 'bowl.glb', 'jug.glb', 'vase.glb'])
})

it.each<[BatchBehaviour, string]>([
  ['truncated', 'nothing came of the batch: archive-damaged'],
  ['path', ''],
  ['wants-another', 'nothing came of the batch: it asks to be replaced'],
])('says what is wrong with an image that is %s', async (behaviour, says) => {
  const run = await generate(...argumentsFor(await image(behaviour), behaviour))
  // Folders are overlooked as the original does; in an audit they are not.
  if (says === '') return expect(run).toMatchObject({ code: 0 })
  expect(run.code).toBe(1)
  expect(JSON.parse(run.stdout)).toMatchObject({ success: false, error: expect.stringContaining(says) })
})

it('is the original’s: its names, its words and its exit codes', async () => {
  const endpoint = await image('honest')
  const prompts = [{ image_url: 'https://prompts.test/A1b.two.png' }, { stem: ' C3 ', image_url: 'http://p.test/x' }]
  await writeFile(join(dir, 'old.json'), JSON.stringify({ prompts, seed: 7 }))
  expect(await original('generate', ...argumentsFor(endpoint, 'old', 'old.json'))).toMatchObject({
    code: 0,
    stdout: '{"success": true}\n',
  })
  expect(asked).toEqual([['a1b', 'c3']])
  await writeFile(
    join(dir, 'bad.json'),
    JSON.stringify({ prompts: [{ image_url: 'https://p.test/a_b.png' }], seed: 7 }),
  )
  const bad = await original('generate', ...argumentsFor(endpoint, 'bad', 'bad.json'))
  expect(bad).toMatchObject({ code: 1, stdout: expect.stringMatching(/^\{"success": false, "error": ".*no name/) })
  expect((await original('generate', '--endpoint', endpoint)).code).toBe(2)
  expect((await original('generate', '--endpoint', endpoint, '--prompts-file', 'x')).code).toBe(2)
})
