/** Several pieces of work that each have things to put on record, as if they were done one after another. */
import type { Change } from '../../engine/change.ts'

/** Puts a change on record; comes back when whoever asks next sees it. */
export type Emit = (change: Change) => Promise<void>

/**
 * Runs the work on all items, `atOnce` at a time, and yields what it emits, one by one.
 * @param work tells of its failures by what it returns: what it throws ends all; so does whoever takes no more, and what
 * is emitted from then on is lost
 * @returns the results in the order of the items
 */
export async function* sideBySide<T, R>(
  items: readonly T[],
  atOnce: number,
  signal: AbortSignal,
  work: (item: T, emit: Emit, signal: AbortSignal) => Promise<R>,
): AsyncGenerator<Change, R[]> {
  const results = new Map<number, R>()
  const waiting: { readonly change: Change; done(): void }[] = []
  let news = Promise.withResolvers<void>()
  const stop = new AbortController()
  const until = AbortSignal.any([signal, stop.signal])
  const emit: Emit = (change) =>
    new Promise((resolve) => {
      if (stop.signal.aborted) return resolve()
      waiting.push({ change, done: resolve })
      news.resolve()
    })
  let next = 0
  let failure: { readonly error: unknown } | undefined
  const lane = async () => {
    while (next < items.length && failure === undefined) {
      const at = next++
      try {
        results.set(at, await work(items[at] as T, emit, until))
      } catch (error) {
        failure ??= { error }
        stop.abort()
      }
    }
  }
  let open = true
  const lanes = Promise.all(Array.from({ length: Math.max(1, atOnce) }, lane)).finally(() => {
    open = false
    news.resolve()
  })
  try {
    while (open || waiting.length > 0) {
      const emitted = waiting.shift()
      if (emitted === undefined) {
        await news.promise
        news = Promise.withResolvers()
        continue
      }
      try {
        yield emitted.change
      } finally {
        emitted.done()
      }
    }
  } finally {
    stop.abort()
    for (const { done } of waiting) done()
    await lanes
  }
  if (failure !== undefined) throw failure.error
  return items.map((_, at) => results.get(at) as R)
}
