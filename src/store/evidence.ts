import { createHash } from 'node:crypto'
import { isError, RoundkeeperError } from '../errors.ts'
import { valueWithoutSecrets } from '../mask.ts'
import { canonicalJson } from './canonical-json.ts'
import type { ObjectStore } from './object-store.ts'

/** What is being produced in this process right now, by store and key. */
const running = new WeakMap<ObjectStore, Map<string, Promise<unknown>>>()

/** `evidence/<kind>/<sha256 of the canonical inputs>.json` @throws `usage` */
export function evidenceKey(kind: string, inputs: unknown): string {
  return `evidence/${kind}/${createHash('sha256').update(canonicalJson(inputs)).digest('hex')}.json`
}

/**
 * Costly work, done once: the result that the store holds for these inputs, or else what `produce` makes, which is then
 * kept. Whoever asks gets the same answer, also when two processes produced different ones at the same time.
 *
 * @param inputs everything that the result depends on
 * @param produce makes a result that JSON can hold
 * @param keep false for results that must not be final, e.g. failures of ours
 * @throws `usage`, `unavailable`, `refused` when the store's copy is damaged, and whatever `produce` throws
 */
export async function remember<T>(
  store: ObjectStore,
  kind: string,
  inputs: unknown,
  produce: () => Promise<T>,
  keep: (result: T) => boolean = () => true,
): Promise<T> {
  const key = evidenceKey(kind, inputs)
  const here = running.get(store) ?? new Map<string, Promise<unknown>>()
  running.set(store, here)
  const shared = here.get(key)
  if (shared !== undefined) return shared as Promise<T>
  const answer = findOrMake(store, key, { kind, inputs }, produce, keep).finally(() => here.delete(key))
  here.set(key, answer)
  return answer
}

/** What is kept for these inputs, if anything. @throws as `remember` */
export async function recall<T>(store: ObjectStore, kind: string, inputs: unknown): Promise<T | undefined> {
  return (await find<T>(store, evidenceKey(kind, inputs)))?.result
}

async function findOrMake<T>(
  store: ObjectStore,
  key: string,
  question: { kind: string; inputs: unknown },
  produce: () => Promise<T>,
  keep: (result: T) => boolean,
): Promise<T> {
  const found = await find<T>(store, key)
  if (found !== undefined) return found.result
  // Through JSON, so that the first answer looks exactly as all later ones. It is published: a host may have echoed a secret.
  const result = valueWithoutSecrets(JSON.parse(canonicalJson(await produce()))) as T
  if (!keep(result)) return result
  const record = new TextEncoder().encode(canonicalJson({ ...question, result }))
  // Somebody else may have been faster, with another result: theirs is the one, then.
  await store.put(key, record, 'application/json').catch((error: unknown) => {
    if (!isError(error, 'refused')) throw error
  })
  const kept = await find<T>(store, key)
  if (kept !== undefined) return kept.result
  throw new RoundkeeperError('unavailable', 'an object cannot be read right after it was written', {
    where: `${key} in ${store.id}`,
    hint: 'The object store has to show an object as soon as it is written: see its settings, then run again.',
  })
}

async function find<T>(store: ObjectStore, key: string): Promise<{ result: T } | undefined> {
  const bytes = await store.get(key)
  if (bytes === undefined) return undefined
  try {
    const kept = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as { result: T }
    if (kept.result !== undefined) return kept
  } catch {
    // Told below, like JSON of another shape.
  }
  throw new RoundkeeperError('refused', `the evidence ${key} is damaged`, {
    where: `${key} in ${store.id}`,
    hint: 'Restore it from a copy, or remove it to have it gathered anew.',
  })
}
