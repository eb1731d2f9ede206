import { sha256Hex } from '../../src/rules/digest.ts'
import type { ObjectStore } from '../../src/store/object-store.ts'

/** Objects in memory. */
export function memoryStore(): ObjectStore {
  const objects = new Map<string, Uint8Array>()
  return {
    id: 'memory',
    async put(key, bytes) {
      if (!objects.has(key)) objects.set(key, bytes)
    },
    async receive(chunks) {
      const bytes = Buffer.concat(await Array.fromAsync(chunks))
      const keep = async (key: string) => void (objects.has(key) || objects.set(key, bytes))
      return { sha256: sha256Hex(bytes), size: bytes.length, keep, [Symbol.asyncDispose]: async () => undefined }
    },
    get: async (key) => objects.get(key),
    has: async (key) => objects.has(key),
    url: (key) => `https://store.test/${key}`,
  }
}
