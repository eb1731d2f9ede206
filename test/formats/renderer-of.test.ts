import { afterAll, describe, expect, it } from 'vitest'
import { rendererOf } from '../../src/formats/generation-3d/renderer-of.ts'
import { settingsOf } from '../../src/formats/generation-3d/settings.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { HttpRenderer } from '../../src/media/http-renderer.ts'
import { WorkerRenderer } from '../../src/media/worker-renderer.ts'
import { writePly } from '../support/models.ts'

const pool = new WorkerRenderer({ workers: 1 })
afterAll(() => pool.close())
const never = new AbortController().signal
const off = settingsOf({ settings: {} })
const on = settingsOf({ settings: { preview_compat: true } })

describe('the setting preview_compat', () => {
  it('chooses how splats are drawn, in the same processes', async () => {
    expect(rendererOf(pool, off)).toBe(pool)
    const ply = writePly([{ at: [0, 0, 0] }, { at: [1, 2, 3] }])
    const [usual, compat] = [
      await pool.render('ply', ply, 32, never),
      await rendererOf(pool, on).render('ply', ply, 32, never),
    ]
    expect(rendererOf(pool, on)).toMatchObject({ id: new CpuRenderer({ compat: true }).id, deterministic: true })
    expect(compat).toEqual(await new CpuRenderer({ compat: true }).render('ply', ply, 32, never))
    expect(compat).not.toEqual(usual)
  })

  it('is refused where a service draws', () => {
    const service = new HttpRenderer({ endpoint: 'http://127.0.0.1:1' })
    expect(rendererOf(service, off)).toBe(service)
    expect(() => rendererOf(service, on)).toThrow(
      expect.objectContaining({ code: 'usage', where: 'settings.preview_compat in config.json' }),
    )
  })

  it('is true or false', () => {
    expect(() => settingsOf({ settings: { preview_compat: 'yes' } })).toThrow(/settings.preview_compat.*true or false/)
  })
})
