import type { Asked, Cloud, CloudPodState, Dialect, Reply } from './cloud.ts'

/** RunPod's REST API v1, as far as `RunPod` uses it. */
export const runpodDialect = (apiKey: string): Dialect => ({
  answer(cloud, asked) {
    if (asked.authorisation !== `Bearer ${apiKey}`) return { status: 401, json: { error: 'Unauthorized' } }
    return answer(cloud, asked)
  },
})

function answer(cloud: Cloud, { method, path, body }: Asked): Reply {
  if (method === 'POST' && path === '/pods') {
    const input = JSON.parse(body)
    const { name, imageName, gpuTypeIds, gpuCount, ports, cloudType } = input
    if (!name || !imageName || gpuTypeIds?.[0] !== 'NVIDIA H200' || gpuCount !== 1 || cloudType !== 'SECURE') {
      return { status: 400, json: { error: 'create pod: the request body does not match the schema' } }
    }
    if (ports?.[0] !== '10006/http') return { status: 400, json: { error: 'create pod: ports' } }
    const pod = cloud.create(name, imageName, input)
    const error = 'create pod: There are no longer any instances available with the requested specifications.'
    return pod === undefined ? { status: 500, json: { error } } : { status: 201, json: viewOf(cloud, pod) }
  }
  if (method === 'GET' && path === '/pods') return { status: 200, json: cloud.listed.map((pod) => viewOf(cloud, pod)) }
  const id = /^\/pods\/(\w+)$/.exec(path)?.[1] ?? ''
  if (method === 'DELETE' && cloud.pods.delete(id)) return { status: 204, text: '' }
  return { status: 404, json: { error: 'pod not found' } }
}

const viewOf = (cloud: Cloud, pod: CloudPodState) => ({
  ...{ id: pod.id, name: pod.name, image: pod.image, ports: ['10006/http'], costPerHr: '3.60', gpu: { count: 1 } },
  ...{ desiredStatus: pod.taken ? 'EXITED' : cloud.runs(pod) ? 'RUNNING' : 'CREATED' },
  lastStartedAt: pod.createdAt.toISOString(),
})
