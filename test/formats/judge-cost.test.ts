import { expect, it } from 'vitest'
import { judgeCost } from '../../src/formats/generation-3d/judge-cost.ts'
import { putContent } from '../../src/store/content.ts'
import { memoryStore } from '../support/memory-store.ts'

it('costs are those that the answers tell, whatever else lies there as a transcript', async () => {
  const store = memoryStore()
  const call = { tokens: { prompt: 10, completion: 2 }, latency_ms: 1500 }
  const texts = [
    JSON.stringify({ calls: [call, {}] }),
    ...['no JSON at all', 'null', '\u0000', '{"calls": "x"}'],
    ...[2 ** 53 - 1, 1e308, -1].map((latency_ms) => JSON.stringify({ calls: [{ ...call, latency_ms }] })),
    JSON.stringify({ calls: [{ tokens: { prompt: 2 ** 53 - 1 } }] }),
  ]
  const kept = await Promise.all(texts.map((text) => putContent(store, Buffer.from(text), 'json', 'application/json')))
  const cost = await judgeCost(store, [...kept.map(({ sha256 }) => ({ transcript: `sha256:${sha256}` })), {}])
  expect(cost).toEqual({ calls: 2, input_tokens: 10, output_tokens: 2, seconds: 1.5 })
})
