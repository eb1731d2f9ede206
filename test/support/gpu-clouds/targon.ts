import type { Asked, Cloud, Dialect, Reply } from './cloud.ts'

/** Targon's API v1, as far as `Targon` uses it. */
export const targonDialect = (apiKey: string): Dialect => ({
  answer(cloud, asked) {
    if (asked.authorisation !== `Bearer ${apiKey}`) {
      return { status: 401, json: { detail: `Invalid API key ${asked.authorisation}` } }
    }
    return answer(cloud, asked)
  },
})

function answer(cloud: Cloud, { method, path, body }: Asked): Reply {
  const input = body === '' ? {} : JSON.parse(body)
  if (method === 'POST' && path === '/serverless') {
    const { name, container, resource_name, scaling, network } = input
    if (!name || !container?.image || !resource_name || !scaling || network?.visibility !== 'external') {
      return { status: 422, json: { detail: 'a field is missing' } }
    }
    const pod = cloud.create(name, container.image, input)
    if (pod === undefined) return { status: 409, json: { detail: 'Insufficient capacity' } }
    return { status: 201, json: { serverless_uid: pod.id, name, message: 'created' } }
  }
  if (method === 'POST' && path === '/serverless/list') {
    if (input.active_only !== true) return { status: 422, json: { detail: 'active_only' } }
    const resources = cloud.listed.map(({ id, name, createdAt, taken }) => ({
      ...{ uid: id, name, cost: 27_777, created_at: createdAt.toISOString() },
      ...(cloud.addressOf(id) && { url: cloud.addressOf(id) }),
      ...(taken && { deleted: createdAt.toISOString() }),
    }))
    return { status: 200, json: { resources } }
  }
  if (method === 'POST' && path === '/serverless/logs') {
    return { status: 200, text: 'event: log\ndata: loading weights\n\nevent: log\ndata: ready\n\n' }
  }
  const uid = /^\/serverless\/(\w+)$/.exec(path)?.[1] ?? ''
  if (method === 'DELETE' && cloud.pods.delete(uid)) return { status: 200, json: { message: 'deleted' } }
  return { status: 404, json: { detail: 'Not found' } }
}
