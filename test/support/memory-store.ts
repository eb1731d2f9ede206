import type { ObjectStore } from '../../src/store/object-store.ts'

/** Objects in memory; nothing is received in pieces. */
export function memoryStore(): ObjectStore {
  const objects = new Map<string, Uint8Array>()
  return {
    id: 'memory',
    async put(key, bytes) {
      if (!objects.has(key)) objects.set(key, bytes)
    },
    receive: () => Promise.reject(new Error('not here')),
    get: async (key) => objects.get(key),
    has: async (key) => objects.has(key),
    url: (key) => `https://store.test/${key}`,
  }
}
