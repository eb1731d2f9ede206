import { join } from 'node:path'
import type { Clock } from '../engine/clock.ts'
import { FolderStore } from '../store/folder-store.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { bucketProbe, folderProbe, type StoreProbe } from '../store/probe.ts'
import { S3Store } from '../store/s3-store.ts'
import { credentialsOf, folderOf, locationOf, type S3Settings, type StoreSettings } from './store-settings.ts'

export interface OpenStore extends AsyncDisposable {
  readonly store: ObjectStore
}

/** The store that an operator's settings name. A bucket is not asked, and no secret is looked for, before it is needed. */
export function operatorStore(root: string, settings: StoreSettings, clock: Clock): OpenStore {
  if (settings.s3 !== undefined) {
    const store = s3Store(root, settings.s3, clock)
    return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
  }
  const { base_url: baseUrl } = settings
  const store = new FolderStore({ dir: folderOf(root, settings), ...(baseUrl === undefined ? {} : { baseUrl }) })
  return { store, [Symbol.asyncDispose]: async () => undefined }
}

export function s3Store(root: string, settings: S3Settings, clock: Clock): S3Store {
  return new S3Store({ ...bucketOf(settings, clock), spoolDir: join(root, '.cache', 'incoming') })
}

/** @param name of an object that nobody else writes */
export function storeProbe(
  root: string,
  settings: StoreSettings,
  clock: Clock,
  name: string,
): StoreProbe & AsyncDisposable {
  if (settings.s3 !== undefined) return bucketProbe(bucketOf(settings.s3, clock), name)
  return folderProbe(folderOf(root, settings), settings.base_url, name)
}

function bucketOf(settings: S3Settings, clock: Clock) {
  const credentials = credentialsOf(settings)
  return {
    ...locationOf(settings),
    clock,
    ...(settings.base_url === undefined ? {} : { baseUrl: settings.base_url }),
    ...(credentials === undefined ? {} : { credentials }),
  }
}
