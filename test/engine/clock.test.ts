import { describe, expect, it } from 'vitest'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import fc from '../support/properties.ts'

const start = new Date('2026-01-01T00:00:00Z')
const never = new AbortController().signal

describe('VirtualClock', () => {
  it('stands still, and moves when told, also backwards', () => {
    const clock = new VirtualClock(start)
    expect(clock.now()).toEqual(start)
    clock.advance(1500)
    expect(clock.now().getTime() - start.getTime()).toBe(1500)
    clock.set(new Date(0))
    expect(clock.now()).toEqual(new Date(0))
  })

  it('wakes sleepers when their time has come, and not before, in the order of their times', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 100 })), fc.nat(100), async (naps, moved) => {
        const clock = new VirtualClock(start)
        const woken: number[] = []
        for (const ms of naps) void clock.sleep(ms, never).then(() => woken.push(ms))
        clock.advance(moved)
        await new Promise(setImmediate)
        expect(woken).toEqual(naps.filter((ms) => ms <= moved).sort((a, b) => a - b))
      }),
    )
  })

  it('moves on by itself when asked to', async () => {
    const clock = new VirtualClock(start, { autoAdvance: true })
    const woken: string[] = []
    const nap = async (name: string, ms: number) => {
      await clock.sleep(ms, never)
      woken.push(`${name} ${clock.now().getTime() - start.getTime()}`)
    }
    await Promise.all([nap('long', 86_400_000), nap('short', 1000), nap('middle', 5000), nap('none', 0)])
    expect(woken).toEqual(['none 0', 'short 1000', 'middle 5000', 'long 86400000'])
  })

  it('moves one step a turn of the event loop, however many sleep again and again', async () => {
    const clock = new VirtualClock(start, { autoAdvance: true })
    let [isOver, woken] = [false, 0]
    const restless = async () => {
      for (; !isOver; woken++) await clock.sleep(1000, never)
    }
    const all = Promise.all(Array.from({ length: 8 }, restless))
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
    isOver = true
    await all
    expect(woken).toBeLessThanOrEqual(8 * 12)
  })

  it('ends a sleep when the signal aborts, before or during it', async () => {
    const clock = new VirtualClock(start)
    const stop = new AbortController()
    const asleep = clock.sleep(10, stop.signal)
    stop.abort()
    await expect(asleep).rejects.toMatchObject({ code: 'aborted' })
    await expect(clock.sleep(0, stop.signal)).rejects.toMatchObject({ code: 'aborted' })
    clock.advance(100)
  })

  it('gives the same chance for the same seed, spread over [0, 1)', () => {
    const draw = (seed: number) => {
      const clock = new VirtualClock(start, { seed })
      return Array.from({ length: 1000 }, () => clock.random())
    }
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    expect(draw(7).every((value) => value >= 0 && value < 1)).toBe(true)
    const mean = draw(7).reduce((sum, value) => sum + value, 0) / 1000
    expect(mean).toBeGreaterThan(0.45)
    expect(mean).toBeLessThan(0.55)
  })
})

describe('SystemClock', () => {
  it('sleeps, and stops sleeping when the signal aborts, however long the sleep', async () => {
    const clock = new SystemClock()
    await clock.sleep(1, never)
    await clock.sleep(0, never)
    const stop = new AbortController()
    const asleep = clock.sleep(10 * 365 * 86_400_000, stop.signal)
    stop.abort()
    await expect(asleep).rejects.toMatchObject({ code: 'aborted' })
    await expect(clock.sleep(0, stop.signal)).rejects.toMatchObject({ code: 'aborted' })
    expect(clock.random()).toBeLessThan(1)
  })
})
