import type { Asked, Cloud, Dialect, Reply } from './cloud.ts'

export interface VerdaCredentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly podToken: string
}

const SECONDS = 3600

/** Verda's API v1, as far as `Verda` uses it: tokens end after an hour, or when `revoke` is called. */
export function verdaDialect({ clientId, clientSecret, podToken }: VerdaCredentials): Dialect & { revoke(): void } {
  let count = 0
  const tokens = new Map<string, number>()
  return {
    podToken,
    revoke: () => tokens.clear(),
    answer(cloud, asked) {
      const now = cloud.clock.now().getTime()
      if (asked.path === '/oauth2/token') {
        const input = JSON.parse(asked.body)
        const right = input.client_id === clientId && input.client_secret === clientSecret
        if (!right || input.grant_type !== 'client_credentials') {
          return {
            status: 401,
            json: { code: 'unauthorized_request', message: `Invalid secret ${input.client_secret}` },
          }
        }
        const token = `token-${++count}`
        tokens.set(token, now + 1000 * SECONDS)
        return { status: 200, json: { access_token: token, token_type: 'Bearer', expires_in: SECONDS } }
      }
      const until = tokens.get(asked.authorisation.replace(/^Bearer /, '')) ?? 0
      if (until <= now) return { status: 401, json: { code: 'unauthorized_request', message: 'Invalid token' } }
      return answer(cloud, asked)
    },
  }
}

function answer(cloud: Cloud, { method, path, body }: Asked): Reply {
  if (method === 'POST' && path === '/container-deployments') {
    const input = JSON.parse(body)
    const { name, containers, compute, scaling, is_spot, container_registry_settings: registry } = input
    const container = containers?.[0]
    const complete = name && container?.image && container.exposed_port && container.healthcheck?.path && compute?.size
    if (!complete || !scaling?.scaling_triggers?.queue_load || is_spot !== true || registry?.is_private !== false) {
      return { status: 400, json: { code: 'invalid_request', message: 'a field is missing' } }
    }
    const pod = cloud.create(name, container.image, input)
    if (pod === undefined) return { status: 402, json: { code: 'insufficient_funds', message: 'Quota reached' } }
    return { status: 201, json: { name } }
  }
  if (method === 'GET' && path === '/container-deployments') {
    const list = cloud.listed.map(({ id, name, createdAt }) => ({
      ...{ name, containers: [], compute: { name: 'H200', size: 1 }, is_spot: true },
      ...{ endpoint_base_url: cloud.addressOf(id), created_at: createdAt.toISOString() },
    }))
    return { status: 200, json: list }
  }
  const [, name = '', status] = /^\/container-deployments\/([\w-]+)(\/status)?$/.exec(path) ?? []
  const pod = [...cloud.pods.values()].find((each) => each.name === name)
  if (pod === undefined) return { status: 404, json: { code: 'not_found', message: 'no such deployment' } }
  if (method === 'GET' && status) {
    const word = pod.taken ? 'quota_reached' : cloud.runs(pod) ? 'healthy' : 'initializing'
    return { status: 200, json: { status: word } }
  }
  if (method === 'DELETE' && cloud.pods.delete(pod.id)) return { status: 200, text: '' }
  return { status: 405, json: { code: 'method_not_allowed' } }
}
