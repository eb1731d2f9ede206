import { describe, expect, it } from 'vitest'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import { countedPool } from '../../src/operate/counted-pool.ts'
import { countedStore } from '../../src/operate/counted-store.ts'
import { recall, remember } from '../../src/store/evidence.ts'
import { memoryStore } from '../support/memory-store.ts'

const { signal } = new AbortController()

describe('what is counted', () => {
  it('of a pool: pieces that were done, and that went wrong', async () => {
    const counts: string[] = []
    const pool = countedPool(new InProcessPool(2), { poolTask: (ok) => void counts.push(ok ? 'ok' : 'failed') })
    const half = async (n: number) => {
      if (n % 2 === 1) throw new Error('odd')
      return n / 2
    }
    const halves: unknown[] = []
    for await (const settled of pool.run([2, 3, 4], half, signal))
      halves.push(settled.ok ? settled.output : settled.error)
    expect(halves).toEqual([1, new Error('odd'), 2])
    const gather = (n: number) =>
      pool.gather({ kind: 'half', input: n }, { find: async () => undefined, make: () => half(n) }, signal)
    expect(await gather(6)).toBe(3)
    await expect(gather(7)).rejects.toThrow('odd')
    expect(counts).toEqual(['ok', 'failed', 'ok', 'ok', 'failed'])
  })

  it('of a store: evidence that was made, and that was found', async () => {
    const counts: string[] = []
    const inner = memoryStore()
    const store = () => countedStore(inner, { evidence: (kind, how) => void counts.push(`${kind} ${how}`) })
    const work = (of: ReturnType<typeof store>) => remember(of, 'preview', { n: 1 }, async () => ({ png: 'x' }))
    const first = store()
    expect(await work(first)).toEqual({ png: 'x' })
    expect(await work(first)).toEqual({ png: 'x' })
    expect(await work(store())).toEqual({ png: 'x' })
    expect(await recall(store(), 'duel', { n: 1 })).toBeUndefined()
    await first.put('sha256/ab', new Uint8Array(1), 'text/plain')
    expect(counts).toEqual(['preview made', 'preview found', 'preview found'])
    expect([first.id, await first.has('sha256/ab'), first.url('a')]).toEqual([inner.id, true, inner.url('a')])
  })
})
