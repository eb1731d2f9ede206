import { describe, expect, it } from 'vitest'
import type { Generation, PodStart } from '../../src/compute/pods.ts'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import type { CrewSize } from '../../src/formats/generation-3d/pod-crew.ts'
import { Regeneration } from '../../src/formats/generation-3d/regenerate.ts'
import { settingsOf } from '../../src/formats/generation-3d/settings.ts'
import type { RetryLimits } from '../../src/rules/retries.ts'
import type { Output } from '../../src/state/outputs.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { memoryStore } from '../support/memory-store.ts'
import fc from '../support/properties.ts'

type Answering = (
  stem: string,
  pod: number,
  asked: number,
) => Partial<Generation & { ok: true; q: number }> | Generation

interface Scene {
  readonly prompts: number
  readonly crew?: Partial<CrewSize>
  /** So many prompts with another seed are asked first. */
  readonly before?: number
  readonly limits?: Partial<RetryLimits>
  /** What was submitted has this quality. */
  readonly submitted?: number
  /** What measures says so of all. */
  readonly apart?: number
  /** Of the n-th pod. */
  start?(pod: number): PodStart | undefined
  answers?: Answering
  /** That the pods are at, in turn. */
  readonly providers?: number
}

const LIMITS: RetryLimits = { hardSeconds: 180, softSeconds: 90, trimCount: 0, attempts: 3, acceptableDistance: 0.1 }
const png = (q: number) => new TextEncoder().encode(JSON.stringify({ q, who: 'me', stem: '' }))

/** A run on pods that are functions; a pod answers one prompt at a time, in virtual time. */
async function run({
  prompts,
  before = 0,
  crew = {},
  limits = {},
  submitted,
  apart,
  start,
  answers = () => ({}),
  providers = 2,
}: Scene) {
  const store = memoryStore()
  const ports = fakePorts([])
  const distance = apart === undefined ? ports.distance : { ...ports.distance, distance: async () => apart }
  const clock = new VirtualClock(new Date(0), { autoAdvance: true })
  const asked: string[] = []
  const begun: { name: string; at: number }[] = []
  const stopped: string[] = []
  const counts = new Map<number, number>()
  const pods = {
    id: 'test',
    async start(_image: string, name: string): Promise<PodStart> {
      begun.push({ name, at: clock.now().getTime() })
      const number = begun.length
      const refused = start?.(number)
      if (refused !== undefined) return refused
      let slot = Promise.resolve()
      return {
        ok: true,
        pod: {
          id: name,
          provider: `provider ${number % providers}`,
          generate: (prompt, _seed, signal) => {
            const turn = slot.then(async (): Promise<Generation> => {
              asked.push(`${prompt.name} ${number}`)
              counts.set(number, (counts.get(number) ?? 0) + 1)
              const told = answers(prompt.name, number, counts.get(number) ?? 0)
              const { seconds = 10, q = 1 } = told as { seconds?: number; q?: number }
              await clock.sleep(seconds * 1000, signal)
              if ('ok' in told && told.ok === false) return told
              return { ok: true, bytes: png(q), seconds }
            })
            slot = turn.then(() => undefined).catch(() => undefined)
            return turn
          },
          stop: async () => void stopped.push(name),
        },
      }
    },
  }
  const against = submitted === undefined ? undefined : await submission(store, submitted)
  const subject = { image: 'i', name: 'm', owner: { competition: 'c', round: 0 }, settings: settingsOf({}), anew: {} }
  const { signal } = new AbortController()
  const told = { clock, signal, pool: new InProcessPool(4), progress: () => undefined }
  const tasks = Array.from({ length: prompts }, (_, at) => {
    const stem = `p${String(at).padStart(3, '0')}`
    return { prompt: { stem, url: `https://prompts.test/${stem}.png` }, seed: 1, against }
  })
  await using regeneration = new Regeneration({ ...ports, distance, store, pods, crew }, subject, told)
  const [first] = tasks
  for (let seed = 2; seed < 2 + before && first !== undefined; seed++)
    await regeneration.make([{ ...first, seed }], LIMITS).catch(() => undefined)
  const made = await regeneration.make(tasks, { ...LIMITS, ...limits }).catch((error: Error) => error)
  await regeneration.close()
  const outputs = made instanceof Error || !made.ok ? {} : made.outputs
  return { made, outputs: Object.values(outputs), asked, begun, stopped, stats: Object.values(regeneration.stats()) }
}

async function submission(store: ReturnType<typeof memoryStore>, q: number): Promise<Output> {
  const { putContent } = await import('../../src/store/content.ts')
  const { sha256, url } = await putContent(store, png(q), 'png', 'image/png')
  return { glb: url, png: url, generation_time: 0, size: 1, attempts: 0, distance: 0, png_sha256: sha256 }
}

const taken: Generation = { ok: false, fault: 'infrastructure', detail: 'the pod was taken away' }
const broken: Generation = { ok: false, fault: 'infrastructure', detail: 'ECONNRESET', unclear: true }
const refusing: Generation = { ok: false, fault: 'image', detail: 'status 500: no', status: 500 }
const FOUR = { pods: 4, first: 2, starts: 6 }

describe('several pods', () => {
  it('share the prompts, start one after another, and are all stopped', async () => {
    const { outputs, asked, begun, stopped, stats } = await run({ prompts: 40, crew: FOUR })
    expect(outputs).toHaveLength(40)
    expect(new Set(asked).size).toBe(40)
    expect(begun.map(({ at }) => at)).toEqual([0, 0, 30_000, 60_000])
    expect(stopped.sort()).toEqual(['m-1', 'm-2', 'm-3', 'm-4'])
    expect(stats.map(({ processed }) => processed).reduce((a, b) => a + b)).toBe(40)
    expect(stats).toMatchObject([
      { pod_id: 'm-1', time_median: 10, termination_reason: 'no work available' },
      {},
      {},
      {},
    ])
  })

  it('do not start when others have done all before their turn', async () => {
    expect((await run({ prompts: 4, crew: FOUR })).begun).toHaveLength(2)
    expect((await run({ prompts: 0, crew: FOUR })).begun).toHaveLength(0)
  })

  it('a pod that is lost is replaced, and another one gets its prompt', async () => {
    const answers: Answering = (_, pod, asked) => (pod === 1 && asked === 3 ? broken : {})
    const { outputs, begun, stats } = await run({ prompts: 20, crew: { pods: 2, first: 2, starts: 3 }, answers })
    expect(outputs.map(({ attempts }) => attempts)).toEqual(Array(20).fill(1))
    expect(begun).toHaveLength(3)
    expect(stats.find(({ pod_id: id }) => id === 'm-1')).toMatchObject({ termination_reason: 'lost' })
  })

  it('a prompt that failed on one is tried on another', async () => {
    const failed = new Set<number>()
    const answers: Answering = (stem, pod) => (stem === 'p003' && failed.size < 1 && failed.add(pod) ? refusing : {})
    const { outputs } = await run({ prompts: 8, crew: { pods: 2, first: 2 }, answers })
    const [first] = failed
    expect(outputs[3]).toMatchObject({
      attempts: 2,
      tries: [
        { pod_id: `m-${first}`, failure: 'status 500: no' },
        { pod_id: `m-${3 - (first ?? 0)}`, generation_time: 10 },
      ],
    })
  })
})

it('pods that are there already share what is asked next, and none waits for one that has nothing to do', async () => {
  let failures = 0
  const answers: Answering = (stem) => (stem === 'p000' && failures++ === 6 ? refusing : {})
  const { outputs } = await run({ prompts: 1, crew: { pods: 2, first: 2 }, before: 6, answers })
  expect(outputs).toMatchObject([{ attempts: 2 }])
})

describe('what is tried again', () => {
  it('slow ones as long as the median is above the limit, and the quickest counts', async () => {
    const answers: Answering = (_, pod, asked) => ({ seconds: pod === 1 && asked <= 4 ? 100 : 20 })
    const { outputs, asked, begun } = await run({ prompts: 6, answers })
    // Who has made a model may have kept it, and gives it at once when asked again: another pod is asked.
    expect(begun).toHaveLength(2)
    expect(asked.filter((each) => each.endsWith(' 1'))).toHaveLength(6)
    // Of six the median is below the limit once one of the four slow ones came out quick; another was under way.
    expect(asked).toHaveLength(8)
    expect(outputs.filter(({ attempts }) => attempts === 2)).toMatchObject(
      Array(2).fill({ generation_time: 20, tries: [{ generation_time: 100 }, { generation_time: 20 }] }),
    )
  })

  it('nothing that came out otherwise: what is not repeatable is the answer', async () => {
    const { outputs, asked } = await run({ prompts: 4, submitted: 9, answers: () => ({ seconds: 200 }) })
    expect(asked).toHaveLength(4)
    expect(outputs).toMatchObject(Array(4).fill({ attempts: 1, distance: 8 }))
  })

  it('nothing more once the end is certain', async () => {
    const { outputs, stats } = await run({ prompts: 128, submitted: 9, limits: { mismatches: 12 } })
    expect(outputs.length).toBeLessThanOrEqual(13)
    expect(stats).toMatchObject([{ termination_reason: 'mismatch limit' }])
  })
})

describe('whose fault it is', () => {
  it('an image that is ready on none of two pods cannot be run', async () => {
    const start = (): PodStart => ({ ok: false, fault: 'image', detail: 'no /health' })
    const { made, begun } = await run({ prompts: 3, start })
    expect(made).toEqual({ ok: false, detail: 'no /health' })
    expect(begun).toHaveLength(2)
  })

  it('an image that was ready before is one that starts, and what is left is ours', async () => {
    const start = (pod: number): PodStart | undefined =>
      pod > 1 ? { ok: false, fault: 'image', detail: 'no /health' } : undefined
    const answers: Answering = (_, __, asked) => (asked > 2 ? { ...refusing, stalled: true } : {})
    const { made } = await run({ prompts: 20, start, answers })
    expect(made).toMatchObject({ code: 'unavailable', retryable: true })
  })

  it('a single bad start is none of it', async () => {
    const start = (pod: number): PodStart | undefined =>
      pod === 1 ? { ok: false, fault: 'image', detail: 'no /health' } : undefined
    expect((await run({ prompts: 3, start })).outputs).toHaveLength(3)
  })

  it('pods that cannot be had, or are lost one after another, are ours', async () => {
    const start = (): PodStart => ({ ok: false, fault: 'infrastructure', detail: 'no capacity' })
    expect((await run({ prompts: 3, start })).made).toMatchObject({ code: 'unavailable', retryable: true })
    const answers: Answering = (_, __, asked) => (asked > 2 ? broken : {})
    expect((await run({ prompts: 30, answers })).made).toMatchObject({ code: 'unavailable', retryable: true })
  })

  it('a prompt over which three pods are lost at two providers is the image’s', async () => {
    const answers: Answering = (stem) => (stem === 'p000' ? broken : {})
    const { outputs, made } = await run({ prompts: 3, crew: { starts: 6 }, limits: { attempts: 1 }, answers })
    if (made instanceof Error) throw made
    expect(outputs).toMatchObject([
      { failure: '3 pods were lost over it: ECONNRESET' },
      { attempts: 1 },
      { attempts: 1 },
    ])
  })

  it.each([
    ['that one provider alone loses pods over', { providers: 1, answer: () => broken }],
    ['over which providers take pods away', { providers: 2, answer: () => taken }],
    ['over which one of two does', { providers: 2, answer: (pod: number) => (pod % 2 === 0 ? taken : broken) }],
  ])('a prompt %s is ours, however often', async (_, { providers, answer }) => {
    const answers: Answering = (stem, pod) => (stem === 'p000' ? answer(pod) : {})
    const { made, begun } = await run({ prompts: 3, crew: { starts: 8 }, limits: { attempts: 1 }, providers, answers })
    expect(made).toMatchObject({ code: 'unavailable', retryable: true })
    expect(begun).toHaveLength(8)
  })

  it('an image that ends at its 17th prompt is started again, as often as there are starts', async () => {
    const answers: Answering = (_, __, asked) =>
      asked > 17 ? { ...refusing, lost: true, unasked: true } : asked === 17 ? { ...refusing, lost: true } : {}
    const done = await run({ prompts: 40, crew: { starts: 4 }, answers })
    expect(done.outputs.filter(({ png }) => png !== null)).toHaveLength(40)
    expect(done.stats[0]).toMatchObject({ termination_reason: 'it ended' })
    const short = await run({ prompts: 40, crew: { starts: 2 }, answers })
    expect(short.made).toMatchObject({ ok: true })
    expect(short.outputs.filter(({ png }) => png !== null)).toHaveLength(32)
  })

  it('a pod that does not answer any more is replaced', async () => {
    const answers: Answering = (_, pod) => (pod === 1 ? { ...refusing, stalled: true } : {})
    const { outputs, begun, stats } = await run({ prompts: 6, answers })
    expect(begun).toHaveLength(2)
    expect(outputs.every(({ png }) => png !== null)).toBe(true)
    expect(stats[0]).toMatchObject({ hard_failed: 2, termination_reason: 'stalled' })
  })

  it('what cannot be measured is neither accepted nor refused: it ends the run, and stops the pods', async () => {
    const { made, stopped } = await run({ prompts: 6, submitted: 9, apart: Number.NaN })
    expect(made).toMatchObject({ code: 'unavailable' })
    expect(stopped).toEqual(['m-1'])
  })
})

it('comes to an end whatever pods do, with every pod stopped and no prompt answered beyond its attempts', async () => {
  const faults: Generation[] = [refusing, broken, { ...refusing, lost: true }, { ...refusing, stalled: true }]
  const scene = fc.record({
    prompts: fc.nat(20),
    before: fc.nat(3),
    size: fc.record({ pods: fc.integer({ min: 1, max: 4 }), starts: fc.integer({ min: 1, max: 6 }) }),
    first: fc.integer({ min: 1, max: 4 }),
    rolls: fc.array(fc.nat(6), { minLength: 1, maxLength: 40 }),
    slow: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(scene, async ({ prompts, before, size, first, rolls, slow }) => {
      let at = 0
      const answers: Answering = () => {
        return faults[rolls[at++ % rolls.length] ?? 0] ?? { seconds: slow ? 100 : 10 }
      }
      const start = (pod: number): PodStart | undefined =>
        pod % 5 === 4 ? { ok: false, fault: 'image', detail: 'not ready' } : undefined
      const crew = { ...size, first: Math.min(first, size.pods) }
      const ended = await run({ prompts, before, crew, answers, start })
      expect(ended.outputs.every(({ attempts }) => attempts <= LIMITS.attempts)).toBe(true)
      const ready = ended.begun.map(({ name }) => name).filter((name) => Number(name.slice(2)) % 5 !== 4)
      expect([...ended.stopped].sort()).toEqual(ready.sort())
    }),
    { numRuns: 60 },
  )
}, 20_000)
