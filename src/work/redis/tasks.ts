/**
 * What is to be done lies in the competition's store, under its own hash; the queue only names it. So whoever can write to
 * the queue can have done what whoever can write to the store has asked for, and nothing else.
 */
import { createHash } from 'node:crypto'
import type { Task } from '../../engine/work-pool.ts'
import { canonicalJson } from '../../store/canonical-json.ts'
import type { ObjectStore } from '../../store/object-store.ts'
import { idOf } from '../share.ts'

/** Of one; the files of one miner are about 30,000. */
const MAX_TASK_BYTES = 1 << 20

const keyOf = (id: string) => `tasks/${id.slice(0, 2)}/${id}.json`

/** @returns its name */
export async function keepTask(store: ObjectStore, { kind, input }: Task): Promise<string> {
  const id = idOf({ kind, input })
  const key = keyOf(id)
  if (!(await store.has(key))) await store.put(key, Buffer.from(canonicalJson({ kind, input })), 'application/json')
  return id
}

/** @returns undefined for what nobody asked for here, and for what is not what it is called */
export async function findTask(store: ObjectStore, id: string): Promise<Task | undefined> {
  if (!/^[0-9a-f]{64}$/.test(id)) return undefined
  const bytes = await store.get(keyOf(id))
  if (bytes === undefined || bytes.length > MAX_TASK_BYTES) return undefined
  if (createHash('sha256').update(bytes).digest('hex') !== id) return undefined
  return JSON.parse(Buffer.from(bytes).toString()) as Task
}
