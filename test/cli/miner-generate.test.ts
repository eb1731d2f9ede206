import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generateCommand } from '../../src/cli/miner-generate.ts'
import type { Clock } from '../../src/engine/clock.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { type HttpTestServer, startHttpServer } from '../support/file-server.ts'
import { inProcess, original, roundkeeper } from '../support/in-process-cli.ts'
import { signpost, sphere, writeGlb, writePly } from '../support/models.ts'

const stems = ['bowl', 'cup.v2', 'jug', 'vase']
let dir = ''
let server: HttpTestServer
/** Pictures that the generator was shown, by what is in them, and how often. */
const asked = new Map<string, number>()
let [inside, most] = [0, 0]
let answer = async (_stem: string, _times: number): Promise<Uint8Array | number> => writeGlb(signpost())

/** Pauses are over at once; deadlines of requests are not. */
const real = new SystemClock()
const clock: Clock = {
  now: () => real.now(),
  sleep: (ms, signal) => real.sleep(ms > 10_000 ? ms : 0, signal),
  random: () => 0,
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-miner-generate-'))
  await mkdir(join(dir, 'prompts'))
  for (const stem of stems) await writeFile(join(dir, 'prompts', `${stem}.png`), `picture of ${stem}.`)
  await writeFile(join(dir, 'prompts.txt'), `${stems.map((stem) => `prompts/${stem}.png`).join('\n')}\n`)
  server = await startHttpServer(serve)
})
afterEach(() => {
  asked.clear()
  answer = async () => writeGlb(signpost())
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  most = Math.max(most, ++inside)
  const form = Buffer.concat(await request.toArray()).toString('latin1')
  const stem = /picture of (.*)\./.exec(form)?.[1] ?? ''
  asked.set(stem, (asked.get(stem) ?? 0) + 1)
  const correct = /name="prompt_image_file"; filename="prompt.jpg"/.test(form) && /name="seed"\r\n\r\n42\r\n/.test(form)
  const given = correct && request.url === '/generate' ? await answer(stem, asked.get(stem) ?? 0) : 400
  inside--
  if (typeof given === 'number') response.writeHead(given).end('it failed')
  else response.end(given)
}

const asks = () => [
  '--prompts-file',
  join(dir, 'prompts.txt'),
  '--endpoint',
  `${server.url}/`,
  '--seed',
  '42',
  '--size',
  '32',
]
const into = (folder: string) => ['--output-folder', join(dir, folder)]
const generate = (...args: string[]) => inProcess(generateCommand('miner', clock).option('--json'), ...asks(), ...args)

describe('miner generate', () => {
  it('tries three times, one request at a time, and goes on where it was', async () => {
    most = 0
    answer = async (stem, times) => ((stem === 'jug' && times < 3) || stem === 'vase' ? 500 : writeGlb(signpost()))
    const first = await generate(...into('first'), '--json')
    expect(first, first.stderr).toMatchObject({ code: 1 })
    expect(JSON.parse(first.stdout)).toMatchObject({
      ...{ success: false, output_folder: join(dir, 'first'), generated: 3, unchanged: 0, refused: {} },
      error: '1 of 4 prompts were not generated: vase',
      failed: [{ stem: 'vase', attempts: 3, detail: 'status 500: it failed' }],
      models: { 'cup.v2': { file: 'cup.v2.glb', attempts: 1, seconds: expect.any(Number) }, jug: { attempts: 3 } },
    })
    expect(first.stderr).toContain('vase was not generated: status 500')
    expect(Object.fromEntries(asked)).toEqual({ bowl: 1, 'cup.v2': 1, jug: 3, vase: 3 })
    expect(most).toBe(1)
    asked.clear()
    answer = async () => writePly([{ at: [0, 0, 0] }])
    const second = await generate(...into('first'))
    expect(second).toMatchObject({
      code: 0,
      stdout: `3 unchanged, in ${join(dir, 'first')}\n`.replace(/^/, '1 generated, '),
    })
    expect(Object.fromEntries(asked)).toEqual({ vase: 1 })
    expect((await readdir(join(dir, 'first'))).sort()).toEqual([
      '.generated.json',
      'bowl.glb',
      'cup.v2.glb',
      'jug.glb',
      'vase.ply',
    ])
    // Models of another seed are no models of this one.
    const other = await generate(...into('first'), '--seed', '43', '--json')
    expect(other).toMatchObject({ code: 2, stdout: expect.stringContaining('holds models of the seed 42') })
  })

  it('warns of what would not be taken', async () => {
    answer = async (stem) =>
      stem === 'bowl' ? writeGlb(sphere(0.9)) : stem === 'jug' ? Buffer.from('sorry') : writeGlb(signpost())
    const run = await generate(...into('odd'), '--json')
    expect(JSON.parse(run.stdout)).toMatchObject({
      success: true,
      refused: { 'bowl.glb': 'out_of_bounds', 'jug.ply': 'format' },
    })
    expect(run.stderr).toMatch(/^warning {2}bowl\.glb would not be taken, out_of_bounds: /m)
    expect((await generate(...into('odd'), '--no-check')).stderr).not.toContain('out_of_bounds')
  })

  it('says nobody is there when nobody is, and explains itself', async () => {
    const run = await generate(...into('none'), '--endpoint', 'http://127.0.0.1:1', '--json')
    expect(run.code).toBe(1)
    expect(JSON.parse(run.stdout)).toMatchObject({ failed: stems.map((stem) => ({ stem, attempts: 3 })) })
    expect((await generate('--prompts-file', join(dir, 'nowhere'), '--json')).stdout).toContain('cannot be read')
    expect((await roundkeeper('miner', 'generate', '--help')).stdout).toMatch(/Exit codes: 0[\s\S]*Examples:/)
  })
})

describe('404-cli generate', () => {
  it('prints one object, whatever happened', async () => {
    expect(await original('generate', ...asks(), ...into('old'))).toMatchObject({
      code: 0,
      stdout: '{"success": true}\n',
      stderr: '',
    })
    const none = await original('generate', ...asks(), '--prompts-file', join(dir, 'nowhere'))
    expect(none).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^\{"success": false, "error": ".* cannot be read"\}\n$/),
    })
    expect((await original('generate', ...asks(), '--seed', 'seven')).code).toBe(2)
  })

  it('keeps what is finished when it is stopped, whole', async () => {
    const program = fileURLToPath(new URL('../../src/cli/404-cli.ts', import.meta.url))
    const stuck = Promise.withResolvers<Uint8Array>()
    let child: ReturnType<typeof spawn> | undefined
    answer = async (stem) => {
      if (stem === 'bowl') return writeGlb(signpost())
      while (!existsSync(join(dir, 'stopped', 'bowl.glb'))) await real.sleep(5, new AbortController().signal)
      child?.kill('SIGINT')
      return stuck.promise
    }
    child = spawn(process.execPath, [program, 'generate', ...asks(), ...into('stopped'), '--no-check'])
    let stdout = ''
    child.stdout?.on('data', (chunk) => (stdout += chunk))
    const [code] = await once(child, 'close')
    stuck.resolve(new Uint8Array())
    expect(code).toBe(130)
    expect(stdout).toBe('{"success": false, "error": "Interrupted by user"}\n')
    expect(await readFile(join(dir, 'stopped', 'bowl.glb'))).toEqual(Buffer.from(writeGlb(signpost())))
    expect(await readdir(join(dir, 'stopped'))).toHaveLength(2)
  })
})
