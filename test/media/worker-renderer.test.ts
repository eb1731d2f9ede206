import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
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

/** A process that misbehaves in the way that the size tells; with 4, only the first of its kind does. */
const folder = await mkdtemp(join(tmpdir(), 'roundkeeper-render-'))
const script = pathToFileURL(join(folder, 'misbehaves.mjs'))
await writeFile(
  script,
  `import { existsSync, writeFileSync } from 'node:fs'
   const mark = new URL('mark', import.meta.url)
   process.on('message', ({ size }) => {
     if (size === 1) process.exit(3)
     if (size === 2) throw new Error('broken')
     if (size === 3) while (true);
     if (size === 4 && !existsSync(mark)) {
       writeFileSync(mark, '')
       process.kill(process.pid, 'SIGKILL')
     }
     if (size === 5) process.send({ ok: false, fault: 'file', code: 'empty', detail: Object.keys(process.env).join() })
     else process.send({ ok: false, fault: 'file', code: 'empty', detail: 'drawn' })
   })`,
)
afterAll(() => rm(folder, { recursive: true }))

describe('drawing in processes', () => {
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
      expect(there[i]).toEqual(wanted)
    }
  })

  it('needs at least one', () => {
    expect(() => new WorkerRenderer({ workers: 0 })).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  it.each([
    ['ends', 1, 'crash'],
    ['throws', 2, 'crash'],
    ['hangs', 3, 'timeout'],
  ])('survives a process that %s', async (_, size, code) => {
    const timeoutMs = size === 3 ? 500 : 120_000
    const fragile = new WorkerRenderer({ workers: 1, timeoutMs, script })
    const broken = await fragile.render('glb', glb, size, never)
    expect(broken).toMatchObject({ ok: false, fault: 'infrastructure', code })
    // On a busy machine a process may not even have begun by then.
    const drawing = () => fragile.render('glb', glb, 32, never)
    await expect.poll(drawing, { timeout: 120_000 }).toMatchObject({ detail: 'drawn' })
    await fragile.close()
  })

  it('tries once more what was no fault of the file, and sends none of our secrets along', async () => {
    const fragile = new WorkerRenderer({ workers: 1, script })
    expect(await fragile.render('glb', glb, 4, never)).toMatchObject({ fault: 'file', detail: 'drawn' })
    expect(await fragile.render('glb', glb, 5, never)).not.toMatchObject({ detail: expect.stringMatching(/PATH|HOME/) })
    await fragile.close()
  })

  it.skipIf(process.platform !== 'linux')('bounds what a process may allocate, array buffers included', async () => {
    const greedy = pathToFileURL(join(folder, 'greedy.mjs'))
    await writeFile(
      greedy,
      `process.on('message', () => {
         const kept = []
         for (let i = 0; i < 100; i++) kept.push(new Uint8Array(2 ** 26).fill(1))
         process.send({ ok: false, fault: 'file', code: 'empty', detail: 'six gigabytes' })
       })`,
    )
    const pool = new WorkerRenderer({ workers: 1, memoryMb: 1024, script: greedy })
    expect(await pool.render('glb', glb, 32, never)).toMatchObject({ ok: false, fault: 'infrastructure' })
    await pool.close()
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
