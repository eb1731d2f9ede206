/** Opens the whole history of a competition, wherever it is. */

import type { History } from './history.ts'
import { IsoHistory } from './iso-history.ts'
import { openSource } from './open.ts'

export interface OpenHistoryOptions {
  readonly branch?: string
}

/** @throws `not-found`, `refused` (a bundle that cannot be read), `unauthorised`, `unavailable` */
export async function openHistory(source: string, options: OpenHistoryOptions = {}): Promise<History> {
  const repo = await openSource(source, options)
  return new IsoHistory(repo.gitdir, await repo.head(), repo.id, () => repo[Symbol.asyncDispose]())
}
