/** Renderer and image distance as settings name them. Nothing is loaded, fetched or asked before it is needed. */
import { join, resolve } from 'node:path'
import { ClassicalDistance } from '../media/classical-distance.ts'
import { Dinov3Distance } from '../media/dinov3/distance.ts'
import { networkAtPath, networkAtUrl } from '../media/dinov3/network-file.ts'
import { HttpImageDistance } from '../media/http-image-distance.ts'
import { HttpRenderer } from '../media/http-renderer.ts'
import type { ImageDistance } from '../media/image-distance.ts'
import type { Renderer } from '../media/renderer.ts'
import { WorkerRenderer } from '../media/worker-renderer.ts'
import { putContent } from '../store/content.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { DistanceSettings, RendererSettings } from './media-settings.ts'

export interface OpenRenderer extends AsyncDisposable {
  readonly renderer: Renderer
}
export interface OpenDistance extends AsyncDisposable {
  readonly distance: ImageDistance
  /** Gets everything ready for the first measurement: what can be wrong about the measure itself is thrown here. */
  prepare(): Promise<void>
}

/** @param workers processes that draw, where it is drawn here */
export function operatorRenderer(settings: RendererSettings, workers: number): OpenRenderer {
  if (settings.kind === 'cpu') {
    const renderer = new WorkerRenderer({ workers })
    return { renderer, [Symbol.asyncDispose]: () => renderer.close() }
  }
  const { url, id } = settings
  return { renderer: new HttpRenderer({ endpoint: url, ...(id && { id }) }), [Symbol.asyncDispose]: nothing }
}

interface Places {
  /** What paths are relative to. */
  readonly root: string
  /** Where networks that are fetched are kept. */
  readonly cacheDir: string
  /** Where a service that fetches pictures itself finds them. */
  readonly store?: ObjectStore
}

export const placesIn = (root: string, store?: ObjectStore): Places => ({
  root,
  cacheDir: join(root, '.cache', 'networks'),
  ...(store && { store }),
})

export function operatorDistance(settings: DistanceSettings, { root, cacheDir, store }: Places): OpenDistance {
  if (settings.kind === 'classical')
    return { distance: new ClassicalDistance(), prepare: nothing, [Symbol.asyncDispose]: nothing }
  if (settings.kind === 'http') {
    const { url, id, fetches } = settings
    const publish = fetches && store !== undefined && ((image: Uint8Array) => publishIn(store, image))
    const distance = new HttpImageDistance({ endpoint: url, ...(id && { id }), ...(publish && { publish }) })
    return { distance, prepare: nothing, [Symbol.asyncDispose]: nothing }
  }
  const { path, url, sha256 } = settings.model
  const model =
    url === undefined ? networkAtPath(resolve(root, path as string), sha256) : networkAtUrl(url, sha256, cacheDir)
  const distance = new Dinov3Distance({ model, runtime: settings.runtime })
  return {
    distance,
    prepare: () => distance.prepare(),
    [Symbol.asyncDispose]: () => distance[Symbol.asyncDispose](),
  }
}

const publishIn = async (store: ObjectStore, image: Uint8Array) =>
  (await putContent(store, image, 'png', 'image/png')).url

const nothing = async () => undefined
