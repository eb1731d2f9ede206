/** The operator's store for those who only read it, and may have no credentials: then as anybody may. */
import type { ObjectStore } from '../store/object-store.ts'
import type { ObjectSource } from '../store/source/object-source.ts'
import { openObjects } from '../store/source/open-objects.ts'
import { storeOf } from './evidence-options.ts'
import type { StoreSettings } from './store-settings.ts'

/** No object of a competition is larger. */
const MAX_OBJECT_BYTES = 2 ** 31

/**
 * @param own the store as settings name it: it knows the public addresses
 * @returns itself where it is a folder, which needs no credentials
 */
export async function readingStore(
  root: string,
  { s3 }: StoreSettings,
  own: ObjectStore,
  signal: AbortSignal,
): Promise<ObjectStore> {
  if (s3 === undefined) return own
  const found = await storeOf(root, {})
  const source = await (s3.base_url !== undefined && !hasCredentials(found?.s3 !== undefined)
    ? openObjects(s3.base_url)
    : openObjects(found?.address ?? '', found?.s3))
  return readingFrom(source, own, signal)
}

/** Those that settings name, or those that the tools of AWS would find in the environment. */
const hasCredentials = (named: boolean): boolean =>
  named || Boolean(process.env.AWS_ACCESS_KEY_ID || process.env.AWS_PROFILE || process.env.AWS_ROLE_ARN)

function readingFrom(source: ObjectSource, own: ObjectStore, signal: AbortSignal): ObjectStore {
  const get = (key: string) => source.get(key, { maxBytes: MAX_OBJECT_BYTES, signal })
  return {
    id: source.id,
    get,
    has: async (key) => (await get(key)) !== undefined,
    url: (key) => own.url(key),
    put: (...about) => own.put(...about),
    receive: (chunks) => own.receive(chunks),
  }
}
