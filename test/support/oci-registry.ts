import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HttpTestServer, startHttpServer } from './file-server.ts'

const OCI = 'application/vnd.oci.image'

/** `sha256:…` of bytes. */
export const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
export const jsonBytes = (value: unknown) => Buffer.from(JSON.stringify(value))

export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
}
export const AMD64: Platform = { os: 'linux', architecture: 'amd64' }

/**
 * A registry of the OCI distribution API for pulling: bearer tokens by a service of its own, tags and digests, indexes,
 * blobs behind a redirect to another host. Faults are switched on by its fields.
 */
export interface OciRegistry extends AsyncDisposable {
  readonly port: number
  /** `METHOD path`, in the order of arrival; of the blob store with its name in front. */
  readonly seen: string[]
  /** `authorization` of every request, by the same order. */
  readonly authorizations: (string | undefined)[]
  /** Answers to the next requests, instead of what they asked for. */
  readonly next: { status: number; headers?: Record<string, string> }[]
  /** Only this password opens the token service, where there is one. */
  password: string | undefined
  /** How a stranger is turned away: by a token service, by a password, or without a word. */
  asks: 'bearer' | 'basic' | 'nothing'
  /** Where blobs are sent for; undefined: handed out here. */
  redirect: string | undefined
  /** Told instead of the true digest. */
  lie: string | undefined
  push(name: string, tag: string, platform?: Platform, layers?: readonly number[]): string
  pushIndex(
    name: string,
    tag: string,
    platforms: readonly (Platform | undefined)[],
  ): { index: string; images: string[] }
  pushBytes(name: string, tag: string, bytes: Uint8Array, type?: string): string
}

interface Stored {
  readonly bytes: Uint8Array
  readonly type: string
}

export async function startOciRegistry(): Promise<OciRegistry> {
  const manifests = new Map<string, Stored>()
  const blobs = new Map<string, Uint8Array>()
  const seen: string[] = []
  const authorizations: (string | undefined)[] = []

  const put = (name: string, at: string, bytes: Uint8Array, type: string) => {
    const digest = digestOf(bytes)
    manifests.set(`${name} ${at}`, { bytes, type })
    manifests.set(`${name} ${digest}`, { bytes, type })
    return digest
  }
  const image = (name: string, at: string, platform: Platform, layers: readonly number[]) => {
    const config = jsonBytes({ ...platform, rootfs: { type: 'layers', diff_ids: [] } })
    blobs.set(digestOf(config), config)
    const body = {
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      config: { mediaType: `${OCI}.config.v1+json`, digest: digestOf(config), size: config.length },
      layers: layers.map((size, i) => ({
        mediaType: `${OCI}.layer.v1.tar+gzip`,
        digest: digestOf(jsonBytes([name, i, size])),
        size,
      })),
    }
    return put(name, at, jsonBytes(body), `${OCI}.manifest.v1+json`)
  }

  const server: HttpTestServer = await startHttpServer((request, response) => answer(request, response))
  const registry: OciRegistry = {
    port: server.port,
    seen,
    authorizations,
    next: [],
    password: undefined,
    asks: 'bearer',
    redirect: undefined,
    lie: undefined,
    push: (name, tag, platform = AMD64, layers = [1_000]) => image(name, tag, platform, layers),
    pushIndex(name, tag, platforms) {
      const images = platforms.map((platform, i) => image(name, `part-${i}`, platform ?? AMD64, [1_000 + i]))
      const body = {
        schemaVersion: 2,
        mediaType: `${OCI}.index.v1+json`,
        manifests: platforms.map((platform, i) => ({
          mediaType: `${OCI}.manifest.v1+json`,
          digest: images[i],
          size: 500,
          platform: platform ?? { os: 'unknown', architecture: 'unknown' },
        })),
      }
      return { index: put(name, tag, jsonBytes(body), `${OCI}.index.v1+json`), images }
    },
    pushBytes: (name, tag, bytes, type = `${OCI}.manifest.v1+json`) => put(name, tag, bytes, type),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }

  const tokenOf = (scope: string | null) => Buffer.from(`${scope}`).toString('base64url')

  function answer(request: IncomingMessage, response: ServerResponse): unknown {
    const host = request.headers.host ?? ''
    const url = new URL(request.url ?? '/', `http://${host}`)
    const isStore = host.startsWith('blobs.')
    seen.push(`${isStore ? 'blobs ' : ''}${request.method} ${url.pathname}`)
    authorizations.push(request.headers.authorization)
    const instead = registry.next.shift()
    if (instead !== undefined) return response.writeHead(instead.status, instead.headers).end('{"errors": []}')
    if (url.pathname === '/token') return token(request, response, url)
    if (isStore) return send(response, blobs.get(decodeURIComponent(url.pathname.slice(1))), 'application/octet-stream')
    const [, name = '', kind, at = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname) ?? []
    if (!isAllowed(request, name)) return challenge(response, host)
    if (kind === 'manifests') {
      const found = manifests.get(`${name} ${at}`)
      return send(response, found?.bytes, found?.type ?? '')
    }
    if (registry.redirect === undefined) return send(response, blobs.get(at), 'application/octet-stream')
    return response
      .writeHead(307, { location: `${registry.redirect}/${encodeURIComponent(at)}?signature=secret` })
      .end()
  }

  function isAllowed({ headers: { authorization } }: IncomingMessage, name: string): boolean {
    if (registry.asks === 'nothing') return true
    if (registry.asks === 'basic') return authorization === basic(registry.password)
    return authorization === `Bearer ${tokenOf(`repository:${name}:pull`)}`
  }

  function challenge(response: ServerResponse, host: string): unknown {
    const bearer = `Bearer realm="http://${host}/token?extra=1",service="the registry, \\"ours\\"",scope="repository:*:pull"`
    const header = registry.asks === 'basic' ? 'Basic realm="here"' : bearer
    return response.writeHead(401, { 'www-authenticate': header }).end('{"errors": [{"code": "UNAUTHORIZED"}]}')
  }

  function token({ headers }: IncomingMessage, response: ServerResponse, { searchParams }: URL): unknown {
    const isKnown = registry.password === undefined || headers.authorization === basic(registry.password)
    if (!isKnown) return response.writeHead(403).end('{"errors": [{"code": "DENIED"}]}')
    if (searchParams.get('service') !== 'the registry, "ours"') return response.writeHead(400).end()
    return send(response, jsonBytes({ token: tokenOf(searchParams.get('scope')) }), 'application/json')
  }

  function send(response: ServerResponse, bytes: Uint8Array | undefined, type: string): unknown {
    if (bytes === undefined) return response.writeHead(404).end('{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')
    const digest = { 'docker-content-digest': registry.lie ?? digestOf(bytes) }
    return response.writeHead(200, { 'content-type': type, ...digest }).end(bytes)
  }

  return registry
}

const basic = (password: string | undefined) => `Basic ${Buffer.from(`robot:${password}`).toString('base64')}`
