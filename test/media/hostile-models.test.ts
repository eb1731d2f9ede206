import { describe, expect, it } from 'vitest'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { hostileGlbs } from '../support/hostile/glb.ts'
import { hostilePlys } from '../support/hostile/ply.ts'
import { hostileTextures } from '../support/hostile/textures.ts'

const renderer = new CpuRenderer()
const never = new AbortController().signal
const files = [...hostilePlys(), ...hostileGlbs(), ...(await hostileTextures())]

describe('a hostile model', () => {
  it('comes in many kinds', () => {
    expect(files.length).toBeGreaterThan(110)
    expect(new Set(files.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(files.length)
  })

  it.each(files.map((file) => [file.kind, file.name, file.code, file] as const))(
    '(%s) with %s is refused: %s',
    async (kind, _, code, { bytes }) => {
      const answers = [await renderer.render(kind, bytes, 16, never), await renderer.render(kind, bytes, 16, never)]
      expect(answers[0]).toMatchObject({ ok: false, fault: 'file', code })
      expect(answers[1]).toEqual(answers[0])
    },
  )
})
