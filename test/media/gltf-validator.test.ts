import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { hostileGlbs } from '../support/hostile/glb.ts'
import { hostileTextures } from '../support/hostile/textures.ts'
import { box, signpost, sphere, writeGlb } from '../support/models.ts'
import { everyMap, pictureOf } from '../support/textured-models.ts'

interface Validator {
  validateBytes(bytes: Uint8Array, options: object): Promise<{ issues: { numErrors: number; messages: object[] } }>
}
const validator: Validator = createRequire(import.meta.url)('gltf-validator')

/** What Khronos' own validator calls an error; `crashed` when it could not say. */
async function errorsOf(bytes: Uint8Array): Promise<object[] | 'crashed'> {
  try {
    const { issues } = await validator.validateBytes(bytes, { maxIssues: 50 })
    return issues.messages.filter((message) => 'severity' in message && message.severity === 0)
  } catch {
    return 'crashed'
  }
}

/** Limits of ours, and valid glTF that is not drawn here; and pictures, of which it reads no more than the header. */
const OURS: readonly string[] = ['limit', 'unsupported', 'out_of_bounds', 'empty', 'compressed', 'extension', 'texture']
/** It does not multiply transforms, and only warns of the others. */
const MISSED = ['a filter of its own', 'a triangle and a half', 'an alpha mode of its own', 'scales that overflow']

describe('the validator of Khronos', () => {
  it.each([
    ['a ball', async () => writeGlb(sphere(0.4, 8))],
    ['a box', async () => writeGlb(box([-0.5, -0.5, -0.5], [0.5, 0.5, 0.5]))],
    ['a signpost', async () => writeGlb(signpost())],
    ['a texture', async () => writeGlb(sphere(0.4, 8), { image: await pictureOf(8, () => [9, 9, 9]) })],
    ['every map', async () => everyMap(6)],
  ] as const)('finds nothing wrong with %s', async (_, bytes) => {
    expect(await errorsOf(await bytes())).toEqual([])
  })

  it('finds something wrong with whatever we call malformed', async () => {
    const files = [...hostileGlbs(), ...(await hostileTextures())].filter(({ bytes }) => bytes.length < 1e6)
    const passed: string[] = []
    let agreed = 0
    for (const { name, code, bytes } of files) {
      if (OURS.includes(code)) continue
      const errors = await errorsOf(bytes)
      if (errors.length === 0) passed.push(name)
      else agreed++
    }
    expect(agreed).toBeGreaterThan(50)
    expect(passed.toSorted()).toEqual(MISSED.toSorted())
  })
})
