import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { rehearseCommand } from '../../src/cli/miner-rehearse.ts'
import { podName } from '../../src/compute/pod-name.ts'
import type { PodProvider, PodRequest, PodView } from '../../src/compute/pod-provider.ts'
import { processRuns } from '../../src/compute/pod-run.ts'
import { generate } from '../../src/demo/generate.ts'
import { generatorCommand } from '../../src/demo/install-images.ts'
import type { Quality } from '../../src/demo/quality.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { files } from '../../src/state/index.ts'
import { testConfig } from '../support/competition.ts'
import { type HttpTestServer, startFileServer, startHttpServer } from '../support/file-server.ts'
import { inProcess, roundkeeper } from '../support/in-process-cli.ts'
import { disc, png, WANTED } from '../support/vlm/pictures.ts'

const SEED = 42
/** Small, and the same for every seed. */
const MINE: Quality = { rows: 10, segments: 10, wobble: 0, tint: 0 }
/** Of another shape, and inside the cube as well. */
const OTHER: Quality = { rows: 3, segments: 4, wobble: 0, tint: 110 }
const stems = ['bowl', 'cup.v2', 'jug', 'vase']
let dir = ''
const at = (...names: string[]) => join(dir, ...names)
/** By stem. */
const pictures = new Map<string, Uint8Array>()
let image: HttpTestServer
let documents: HttpTestServer
/** Requests, as `stem seed`. */
let asked: string[] = []
type Behaviour = (stem: string, seed: number, picture: Uint8Array) => Promise<Uint8Array | number>
const honest =
  (quality: Quality): Behaviour =>
  (_, seed, picture) =>
    generate(picture, seed, quality, 'glb')
let behaves: Behaviour = honest(MINE)

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-miner-rehearse-'))
  for (const folder of ['prompts', 'submitted', 'documents/rounds/3', 'folder'])
    await mkdir(at(folder), { recursive: true })
  for (const [i, stem] of stems.entries()) {
    const picture = await png(disc({ radius: 0.5 + 0.1 * i, red: WANTED.red - 40 * i }, 64))
    pictures.set(stem, picture)
    await writeFile(at('prompts', `${stem}.png`), picture)
    await writeFile(at('submitted', `${stem}.glb`), await generate(picture, SEED, MINE, 'glb'))
  }
  await writeFile(at('prompts.txt'), stems.map((stem) => `prompts/${stem}.png`).join('\n'))
  const config = testConfig({ settings: { preview_size: 48, generation_attempts: 2, unseen_prompts: 2 } })
  const put = (path: string, text: string) => writeFile(at('documents', path), text)
  await put('config.json', files.config.serialise(config))
  await put('state.json', files.state.serialise({ current_round: 3, stage: 'duels', next_stage_eta: null }))
  await put('rounds/3/seed.json', files.seed.serialise({ seed: SEED }))
  await writeFile(at('folder', 'miner.json'), JSON.stringify({ command: generatorCommand(MINE, 'glb') }))
  documents = await startFileServer(() => at('documents'))
  image = await startHttpServer(serve)
})
afterEach(() => {
  asked = []
  behaves = honest(MINE)
})
afterAll(async () => {
  await image[Symbol.asyncDispose]()
  await documents[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

async function serve(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  if (request.url === '/health') return response.end()
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(Buffer.concat(await request.toArray()), { headers }).formData()
  const picture = await (form.get('prompt_image_file') as File).bytes()
  const stem = stems.find((each) => Buffer.from(pictures.get(each) ?? []).equals(picture)) ?? ''
  const seed = Number(form.get('seed'))
  asked.push(`${stem} ${seed === SEED ? 'ours' : 'other'}`)
  const answer = await behaves(stem, seed, picture)
  return typeof answer === 'number' ? response.writeHead(answer).end('it failed') : response.end(answer)
}

/** A provider on which everything runs at once, at the address of the image. */
class Ready implements PodProvider {
  readonly id = 'targon'
  readonly pods = new Map<string, PodView>()
  readonly ordered: PodRequest[] = []
  async deploy(request: PodRequest) {
    this.ordered.push(request)
    this.pods.set(request.name, { name: request.name, state: 'running', url: image.url })
    return { name: request.name }
  }
  find = async (name: string) => this.pods.get(name)
  logs = async () => ''
  stop = async (name: string) => void this.pods.delete(name)
  list = async () => [...this.pods.values()]
  cost = async () => undefined
}

/** Drawn in this process: to start others takes longer than what they would do here. */
const renderer = () => Object.assign(new CpuRenderer(), { [Symbol.asyncDispose]: async () => undefined })
const command = (provider: PodProvider = new Ready()) => rehearseCommand({ providerOf: () => provider, renderer })

const asks = () => ['--repo', documents.url, '--prompts-file', at('prompts.txt')]
const rehearse = async (out: string, ...args: string[]) => {
  const run = await inProcess(
    command(),
    ...asks(),
    ...['--submitted', at('submitted'), '--output-dir', at(out), '--json'],
    ...args,
  )
  return { ...run, told: JSON.parse(run.stdout) as Record<string, unknown> }
}
const there = () => ['--endpoint', image.url]

describe('miner rehearse', () => {
  it('passes an honest image, by the rules of the competition, and generates nothing twice', async () => {
    const run = await rehearse('honest', ...there())
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(run.told).toMatchObject({
      ...{ success: true, verdict: 'passed', unseen: 2, do: [], limits: { mismatches: 0, acceptable_distance: 0.1 } },
      audit: { outcome: 'passed', checked_prompts: 4, failed_prompts: 0, reason: '' },
      prompts: stems.map((stem) => ({ stem, state: 'same', distance: 0, attempts: 1, detail: '' })),
    })
    // First what it cannot know, then the round's own.
    expect(asked.map((each) => each.split(' ')[1])).toEqual(['other', 'other', 'ours', 'ours', 'ours', 'ours'])
    const page = await readFile(at('honest', 'report.html'), 'utf8')
    const picture = /src="([^"]+\.png)"/.exec(page)?.[1] ?? ''
    expect(page).toContain('Rehearsal: passed')
    expect(existsSync(at('honest', picture))).toBe(true)
    asked = []
    expect((await rehearse('honest', ...there())).stdout).toBe(run.stdout)
    expect(asked).toEqual([])
    // What runs there may be another image by now.
    behaves = honest(OTHER)
    expect(await rehearse('honest', ...there(), '--again')).toMatchObject({ code: 1, told: { verdict: 'rejected' } })
  })

  it('rejects an image that makes something else, prompt by prompt, and says what to do', async () => {
    behaves = (stem, seed, picture) =>
      stem === 'jug' && seed === SEED
        ? Promise.resolve(500)
        : honest(stem === 'vase' ? OTHER : MINE)(stem, seed, picture)
    const run = await rehearse('other', ...there())
    expect(run, run.stderr).toMatchObject({ code: 1 })
    expect(run.told).toMatchObject({
      ...{ success: true, verdict: 'rejected', audit: { code: 'not-reproduced', failed_prompts: 2 } },
      prompts: [
        { stem: 'bowl', state: 'same' },
        { stem: 'cup.v2', state: 'same' },
        { stem: 'jug', state: 'no-model', attempts: 2, seconds: null, detail: 'status 500: it failed' },
        { stem: 'vase', state: 'differs', distance: expect.any(Number), detail: 'more than 0.1 apart' },
      ],
    })
    expect((run.told.do as string[]).join('\n')).toMatch(/every version pinned[\s\S]*no model: [\s\S]*differs: /)
    const people = await inProcess(
      command(),
      ...asks(),
      ...there(),
      ...['--submitted', at('submitted'), '--output-dir', at('other')],
    )
    expect(people).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/jug +no model[\s\S]*2 of 4 prompts came out the same[\s\S]*rejected/),
    })
  })

  it('finds out who only returns known models', async () => {
    const known = await readFile(at('submitted', 'bowl.glb'))
    behaves = async (stem, seed) => (seed === SEED ? readFile(at('submitted', `${stem}.glb`)) : known)
    const run = await rehearse('replay', ...there())
    expect(run, run.stderr).toMatchObject({ code: 1, told: { audit: { code: 'repeats-known-models' } } })
    expect(asked).toHaveLength(2)
  })

  it('says what is missing or would not be taken, which no audit looks at', async () => {
    await cp(at('submitted'), at('gaps'), { recursive: true })
    await rm(at('gaps', 'bowl.glb'))
    await writeFile(at('gaps', 'jug.glb'), 'not a model')
    const run = await rehearse('gaps-out', ...there(), '--submitted', at('gaps'))
    expect(run, run.stderr).toMatchObject({ code: 0, told: { audit: { checked_prompts: 2 } } })
    expect(run.told.prompts).toMatchObject([
      { state: 'not-submitted' },
      { state: 'same' },
      { state: 'submitted-refused', detail: expect.stringMatching(/^truncated: /) },
      { state: 'same' },
    ])
    const none = await rehearse('gaps-out', ...there(), '--submitted', at('prompts'))
    expect(none).toMatchObject({ code: 2, told: { success: false, verdict: 'unknown' } })
  })

  it('cannot tell where nothing can be measured, and goes on there', async () => {
    await using failing = await startHttpServer((_, response) => response.end('{"error": "out of memory"}'))
    const nobody = ['--distance-endpoint', failing.url]
    behaves = honest(OTHER)
    const run = await rehearse('unknown', ...there(), ...nobody)
    expect(run, run.stderr).toMatchObject({
      code: 2,
      told: { success: false, verdict: 'unknown', failure: { retryable: true } },
    })
    expect(await rehearse('unknown', ...there())).toMatchObject({ code: 1, told: { verdict: 'rejected' } })
    const ours = asked.filter((each) => each.endsWith('ours'))
    expect(ours.toSorted()).toEqual(stems.map((stem) => `${stem} ours`))
  })

  it('runs the image at a provider, and leaves nothing there', async () => {
    const provider = new Ready()
    // Of a run that was killed, which nobody else would end; and of somebody else.
    const { pid } = spawnSync('true')
    const killed = `${processRuns().current.slice(0, 9)}${pid.toString(36)}`
    const ownedBy = (competition: string) => podName({ competition, round: 3 }, 'rehearsal-0', killed, new Date())
    const [orphan, foreign] = [ownedBy('rehearsal of tiny'), ownedBy('tiny')]
    for (const name of [orphan, foreign]) provider.pods.set(name, { name, state: 'running', url: image.url })
    const run = await inProcess(
      command(provider),
      ...asks(),
      ...['--image', 'me/model@sha256:0', '--provider', 'targon', '--submitted', at('submitted')],
      ...['--output-dir', at('provider'), '--json'],
    )
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(provider.ordered).toMatchObject([{ image: 'me/model@sha256:0', port: 10_006, resource: 'h200-small' }])
    expect([...provider.pods.keys()]).toEqual([foreign])
  })

  it('ends what it runs when it is stopped, and goes on there', async () => {
    const provider = new Ready()
    const args = [
      '--image',
      'me/model',
      '--provider',
      'targon',
      '--submitted',
      at('submitted'),
      '--output-dir',
      at('stopped'),
    ]
    const run = () => inProcess(command(provider), ...asks(), ...args, '--json')
    behaves = async (stem, seed, picture) => {
      if (stem === 'jug' && seed === SEED) process.emit('SIGINT')
      return honest(MINE)(stem, seed, picture)
    }
    expect(await run()).toMatchObject({ code: 130, stdout: expect.stringContaining('Interrupted by user') })
    expect(provider.pods.size).toBe(0)
    behaves = honest(MINE)
    const before = asked.length
    expect((await run()).code).toBe(0)
    expect(before).toBeGreaterThan(3)
    expect(asked.length - before).toBeLessThan(6)
  })

  it('runs a folder on this machine, without a competition', async () => {
    await writeFile(at('one.txt'), `prompts/${stems[0]}.png`)
    const args = ['--folder', at('folder'), '--submitted', at('submitted'), '--output-dir', at('local'), '--json']
    const run = await inProcess(command(), ...args, '--prompts-file', at('one.txt'), '--seed', String(SEED))
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(run.stdout)).toMatchObject({ verdict: 'passed', unseen: 1 })
    // Other code is another image.
    await writeFile(
      at('folder', 'miner.json'),
      JSON.stringify({ command: ['node', '-e', 'throw Error("no weights")'] }),
    )
    const broken = await inProcess(command(), ...args, '--prompts-file', at('prompts.txt'), '--seed', String(SEED))
    expect(broken, broken.stderr).toMatchObject({ code: 1 })
    expect(JSON.parse(broken.stdout)).toMatchObject({
      audit: { code: 'not-started', reason: expect.stringContaining('no weights') },
    })
  })

  it.each([
    ['what is to be run', [], 'what is to be rehearsed?'],
    ['one thing only', ['--endpoint', 'http://x', '--folder', '.'], 'what is to be rehearsed?'],
    ['a seed', ['--endpoint', 'http://x'], 'which seed?'],
  ])('wants %s', async (_, args, words) => {
    const seed = words === 'which seed?' ? [] : ['--seed', '1']
    const run = await inProcess(
      command(),
      ...['--prompts-file', at('prompts.txt'), '--submitted', at('submitted'), '--json', ...seed, ...args],
    )
    expect(run).toMatchObject({ code: 2, stdout: expect.stringContaining(words) })
    expect((await roundkeeper('miner', 'rehearse', '--help')).stdout).toMatch(
      /Exit codes: 0 it would pass[\s\S]*Examples:/,
    )
  })
})
