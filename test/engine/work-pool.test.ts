import { describe, expect, it } from 'vitest'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import { isError } from '../../src/errors.ts'
import fc from '../support/properties.ts'

const never = new AbortController().signal
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve()
}
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('InProcessPool', () => {
  it('hands out every piece once, in the order of the inputs, whatever fails and however long it takes', async () => {
    const pieces = fc.array(fc.record({ turns: fc.nat(20), fails: fc.boolean() }), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 6 }), async (inputs, concurrency) => {
        let active = 0
        let most = 0
        const work = async (input: (typeof inputs)[number]) => {
          most = Math.max(most, ++active)
          await turns(input.turns)
          active--
          if (input.fails) throw input
          return input.turns
        }
        const seen = await collect(new InProcessPool(concurrency).run(inputs, work, never))
        expect(seen.map((each) => each.input)).toEqual(inputs)
        for (const each of seen) {
          expect(each.ok).toBe(!each.input.fails)
          expect(each.ok ? each.output : each.error).toBe(each.ok ? each.input.turns : each.input)
        }
        expect(most).toBeLessThanOrEqual(concurrency)
        if (inputs.length >= concurrency) expect(most).toBe(concurrency)
      }),
    )
  })

  it('does not run arbitrarily far ahead of a slow consumer', async () => {
    let begun = 0
    const inputs = Array.from({ length: 1000 }, (_, index) => index)
    const work = async (input: number) => {
      begun++
      return input
    }
    for await (const { input } of new InProcessPool(2).run(inputs, work, never)) {
      await turns(200)
      expect(begun).toBeLessThanOrEqual(input + 8)
    }
    expect(begun).toBe(1000)
  })

  it('aborts what is still running when the consumer leaves early, and waits for it', async () => {
    const ended: number[] = []
    let begun = 0
    const work = async (input: number, signal: AbortSignal) => {
      begun++
      if (input === 0) return
      await untilAborted(signal).catch(() => undefined)
      await new Promise(setImmediate)
      ended.push(input)
    }
    for await (const first of new InProcessPool(3).run([0, 1, 2, 3, 4, 5, 6], work, never)) {
      expect(first.ok).toBe(true)
      break
    }
    expect(begun).toBeLessThanOrEqual(4)
    expect(ended).toHaveLength(begun - 1)
  })

  it('hands out the rest as aborted when it is told to stop, without beginning it', async () => {
    const stop = new AbortController()
    let begun = 0
    const work = (_: number, signal: AbortSignal) => {
      begun++
      if (begun === 2) stop.abort(new Error('enough'))
      return untilAborted(signal)
    }
    const seen = await collect(new InProcessPool(2).run([1, 2, 3, 4, 5], work, stop.signal))
    expect(seen.map((each) => each.ok)).toEqual([false, false, false, false, false])
    expect(begun).toBe(2)
    expect(seen[4]).toMatchObject({ error: { code: 'aborted' } })
  })

  it('survives work that throws at once, and work that fails while the consumer is busy', async () => {
    const work = (input: number): Promise<number> => {
      if (input === 1) throw new Error('at once')
      return Promise.reject(new Error('soon'))
    }
    const seen = []
    for await (const each of new InProcessPool(2).run([1, 2, 3], work, never)) {
      await new Promise(setImmediate)
      seen.push(each.ok ? '' : (each.error as Error).message)
    }
    expect(seen).toEqual(['at once', 'soon', 'soon'])
  })

  it('refuses a bound that makes no sense', () => {
    for (const bound of [0, -1, 1.5, Number.NaN]) {
      expect(() => new InProcessPool(bound)).toThrow(expect.toSatisfy((error) => isError(error, 'usage')))
    }
  })
})
