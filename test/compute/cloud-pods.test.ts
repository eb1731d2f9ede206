import { describe, expect, it } from 'vitest'
import { CloudPods } from '../../src/compute/cloud-pods.ts'
import type { PodProvider } from '../../src/compute/pod-provider.ts'
import type { Pod, PodStart } from '../../src/compute/pods.ts'
import { RunPod } from '../../src/compute/providers/runpod.ts'
import { Targon } from '../../src/compute/providers/targon.ts'
import { Verda } from '../../src/compute/providers/verda.ts'
import { Cloud } from '../support/gpu-clouds/cloud.ts'
import { LIMITS, Pauses } from '../support/gpu-clouds/pauses.ts'
import { runpodDialect } from '../support/gpu-clouds/runpod.ts'
import { targonDialect } from '../support/gpu-clouds/targon.ts'
import { verdaDialect } from '../support/gpu-clouds/verda.ts'

const never = new AbortController().signal
const owner = { competition: 'mesh 17 1000', round: 7 }
const secrets = { clientId: 'me', clientSecret: 'client-secret', podToken: 'pod-token' }
const prompt = { name: 'p', image: new Uint8Array(9) }

/** Three clouds on one clock, and what tries them in this order. */
async function threeClouds(names: readonly ('targon' | 'verda' | 'runpod')[] = ['targon', 'verda', 'runpod']) {
  const clock = new Pauses()
  const [targon, verda, runpod] = await Promise.all(
    [targonDialect('key'), verdaDialect(secrets), runpodDialect('key')].map((dialect) => Cloud.open(dialect, clock)),
  )
  if (!targon || !verda || !runpod) throw new Error('three of them')
  const clouds = { targon, verda, runpod }
  for (const cloud of Object.values(clouds)) {
    Object.assign(cloud, { visibleAfterMs: 60_000, runningAfterMs: 90_000, healthyAfterMs: 600_000 })
  }
  const all: Readonly<Record<string, PodProvider>> = {
    targon: new Targon({ apiKey: 'key', clock, url: targon.url }),
    verda: new Verda({ ...secrets, generationToken: 'pod-token', clock, url: verda.url }),
    runpod: new RunPod({ apiKey: 'key', clock, url: runpod.url, addressOf: runpod.addressOf }),
  }
  const providers = names.map((name) => all[name] as PodProvider)
  const runs = { current: 'here0run1p1', isOver: (run: string) => run === 'here0gone1p2' }
  const newPods = (run = runs.current) =>
    new CloudPods({ providers, clock, runs: { ...runs, current: run }, limits: LIMITS })
  return {
    ...{ clock, clouds, newPods, pods: newPods() },
    start: (image = 'honest', name = '5FHneW46xG-0', pods = newPods()) => pods.start(image, name, never, owner),
    /** Names of what costs money now. */
    left: () => Object.values(clouds).flatMap((cloud) => cloud.names),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(Object.values(clouds).map((cloud) => cloud[Symbol.asyncDispose]()))
    },
  }
}
type World = Awaited<ReturnType<typeof threeClouds>>

function started(start: PodStart): Pod {
  if (!start.ok) throw new Error(start.detail)
  return start.pod
}

describe('a pod on a cloud', () => {
  it.each(['targon', 'verda', 'runpod'] as const)(
    'of %s comes up, generates, and is gone when it is stopped',
    async (name) => {
      await using world = await threeClouds([name])
      const pod = started(await world.start())
      expect(pod.provider).toBe(name)
      expect(pod.id).toMatch(/^miner-07-5fhnew46xg-0-[0-9a-f]{8}-here0run1p1-[0-9a-z]{8}$/)
      expect(world.left()).toEqual([pod.id])
      expect(await pod.generate(prompt, 1, never)).toMatchObject({ ok: true })
      await pod.stop()
      expect(world.left()).toEqual([])
      await pod.stop()
    },
  )

  it('of each index begins with another provider', async () => {
    await using world = await threeClouds()
    const begun = await Promise.all(
      [0, 1, 2, 3].map((index) => world.start('honest', `5FHneW46xG-${index}`, world.pods)),
    )
    expect(begun.map((each) => started(each).provider)).toEqual(['targon', 'verda', 'runpod', 'targon'])
    expect(new Set(world.left()).size).toBe(4)
  })

  it('gets nothing of ours into its environment', async () => {
    await using world = await threeClouds()
    await Promise.all([0, 1, 2].map((index) => world.start('honest', `5FHneW46xG-${index}`, world.pods)))
    const orders = Object.values(world.clouds).flatMap(({ pods }) => [...pods.values()].map(({ order }) => order))
    const text = JSON.stringify(orders)
    expect(orders).toHaveLength(3)
    expect(text.match(/"env":(\{\}|\[\])/g)).toHaveLength(3)
    expect(text).not.toMatch(/secret"|pod-token|HF_TOKEN|Bearer/)
  })

  it('is asked nothing after its lifetime, which began with the order', async () => {
    await using world = await threeClouds()
    const pod = started(await world.start())
    world.clock.advance(6 * 3_600_000 - 600_000)
    expect(await pod.generate(prompt, 1, never)).toMatchObject({
      ok: false,
      fault: 'infrastructure',
      detail: expect.stringMatching(/lifetime/),
      unasked: true,
    })
    expect(world.left()).toEqual([])
  })
})

describe('a fault of a provider', () => {
  /** What happens to the first provider of three. */
  const faults: [string, (world: World) => void][] = [
    ['has no capacity', ({ clouds }) => void Object.assign(clouds.targon, { capacity: 0 })],
    [
      'has too many requests',
      ({ clouds }) => clouds.targon.fails(/^POST \/serverless$/, { status: 429, headers: { 'retry-after': '20' } }),
    ],
    ['fails at orders', ({ clouds }) => clouds.targon.fails(/^POST \/serverless$/, 500)],
    ['breaks connections', ({ clouds }) => clouds.targon.fails(/./, 'cut')],
    ['refuses our key', ({ clouds }) => clouds.targon.fails(/^\w+ \/serverless/, 401)],
    ['takes no such request', ({ clouds }) => clouds.targon.fails(/^POST \/serverless$/, 422)],
    [
      'answers with a page',
      ({ clouds }) => clouds.targon.fails(/./, { status: 200, body: '<html>maintenance</html>' }),
    ],
    ['answers with other fields', ({ clouds }) => clouds.targon.fails(/./, { status: 200, body: '{"resources":{}}' })],
    ['never shows the pod', ({ clouds }) => void Object.assign(clouds.targon, { visibleAfterMs: 1e9 })],
    ['cannot be asked after the order', ({ clouds }) => clouds.targon.fails(/^POST \/serverless\/list/, 503)],
    ['has a gateway that leads nowhere', ({ clouds }) => clouds.targon.fails(/ \/at\//, 502)],
  ]
  it.each(faults)('that %s ends at another one', async (_, befall) => {
    await using world = await threeClouds()
    befall(world)
    const pod = started(await world.start())
    expect(pod.provider).not.toBe('targon')
    expect(world.left().filter((name) => world.clouds.verda.names.includes(name))).toEqual([pod.id])
    await pod.stop()
  })

  it.each(faults.slice(0, -1))('that %s is no image’s, where there is no other', async (_, befall) => {
    await using world = await threeClouds(['targon'])
    befall(world)
    const start = await world.start()
    expect(start).toMatchObject({ ok: false, fault: 'infrastructure', detail: expect.stringContaining('targon: ') })
  })

  it('is tried again as long as there is time, for no longer', async () => {
    await using world = await threeClouds(['targon', 'runpod'])
    for (const cloud of [world.clouds.targon, world.clouds.runpod]) cloud.capacity = 0
    const begun = world.clock.now().getTime()
    expect(await world.start()).toMatchObject({
      ok: false,
      fault: 'infrastructure',
      detail: expect.stringMatching(/targon: .*; runpod: /),
    })
    const minutes = (world.clock.now().getTime() - begun) / 60_000
    expect(minutes).toBeGreaterThan(100)
    expect(minutes).toBeLessThanOrEqual(121)
    expect(world.clouds.targon.asked.length).toBeGreaterThan(50)
  })

  it('that another hour has not is outlived', async () => {
    await using world = await threeClouds(['targon'])
    world.clouds.targon.fails(/^POST \/serverless$/, 503, 10)
    expect(started(await world.start()).provider).toBe('targon')
  })

  it('that nothing can help is told at once', async () => {
    await using world = await threeClouds(['targon', 'runpod'])
    for (const cloud of [world.clouds.targon, world.clouds.runpod]) cloud.fails(/./, 403)
    const begun = world.clock.now()
    expect(await world.start()).toMatchObject({ ok: false, fault: 'infrastructure' })
    expect(world.clock.now()).toEqual(begun)
  })

  it('that takes a pod away before it is healthy ends at another one', async () => {
    await using world = await threeClouds(['runpod', 'verda'])
    const { runpod } = world.clouds
    const seen = world.start()
    while (runpod.names.length === 0) await new Promise(setImmediate)
    runpod.takeAway()
    expect(started(await seen).provider).toBe('verda')
    expect(runpod.names).toEqual([])
  })

  it('that leaves an order unanswered ends at another one, and the pod with the next reaping', async () => {
    await using world = await threeClouds(['targon', 'runpod'])
    const { targon } = world.clouds
    targon.fails(/^POST \/serverless$/, 'hang', 1)
    const start = world.start('honest', 'x-0', world.pods)
    while (!targon.asked.some(({ path }) => path === '/serverless')) await new Promise(setImmediate)
    // It was made all the same, but nobody lists it yet.
    const { name } = JSON.parse(targon.asked[0]?.body ?? '')
    targon.create(name, 'honest', {})
    world.clock.expire()
    expect(started(await start).provider).toBe('runpod')
    world.clock.advance(120_000)
    expect(await world.pods.reap(owner, never)).toMatchObject({
      stopped: [{ name, why: 'nobody uses it' }],
      failures: [],
    })
    expect(targon.names).toEqual([])
  })
})

describe('an image', () => {
  it('that never becomes healthy is blamed only after a second provider', async () => {
    await using world = await threeClouds()
    expect(await world.start('never-healthy')).toMatchObject({
      ok: false,
      fault: 'image',
      detail: expect.stringMatching(
        /^targon: it did not answer GET \/health with 200 within 60 min\nloading weights\nready; verda: it did not/,
      ),
    })
    expect(world.left()).toEqual([])
    expect(world.clouds.runpod.asked).toEqual([])
  })

  it('is blamed after two tries where there is one provider', async () => {
    await using world = await threeClouds(['runpod'])
    expect(await world.start('never-healthy')).toMatchObject({ ok: false, fault: 'image' })
    expect(world.clouds.runpod.asked.filter(({ method }) => method === 'POST')).toHaveLength(2)
  })

  it('is not blamed while nobody else can try it', async () => {
    await using world = await threeClouds(['targon', 'runpod'])
    world.clouds.runpod.capacity = 0
    expect(await world.start('never-healthy')).toMatchObject({ ok: false, fault: 'infrastructure' })
  })

  it('is to blame for what it answers, also where it sounds like a gateway', async () => {
    await using world = await threeClouds()
    for (const image of ['failing', 'busy']) {
      const pod = started(await world.start(image))
      expect(await pod.generate(prompt, 1, never)).toMatchObject({
        ok: false,
        fault: 'image',
        detail: expect.stringMatching(/^status 50/),
      })
    }
  })

  const deaths: [string, (world: World) => void][] = [
    ['a pod that was taken away', ({ clouds }) => clouds.runpod.takeAway()],
    ['a pod that is gone', ({ clouds }) => clouds.runpod.pods.clear()],
    ['a gateway without anybody behind it', ({ clouds }) => clouds.runpod.fails(/ \/at\//, 502)],
    ['a connection that breaks', ({ clouds }) => clouds.runpod.fails(/ \/at\//, 'cut')],
    ['a provider that says nothing either', ({ clouds }) => clouds.runpod.fails(/./, 503)],
    ['a gateway that has too much to do', ({ clouds }) => clouds.runpod.fails(/ \/at\//, 429)],
  ]
  it('is not to blame while a gateway refuses our token', async () => {
    await using world = await threeClouds(['verda'])
    const pod = started(await world.start())
    world.clouds.verda.fails(/ \/at\//, 401)
    expect(await pod.generate(prompt, 1, never)).toMatchObject({ ok: false, fault: 'infrastructure' })
    expect(await world.start()).toMatchObject({
      ok: false,
      fault: 'infrastructure',
      detail: expect.stringMatching(/refuses our token/),
    })
  })

  it.each([
    ['that breaks its connection', 'cut', true],
    ['on which a gateway did not wait', 524, true],
    ['that was taken away', undefined, undefined],
  ] as const)('may have done it itself: a pod %s', async (_, fault, unclear) => {
    await using world = await threeClouds(['runpod'])
    const pod = started(await world.start())
    if (fault === undefined) world.clouds.runpod.takeAway()
    else world.clouds.runpod.fails(/ \/at\/.*generate/, fault)
    const generation = await pod.generate(prompt, 1, never)
    expect(generation).toMatchObject({ ok: false, fault: 'infrastructure' })
    expect('unclear' in generation ? generation.unclear : undefined).toBe(unclear)
    await pod.stop()
  })

  it.each(deaths)('is not to blame for %s', async (_, befall) => {
    await using world = await threeClouds(['runpod'])
    const pod = started(await world.start())
    befall(world)
    expect(await pod.generate(prompt, 1, never)).toMatchObject({ ok: false, fault: 'infrastructure' })
    await pod.stop()
  })
})

describe('stopping', () => {
  it('in the middle of a start leaves nothing behind', async () => {
    await using world = await threeClouds(['runpod'])
    const stop = new AbortController()
    const start = world.pods.start('never-healthy', 'x-0', stop.signal, owner)
    while (!world.clouds.runpod.asked.some(({ path }) => path.startsWith('/at/'))) await new Promise(setImmediate)
    stop.abort()
    await expect(start).rejects.toMatchObject({ code: 'aborted' })
    expect(world.left()).toEqual([])
  })

  it('of a pod at a provider that is down is no loss, and is done by the next reaping', async () => {
    await using world = await threeClouds(['targon', 'runpod'])
    const pod = started(await world.start('honest', 'x-0', world.pods))
    const faults = world.clouds.targon.faults
    world.clouds.targon.fails(/serverless/, 503)
    await pod.stop()
    expect(await world.pods.reap(owner, never)).toMatchObject({
      stopped: [],
      failures: [expect.stringContaining('503')],
    })
    faults.length = 0
    expect((await world.pods.reap(owner, never)).stopped).toMatchObject([{ provider: 'targon', name: pod.id }])
    expect(world.left()).toEqual([])
  })
})

describe('reaping', () => {
  it('stops what is ours and not needed, and nothing else', async () => {
    await using world = await threeClouds(['runpod'])
    const { runpod } = world.clouds
    const startAs = async (run: string, of = owner) =>
      started(await world.newPods(run).start('honest', 'x-0', never, of)).id
    const dead = await startAs('here0gone1p2')
    const elsewhere = await startAs('far00work1p3')
    const other = await startAs('here0gone1p2', { ...owner, competition: 'another' })
    const before = await startAs('far00work1p3', { ...owner, round: 6 })
    const mine = started(await world.start('honest', 'y-1', world.pods)).id
    const strangers = ['generator', 'miner-07-5fhnew46xg-0']
    for (const name of strangers) runpod.create(name, 'honest', {})
    world.clock.advance(60_000)

    const { stopped, failures } = await world.pods.reap(owner, never)
    expect(failures).toEqual([])
    expect(Object.fromEntries(stopped.map(({ name, why }) => [name, why]))).toEqual({
      [dead]: 'the run that started it is over',
      [before]: 'round 6 is over',
    })
    expect(runpod.names.sort()).toEqual([elsewhere, other, mine, ...strangers].sort())

    world.clock.advance(6 * 3_600_000)
    expect((await world.pods.reap(owner, never)).stopped.map(({ name }) => name).sort()).toEqual(
      [elsewhere, mine].sort(),
    )
    expect(runpod.names.sort()).toEqual([other, ...strangers].sort())
  })

  it('stops the others where one cannot be stopped', async () => {
    await using world = await threeClouds(['runpod'])
    const { runpod } = world.clouds
    const startGone = async () => started(await world.newPods('here0gone1p2').start('honest', 'x-0', never, owner)).id
    const [stuck, other] = [await startGone(), await startGone()]
    const [{ id } = { id: '' }] = runpod.pods.values()
    runpod.fails(new RegExp(`DELETE /pods/${id}$`), 500)
    expect(await world.pods.reap(owner, never)).toMatchObject({
      stopped: [{ name: other }],
      failures: [expect.stringContaining(stuck)],
    })
    expect(world.left()).toEqual([stuck])
  })

  it('of everything stops what others use, too, but nobody else’s', async () => {
    await using world = await threeClouds(['runpod'])
    const elsewhere = await world.newPods('far00work1p3').start('honest', 'x-0', never, owner)
    world.clouds.runpod.create('generator', 'honest', {})
    await world.pods.reap(owner, never, true)
    expect(world.left()).toEqual(['generator'])
    expect(elsewhere.ok).toBe(true)
  })
})
