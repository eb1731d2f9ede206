/** Pieces of work that end together: the first that fails stops the others. */

/**
 * @param begin starts all of them; each heeds the signal
 * @throws what the first of them threw, once all have ended
 */
export async function together(
  signal: AbortSignal,
  begin: (signal: AbortSignal) => readonly Promise<unknown>[],
): Promise<void> {
  const stop = new AbortController()
  let failure: { readonly error: unknown } | undefined
  const work = begin(AbortSignal.any([signal, stop.signal]))
  await Promise.all(
    work.map((each) =>
      each.catch((error: unknown) => {
        failure ??= { error }
        stop.abort()
      }),
    ),
  )
  if (failure !== undefined) throw failure.error
}
