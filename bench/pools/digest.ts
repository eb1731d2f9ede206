/** The work of `bench/pools.ts`: as little as there can be, and kept as evidence. */
import { createHash } from 'node:crypto'
import { remember } from '../../src/store/evidence.ts'
import type { ObjectStore } from '../../src/store/object-store.ts'

export const digested = (n: number): string => createHash('sha256').update(String(n)).digest('hex')

export const makeDigest = (store: ObjectStore, n: number): Promise<string> =>
  remember(store, 'digest', { n }, async () => digested(n))
