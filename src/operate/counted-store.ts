/** A store whose evidence is counted: what was found there of costly work, and what was done and put there. */
import type { ObjectStore } from '../store/object-store.ts'
import type { OperateMetrics } from './operate-metrics.ts'

/** `evidence/<kind>/<hash>.json` */
const KEY = /^evidence\/([^/]+)\//

export function countedStore(store: ObjectStore, { evidence }: Pick<OperateMetrics, 'evidence'>): ObjectStore {
  /** Whoever makes evidence reads it once more, to see what was kept. */
  const made = new Set<string>()
  return {
    id: store.id,
    async put(key, bytes, contentType) {
      await store.put(key, bytes, contentType)
      const kind = KEY.exec(key)?.[1]
      if (kind === undefined) return
      made.add(key)
      evidence(kind, 'made')
    },
    async get(key) {
      const bytes = await store.get(key)
      const kind = KEY.exec(key)?.[1]
      if (kind !== undefined && bytes !== undefined && !made.delete(key)) evidence(kind, 'found')
      return bytes
    },
    receive: (chunks) => store.receive(chunks),
    has: (key) => store.has(key),
    url: (key) => store.url(key),
  }
}
