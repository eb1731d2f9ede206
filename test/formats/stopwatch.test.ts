import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { Stopwatch } from '../../src/formats/generation-3d/stopwatch.ts'

const SECOND = 1_000

/** Pieces of work that end when they are told to. */
function pieces() {
  const clock = new VirtualClock(new Date(0))
  const watch = new Stopwatch(clock, 100 * SECOND)
  const start = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const done = watch.time(() => promise)
    return async () => {
      resolve()
      await done
    }
  }
  return { clock, watch, start }
}

describe('the time that pieces of work took', () => {
  it('counts once where they ran side by side, however many came and went meanwhile', async () => {
    const { clock, watch, start } = pieces()
    const brief = [start(), start(), start()]
    const long = start()
    clock.advance(SECOND)
    for (const end of brief) await end()
    clock.advance(60 * SECOND)
    expect(watch.ms).toBe(61 * SECOND)
    await long()
    clock.advance(30 * SECOND)
    const next = start()
    clock.advance(2 * SECOND)
    await next()
    expect(watch.ms).toBe(63 * SECOND)
  })

  it('leaves out most of a leap of the clock', async () => {
    const { clock, watch, start } = pieces()
    const end = start()
    clock.advance(3_600 * SECOND)
    await end()
    expect(watch.ms).toBe(100 * SECOND)
  })
})
