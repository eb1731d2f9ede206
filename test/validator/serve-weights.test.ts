import { describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../src/errors.ts'
import { type ServeEvent, serveWeights } from '../../src/validator/serve-weights.ts'
import { backoffMs, MAX_SLEEP_MS, sleepMs } from '../../src/validator/wake.ts'
import type { weightsTurn } from '../../src/validator/weights-turn.ts'
import { challenger, entry, leader, type Scene, scene } from './support.ts'

const BLOCK_MS = 12_000

/** Serves in virtual time until so many blocks have passed. */
async function serve(world: Scene, blocks: number, turn: () => ReturnType<typeof weightsTurn> = () => world.turn()) {
  const stop = new AbortController()
  const events: ServeEvent[] = []
  const end = world.clock.now().getTime() + blocks * BLOCK_MS
  await serveWeights(
    async () => {
      if (world.clock.now().getTime() >= end) stop.abort()
      return turn()
    },
    { clock: world.clock, signal: stop.signal, tell: (event) => void events.push(event) },
  )
  const decisions = events.flatMap((event) => (event.kind === 'decision' ? [event.turn.kind] : []))
  return { events, decisions }
}

const restless = (leaders = [entry(leader)]) => scene(leaders, {}, { autoAdvance: true })

describe('serving weights', () => {
  it.each([false, true])(
    'sets them once in every epoch, soon after it began (commit–reveal %s)',
    async (commitRevealWeights) => {
      await using world = await restless()
      world.subnet.subnet = { commitRevealWeights }
      const { events, decisions } = await serve(world, 5 * 360)
      // It begins 80 blocks before an epoch does.
      const began = events.flatMap((event) =>
        event.kind === 'decision' && event.turn.kind === 'set' ? [event.turn.submission!.block] : [],
      )
      expect(began.map((block) => Math.floor(block / 360))).toEqual([27, 28, 29, 30, 31, 32])
      for (const block of began.slice(2)) expect(block % 360).toBeLessThan(10)
      expect(world.subnet.sent).toBe(6)
      expect(decisions.filter((kind) => kind === 'done').length).toBeLessThanOrEqual(6)
    },
  )

  it('tells how it is every hour', async () => {
    await using world = await restless()
    const { events } = await serve(world, 1000)
    const health = events.filter((event) => event.kind === 'health')
    expect(health).toHaveLength(3)
    expect(health.at(-1)).toMatchObject({
      set: 4,
      failures: 0,
      lastSetBlock: expect.any(Number),
      block: expect.any(Number),
    })
  })

  it('pays a new leader soon after the change, and not around it', async () => {
    await using world = await restless()
    world.subnet.mine(100)
    const change = 10_000 + 100 + 200
    await world.crown.write([entry(leader), entry(challenger, change, 1)])
    const { events, decisions } = await serve(world, 250)
    expect(decisions).toEqual(['set', 'done', 'wait', 'set', 'done'])
    const sets = events.flatMap((event) =>
      event.kind === 'decision' && event.turn.submission ? [event.turn.submission.block] : [],
    )
    expect(sets[1]).toBeGreaterThanOrEqual(change)
    expect(sets[1]).toBeLessThan(change + 10)
  })

  it('sees within minutes that a leader has come back', async () => {
    await using world = await restless([entry({ address: 'gone' })])
    const { decisions } = await serve(world, 200, () => {
      if (world.subnet.head >= 10_120 && world.subnet.neurons.length === 4) world.subnet.register('gone')
      return world.turn()
    })
    expect(decisions).toEqual(['hold', 'hold', 'set', 'done'])
    expect(world.subnet.sent).toBe(1)
  })

  it('gets over errors: it waits longer and longer, says why, and goes on', async () => {
    await using world = await restless()
    const waits: number[] = []
    let failing = 7
    const { events, decisions } = await serve(world, 500, () => {
      failing -= 1
      if (failing >= 0) throw new RoundkeeperError('unavailable', 'no node answers')
      return world.turn()
    })
    for (const event of events) {
      if (event.kind === 'error') waits.push((event.wakeAt.getTime() - event.at.getTime()) / 1000)
    }
    expect(waits).toHaveLength(7)
    for (const [at, seconds] of waits.entries()) {
      const nominal = Math.min(900, 15 * 2 ** at)
      expect(seconds).toBeGreaterThanOrEqual(0.75 * nominal - 1)
      expect(seconds).toBeLessThanOrEqual(1.25 * nominal + 1)
    }
    expect(events[0]).toMatchObject({ kind: 'error', failures: 1, error: { message: 'no node answers' } })
    expect(decisions).toEqual(['set', 'done', 'set', 'done'])
  })

  it('stops when it is told to, asleep or at work', async () => {
    await using world = await scene()
    const stop = new AbortController()
    const asleep = serveWeights(() => world.turn(), {
      clock: world.clock,
      signal: stop.signal,
      tell: () => stop.abort(),
    })
    await expect(asleep).resolves.toBeUndefined()
    const working = new AbortController()
    const atWork = serveWeights(
      async () => {
        working.abort()
        throw new RoundkeeperError('aborted', 'stopped before the end')
      },
      { clock: world.clock, signal: working.signal, tell: () => expect.unreachable() },
    )
    await expect(atWork).resolves.toBeUndefined()
  })
})

describe('how long it sleeps', () => {
  it('is until something can change, at most ten minutes, and a little more by chance', () => {
    expect(sleepMs(3, BLOCK_MS, 0)).toBe(36_000)
    expect(sleepMs(0, BLOCK_MS, 0)).toBe(BLOCK_MS)
    expect(sleepMs(-5, BLOCK_MS, 0)).toBe(BLOCK_MS)
    expect(sleepMs(1000, BLOCK_MS, 0)).toBe(MAX_SLEEP_MS)
    expect(sleepMs(undefined, BLOCK_MS, 0.5)).toBe(MAX_SLEEP_MS + 15_000)
    expect(sleepMs(1, 250, 0.999)).toBeLessThan(500)
  })

  it('is longer after every failure, up to a quarter of an hour', () => {
    expect([1, 2, 3, 7, 1000].map((failures) => backoffMs(failures, 0.5))).toEqual([15e3, 30e3, 60e3, 900e3, 900e3])
  })
})
