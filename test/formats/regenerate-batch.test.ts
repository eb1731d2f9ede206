import { describe, expect, it } from 'vitest'
import type { Results } from '../../src/compute/batch/results-archive.ts'
import type { Batch, BatchGeneration, PodStart } from '../../src/compute/pods.ts'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import type { CrewSize } from '../../src/formats/generation-3d/pod-crew.ts'
import { Regeneration } from '../../src/formats/generation-3d/regenerate.ts'
import { settingsOf } from '../../src/formats/generation-3d/settings.ts'
import type { RetryLimits } from '../../src/rules/retries.ts'
import { downloaderOf } from '../support/fake-downloader.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { memoryStore } from '../support/memory-store.ts'

/** What comes of a batch: for each prompt a quality, null where the results do not name it, why it failed; or a failure. */
type Said = ((stem: string) => number | string | null) | Extract<BatchGeneration, { ok: false }>
type Answering = (batch: Batch, pod: number, asked: number) => { readonly seconds?: number; readonly said?: Said }

interface Scene {
  readonly prompts: number
  readonly crew?: Partial<CrewSize>
  readonly most?: number
  readonly seeds?: (at: number) => number
  readonly limits?: Partial<RetryLimits>
  readonly answers?: Answering
  readonly providers?: number
  /** Prompts whose pictures went away after they had been handed out. */
  readonly gone?: readonly string[]
  readonly store?: ReturnType<typeof memoryStore>
}

const WRONG = new Map<string, number | string>(Object.entries({ p1: 'out of memory', p3: -1 }))
const NOTHING_SPECIAL: Answering = () => ({})
const LIMITS: RetryLimits = { hardSeconds: 180, softSeconds: 90, trimCount: 0, attempts: 3, acceptableDistance: 0.1 }
const bytesOf = (q: number, stem: string) => Buffer.from(JSON.stringify({ q, who: 'me', stem }))

const resultsOf = (batch: Batch, said: (stem: string) => number | string | null): Results => {
  const all = batch.prompts.map(({ stem }) => [stem, said(stem)] as const)
  return {
    delivered: new Map(all.flatMap(([stem, each]) => (typeof each === 'number' ? [[stem, 'glb']] : []))),
    failed: new Map(all.flatMap(([stem, each]) => (typeof each === 'string' ? [[stem, each]] : []))),
    take: async (stem, take) => {
      const q = Number(said(stem))
      if (q < 0) return { ok: false, code: 'model-damaged', detail: 'model-damaged: no CRC' }
      const chunks = async function* () {
        yield bytesOf(q, stem)
      }
      return { ok: true, value: await take(chunks()) }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** A run on pods that are functions, in virtual time. */
async function run(scene: Scene) {
  const { prompts, crew = {}, most = 4, seeds = () => 1, limits = {}, answers = NOTHING_SPECIAL, providers = 2 } = scene
  const store = scene.store ?? memoryStore()
  const clock = new VirtualClock(new Date(0), { autoAdvance: true })
  const asked: { readonly pod: string; readonly stems: string; readonly seed: number }[] = []
  const stopped: string[] = []
  let begun = 0
  let handedOut = false
  const pods = {
    id: 'test',
    async start(_image: string, name: string, ..._: unknown[]): Promise<PodStart> {
      const number = ++begun
      let times = 0
      const pod = {
        id: name,
        provider: `provider ${number % providers}`,
        generate: async () => ({ ok: false as const, fault: 'image' as const, detail: 'asked for one' }),
        async generateBatch(batch: Batch, signal: AbortSignal): Promise<BatchGeneration> {
          handedOut = true
          const stems = batch.prompts.map(({ stem }) => stem).join(' ')
          asked.push({ pod: name, stems, seed: batch.seed })
          const { seconds = 40, said = () => 1 } = answers(batch, number, ++times)
          await clock.sleep(seconds * 1000, signal)
          if (typeof said === 'object') return { ...said, seconds }
          return { ok: true, seconds, results: resultsOf(batch, said) }
        },
        stop: async () => void stopped.push(name),
      }
      return { ok: true, pod }
    },
  }
  const downloader = downloaderOf(async (url) => {
    const isGone = handedOut && scene.gone?.some((stem) => url.includes(stem))
    if (isGone) return { ok: false, fault: 'source', code: 'http_404', detail: '404 Not Found' }
    return { ok: true, bytes: Buffer.from(url) }
  })
  const settings = settingsOf({ settings: { contract: 'batch', batch_prompts: most } })
  const subject = { image: 'i', name: 'm', owner: { competition: 'c', round: 0 }, settings, anew: {} }
  const { signal } = new AbortController()
  const context = { pool: new InProcessPool(1), clock, signal, progress: () => undefined }
  const tasks = Array.from({ length: prompts }, (_, at) => {
    const stem = `p${at}`
    return { prompt: { stem, url: `https://prompts.test/${stem}.png` }, seed: seeds(at) }
  })
  await using regeneration = new Regeneration({ ...fakePorts([]), downloader, store, pods, crew }, subject, context)
  const made = await regeneration.make(tasks, { ...LIMITS, ...limits }).catch((error: Error) => error)
  await regeneration.close()
  const outputs = made instanceof Error || !made.ok ? {} : made.outputs
  return {
    made,
    outputs: Object.values(outputs),
    asked,
    begun,
    stopped,
    stats: Object.values(regeneration.stats()),
    store,
  }
}

const infrastructure = (more = {}): Said => ({
  ok: false,
  fault: 'infrastructure',
  detail: 'ECONNRESET',
  seconds: 0,
  ...more,
})
const ofImage = (more = {}): Said => ({
  ok: false,
  fault: 'image',
  detail: 'archive-damaged: cut off',
  seconds: 0,
  ...more,
})

describe('batches', () => {
  it('are shared by pods, one at a time for each, and share their time among their prompts', async () => {
    const { outputs, asked, stats, stopped } = await run({ prompts: 14, crew: { pods: 2, first: 2 } })
    expect(asked.map(({ stems }) => stems.split(' ').length).sort()).toEqual([2, 4, 4, 4])
    expect(new Set(asked.map(({ pod }) => pod)).size).toBe(2)
    const times = outputs.map(({ generation_time: seconds }) => seconds)
    expect(times).toEqual([...Array(12).fill(10), 20, 20])
    expect(stats.map(({ processed }) => processed).sort()).toEqual([6, 8])
    expect(stopped.sort()).toEqual(['m-1', 'm-2'])
  })

  it('have one seed: unseen prompts are asked for alone', async () => {
    const { asked } = await run({ prompts: 4, seeds: (at) => (at < 2 ? at + 10 : 1) })
    expect(asked.map(({ stems, seed }) => [stems, seed])).toEqual([['p0', 10], ['p1', 11], ['p2 p3', 1]]) // biome-ignore format: a batch a line
  })

  it('are not asked for once more of a pod that may have kept them', async () => {
    const answers: Answering = (_, pod) => ({ seconds: pod === 1 ? 400 : 40 })
    const { outputs, asked, begun } = await run({ prompts: 4, answers })
    expect([begun, asked.map(({ pod }) => pod)]).toEqual([2, ['m-1', 'm-2']])
    expect(outputs).toMatchObject(Array(4).fill({ generation_time: 10, attempts: 2 }))
    // Where no pod is left, what there is counts.
    const alone = await run({ prompts: 4, answers, crew: { starts: 1 } })
    expect(alone.outputs).toMatchObject(Array(4).fill({ generation_time: 100, attempts: 1 }))
  })

  it('carry on what was spent in vain: whoever leaves out the slow ones gains nothing', async () => {
    // In 40 seconds it makes half of what it is asked for.
    const answers: Answering = ({ prompts }) => ({
      said: (stem) => (prompts.findIndex((each) => each.stem === stem) % 2 ? 'later' : 1),
    })
    const { outputs } = await run({ prompts: 4, answers, crew: { starts: 5 } })
    expect(outputs.map(({ generation_time: seconds, attempts }) => [seconds, attempts])).toEqual([[10, 1], [30, 2], [10, 1], [70, 3]]) // biome-ignore format: a prompt a line
    expect(outputs.reduce((sum, { generation_time: seconds }) => sum + seconds, 0)).toBe(3 * 40)
  })

  it('keep what they have, and fail one prompt for what is wrong with it', async () => {
    const answers: Answering = () => ({ said: (stem) => WRONG.get(stem) ?? (stem === 'p2' ? null : 1) })
    const { outputs, stats } = await run({ prompts: 4, answers, limits: { attempts: 1 } })
    expect(outputs.map(({ failure }) => failure)).toEqual([
      undefined,
      'the image says: out of memory',
      'nothing of it is in the results',
      'model-damaged: no CRC',
    ])
    expect(stats).toMatchObject([
      { processed: 4, successful: 1, hard_failed: 3, termination_reason: 'no work available' },
    ])
  })

  it('are not made twice when it goes on: what was kept is found again', async () => {
    const store = memoryStore()
    const gone = ['p1']
    const first = await run({
      prompts: 4,
      store,
      gone,
      answers: () => ({ said: (stem) => (stem === 'p1' ? 'no picture' : 1) }),
    })
    expect(first.made).toMatchObject({ code: 'unavailable', where: 'https://prompts.test/p1.png' })
    const second = await run({ prompts: 4, store })
    expect(second.asked.map(({ stems }) => stems)).toEqual(['p1'])
    expect(second.outputs).toMatchObject(Array(4).fill({ attempts: 1 }))
  })
})

describe('whose fault it is', () => {
  it.each<[string, Said, string]>([
    ['an archive that is none', ofImage(), 'it ended'],
    ['one that is not complete in time', ofImage({ stalled: true }), 'stalled'],
    ['a container that ended', ofImage({ lost: true }), 'it ended'],
  ])('%s is an attempt without a model at each prompt, and the pod is replaced', async (_, failure, why) => {
    const answers: Answering = (_batch, pod) => (pod === 1 ? { said: failure } : {})
    const { outputs, begun, stats } = await run({ prompts: 4, answers })
    expect(begun).toBe(2)
    // Of 40 seconds for nothing and 40 for all.
    expect(outputs).toMatchObject(Array(4).fill({ attempts: 2, generation_time: 20, tries: [{ pod_id: 'm-1' }, {}] }))
    expect(stats).toMatchObject([{ pod_id: 'm-1', hard_failed: 4, termination_reason: why }, { pod_id: 'm-2' }])
  })

  it('whoever asks to be replaced is, as long as pods may be started', async () => {
    const answers: Answering = (_, pod) => (pod === 1 ? { said: ofImage({ requested: true }) } : {})
    const { outputs, stats } = await run({ prompts: 4, answers })
    expect(outputs).toMatchObject(Array(4).fill({ attempts: 1, generation_time: 10 }))
    expect(stats[0]).toMatchObject({ pod_id: 'm-1', processed: 0, termination_reason: 'requested' })
    const always = await run({ prompts: 4, answers: () => ({ said: ofImage({ requested: true }) }) })
    expect(always.made).toEqual({ ok: true, outputs: {} })
    expect(always.begun).toBe(3)
  })

  it('a pod that is lost is counted against nobody', async () => {
    const { outputs, stats } = await run({
      prompts: 4,
      answers: (_, pod) => (pod === 1 ? { said: infrastructure() } : {}),
    })
    expect(outputs).toMatchObject(Array(4).fill({ attempts: 1, generation_time: 10 }))
    expect(stats[0]).toMatchObject({ pod_id: 'm-1', processed: 0, termination_reason: 'lost' })
    const never = await run({ prompts: 4, answers: () => ({ said: infrastructure() }) })
    expect(never.made).toMatchObject({ code: 'unavailable' })
  })

  it('over which three pods were lost at two providers, a batch is the image’s', async () => {
    const answers: Answering = (_, pod) => (pod <= 3 ? { said: infrastructure({ unclear: true }) } : {})
    const { outputs } = await run({ prompts: 4, answers, crew: { starts: 4 } })
    expect(outputs).toMatchObject(
      Array(4).fill({ attempts: 2, tries: [{ failure: '3 pods were lost over it: ECONNRESET' }, {}] }),
    )
    const single = await run({ prompts: 4, answers, crew: { starts: 4 }, providers: 1 })
    expect(single.outputs).toMatchObject(Array(4).fill({ attempts: 1 }))
    // Which of both it is, a single provider never shows, however often: a person is told.
    const never = await run({ prompts: 4, answers, providers: 1 })
    expect(never.made).toMatchObject({ code: 'unavailable', hint: expect.stringMatching(/^3 pods .* second provider/) })
  })
})
