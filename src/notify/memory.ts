/**
 * What has been told, where every run finds it again, whichever machine it is on: an empty object for each fact in the
 * competition's store, named by its hash. None is ever changed, so two runs at once cannot spoil it: at worst both tell.
 */
import { createHash } from 'node:crypto'

export interface Memory {
  has(fact: string): Promise<boolean>
  add(fact: string): Promise<void>
}

/** Of an object store, which this room does not import. */
interface Shelf {
  has(key: string): Promise<boolean>
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>
}

export const memoryIn = (store: Shelf): Memory => ({
  has: (fact) => store.has(keyOf(fact)),
  add: (fact) => store.put(keyOf(fact), new TextEncoder().encode('{}'), 'application/json'),
})

const keyOf = (fact: string) => `notices/${createHash('sha256').update(fact).digest('hex')}.json`
