import { afterAll, describe, expect, it } from 'vitest'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { WorkerRenderer } from '../../src/media/worker-renderer.ts'
import { signpost, signpostSplats, writeGlb, writePly } from '../support/models.ts'
import { rendererContract } from './contracts.ts'

const never = new AbortController().signal
const glb = writeGlb(signpost())
const ply = writePly(signpostSplats(0.04))
const pool = new WorkerRenderer({ workers: 2 })
afterAll(() => pool.close())
rendererContract('WorkerRenderer', pool)

/** A thread that misbehaves in the way that the size tells. */
const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', ({ size }) => {
      if (size === 1) process.exit(3)
      if (size === 2) throw new Error('broken')
      if (size === 3) while (true);
      parentPort.postMessage({ ok: false, fault: 'file', code: 'empty', detail: 'drawn' })
    })`)}`,
)

describe('drawing on threads', () => {
  it('gives the pixels of drawing here', async () => {
    const here = new CpuRenderer()
    expect(pool).toMatchObject({ id: here.id, deterministic: true })
    const jobs = [
      ['glb', glb, 40],
      ['ply', ply, 40],
      ['glb', glb, 33],
      ['ply', glb, 40],
    ] as const
    const there = await Promise.all(jobs.map(([kind, bytes, size]) => pool.render(kind, bytes, size, never)))
    for (const [i, [kind, bytes, size]] of jobs.entries()) {
      const wanted = await here.render(kind, bytes, size, never)
      expect(there[i]).toEqual(wanted.ok ? { ...wanted, png: Uint8Array.from(wanted.png) } : wanted)
    }
  })

  it('needs at least one', () => {
    expect(() => new WorkerRenderer({ workers: 0 })).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  it.each([
    ['ends', 1, 'crash'],
    ['throws', 2, 'crash'],
    ['hangs', 3, 'timeout'],
  ])('survives a thread that %s', async (_, size, code) => {
    const fragile = new WorkerRenderer({ workers: 1, timeoutMs: size === 3 ? 300 : 20_000, script })
    const broken = await fragile.render('glb', glb, size, never)
    expect(broken).toMatchObject({ ok: false, fault: 'infrastructure', code })
    expect(await fragile.render('glb', glb, 32, never)).toMatchObject({ detail: 'drawn' })
    await fragile.close()
  })

  it('stops when it is told to, and goes on afterwards', async () => {
    const hanging = new WorkerRenderer({ workers: 1, script })
    const stop = new AbortController()
    const drawings = [hanging.render('glb', glb, 3, stop.signal), hanging.render('glb', glb, 3, stop.signal)]
    setTimeout(() => stop.abort(), 100)
    for (const settled of await Promise.allSettled(drawings)) {
      expect(settled).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } })
    }
    expect(await hanging.render('glb', glb, 32, never)).toMatchObject({ detail: 'drawn' })
    await hanging.close()
  })
})
