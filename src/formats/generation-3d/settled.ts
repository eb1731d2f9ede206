export interface SettledAt<T> {
  readonly index: number
  readonly result: PromiseSettledResult<T>
}

/** Promises as they come to an end, each with its place. */
export async function* asSettled<T>(promises: readonly Promise<T>[]): AsyncGenerator<SettledAt<T>, void, void> {
  const open = new Map(
    promises.map((promise, index) => [
      index,
      Promise.allSettled([promise]).then(([result]): SettledAt<T> => ({ index, result })),
    ]),
  )
  while (open.size > 0) {
    const settled = await Promise.race(open.values())
    open.delete(settled.index)
    yield settled
  }
}
