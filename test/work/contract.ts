/** What every WorkPool holds to, wherever the work is done. */
import { describe, expect, it } from 'vitest'
import type { Work, WorkPool } from '../../src/engine/work-pool.ts'
import fc from '../support/properties.ts'

export interface OpenPool extends AsyncDisposable {
  readonly pool: WorkPool
  /** How many pieces may be begun or wait for the consumer. */
  readonly ahead: number
}

export const never: AbortSignal = new AbortController().signal
export const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve()
}
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
export const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

/** A store of squares, and how often each was made. */
export class Squares {
  readonly kept = new Map<number, number>()
  readonly made: number[] = []

  of(n: number): Work<number> {
    return { find: async () => this.kept.get(n), make: async () => this.make(n) }
  }

  make(n: number): number {
    const there = this.kept.get(n)
    if (there !== undefined) return there
    this.made.push(n)
    this.kept.set(n, n * n)
    return n * n
  }
}

export const square = (n: number) => ({ kind: 'square', input: { n } })

/** @param open with a bound on the pieces at once; whoever else works leaves squares in the store that it is given */
export function workPoolContract(name: string, open: (atOnce: number, squares: Squares) => Promise<OpenPool>): void {
  describe(`the work pool ${name}`, () => {
    it('hands out every piece once, in the order of the inputs, whatever fails and however long it takes', async () => {
      const pieces = fc.array(fc.record({ turns: fc.nat(20), fails: fc.boolean() }), { maxLength: 40 })
      await fc.assert(
        fc.asyncProperty(pieces, fc.integer({ min: 1, max: 6 }), async (inputs, atOnce) => {
          await using opened = await open(atOnce, new Squares())
          let active = 0
          let most = 0
          const work = async (input: (typeof inputs)[number]) => {
            most = Math.max(most, ++active)
            await turns(input.turns)
            active--
            if (input.fails) throw input
            return input.turns
          }
          const seen = await all(opened.pool.run(inputs, work, never))
          expect(seen.map((each) => each.input)).toEqual(inputs)
          for (const each of seen) {
            expect(each.ok).toBe(!each.input.fails)
            expect(each.ok ? each.output : each.error).toBe(each.ok ? each.input.turns : each.input)
          }
          expect(most).toBeLessThanOrEqual(atOnce)
          if (inputs.length >= atOnce) expect(most).toBe(atOnce)
        }),
      )
    })

    it('does not run arbitrarily far ahead of a slow consumer', async () => {
      await using opened = await open(2, new Squares())
      let begun = 0
      const inputs = Array.from({ length: 1000 }, (_, index) => index)
      const work = async (input: number) => {
        begun++
        return input
      }
      for await (const { input } of opened.pool.run(inputs, work, never)) {
        await turns(200)
        expect(begun).toBeLessThanOrEqual(input + opened.ahead)
      }
      expect(begun).toBe(1000)
    })

    it('aborts what is still running when the consumer leaves early, and waits for it', async () => {
      await using opened = await open(3, new Squares())
      const ended: number[] = []
      let begun = 0
      const work = async (input: number, signal: AbortSignal) => {
        begun++
        if (input === 0) return
        await untilAborted(signal).catch(() => undefined)
        await new Promise(setImmediate)
        ended.push(input)
      }
      for await (const first of opened.pool.run([0, 1, 2, 3, 4, 5, 6], work, never)) {
        expect(first.ok).toBe(true)
        break
      }
      expect(begun).toBeLessThanOrEqual(4)
      expect(ended).toHaveLength(begun - 1)
    })

    it('hands out the rest as aborted when it is told to stop, without beginning it', async () => {
      await using opened = await open(2, new Squares())
      const stop = new AbortController()
      let begun = 0
      const work = (_: number, signal: AbortSignal) => {
        begun++
        if (begun === 2) stop.abort(new Error('enough'))
        return untilAborted(signal)
      }
      const seen = await all(opened.pool.run([1, 2, 3, 4, 5], work, stop.signal))
      expect(seen.map((each) => each.ok)).toEqual([false, false, false, false, false])
      expect(begun).toBe(2)
      expect(seen[4]).toMatchObject({ error: { code: 'aborted' } })
    })

    it('survives work that throws at once, and work that fails while the consumer is busy', async () => {
      await using opened = await open(2, new Squares())
      const work = (input: number): Promise<number> => {
        if (input === 1) throw new Error('at once')
        return Promise.reject(new Error('soon'))
      }
      const seen = []
      for await (const each of opened.pool.run([1, 2, 3], work, never)) {
        await new Promise(setImmediate)
        seen.push(each.ok ? '' : (each.error as Error).message)
      }
      expect(seen).toEqual(['at once', 'soon', 'soon'])
    })

    it('gathers every piece once, in order, and nothing that is there already', async () => {
      const squares = new Squares()
      await using opened = await open(3, squares)
      squares.make(7)
      const inputs = Array.from({ length: 60 }, (_, n) => n)
      const gather = (n: number, signal: AbortSignal) => opened.pool.gather(square(n), squares.of(n), signal)
      const seen = await all(opened.pool.run(inputs, gather, never))
      expect(seen.map((each) => (each.ok ? each.output : each.error))).toEqual(inputs.map((n) => n * n))
      expect(squares.made.toSorted((a, b) => a - b)).toEqual(inputs)
    })

    it('hands on the failure of a piece, and goes on with the others', async () => {
      const squares = new Squares()
      await using opened = await open(2, squares)
      const failing: Work<number> = { find: async () => undefined, make: () => Promise.reject(new Error('no square')) }
      const gather = (n: number, signal: AbortSignal) =>
        opened.pool.gather({ kind: 'here', input: { n } }, n === 2 ? failing : squares.of(n), signal)
      const seen = await all(opened.pool.run([1, 2, 3], gather, never))
      expect(seen.map((each) => (each.ok ? each.output : (each.error as Error).message))).toEqual([1, 'no square', 9])
    })
  })
}
