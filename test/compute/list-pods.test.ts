import { expect, it } from 'vitest'
import { listPods } from '../../src/compute/list-pods.ts'
import type { PodProvider, PodView } from '../../src/compute/pod-provider.ts'

const never = new AbortController().signal

function provider(id: string, changes: Partial<PodProvider>): PodProvider {
  const view = (name: string): PodView => ({ name, state: 'running', createdAt: new Date(0) })
  return {
    id,
    ...{ deploy: async ({ name }) => ({ name }), find: async (name) => view(name), logs: async () => '' },
    ...{ stop: async () => undefined, list: async () => [view('a'), view('b')], cost: async () => ({ seconds: 1 }) },
    ...changes,
  }
}

it('lists all others where a provider, or a pod, does not answer, and names what did not', async () => {
  const failing = async () => {
    throw new Error('it answered 500')
  }
  const providers = [
    provider('whole', {}),
    provider('halting', { cost: (name) => (name === 'a' ? failing() : Promise.resolve({ seconds: 2 })) }),
    provider('silent', { list: failing }),
  ]
  const { pods, failures } = await listPods(providers, { competition: 'c', round: 0 }, never)
  expect(pods.map(({ provider: at, name, cost }) => [at, name, cost?.seconds])).toEqual([
    ['whole', 'a', 1],
    ['whole', 'b', 1],
    ['halting', 'a', undefined],
    ['halting', 'b', 2],
  ])
  expect([...failures].sort()).toEqual(['a: it answered 500', 'it answered 500'])
})
