/** Small tools for streams: items together, and the next of them in the making while this one is looked at. */

export async function* inGroups<T>(items: AsyncIterable<T>, most: number): AsyncGenerator<T[]> {
  let group: T[] = []
  for await (const item of items) {
    group.push(item)
    if (group.length < most) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/** Cuts a list where the weight of a part would be more than `most`; a heavier item is a part of its own. */
export function* byWeight<T>(items: readonly T[], weightOf: (item: T) => number, most: number): Generator<T[]> {
  let part: T[] = []
  let weight = 0
  for (const item of items) {
    const more = weightOf(item)
    if (part.length > 0 && weight + more > most) {
      yield part
      part = []
      weight = 0
    }
    part.push(item)
    weight += more
  }
  if (part.length > 0) yield part
}

/** The same items, each asked for while its predecessor is with the consumer. */
export async function* ahead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = items.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = items.next()
      next.catch(() => {}) // told when its turn comes
      yield value
    }
  } finally {
    await items.return(undefined).catch(() => {})
  }
}
