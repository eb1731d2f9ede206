import { expect, test } from 'vitest'
import { KeptBytes } from '../../src/verify/kept-bytes.ts'
import fc from '../support/properties.ts'

const BLOCK = 32
const step = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  /** To be kept; undefined where the key is only asked for. */
  bytes: fc.option(fc.uint8Array({ maxLength: BLOCK + 8 }), { nil: undefined }),
})

test('gives back what was kept last under a key, and forgets only what was not used lately', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const kept = new KeptBytes(2 * BLOCK)
      const model = new Map<string, { bytes: number[]; putSince: number }>()
      for (const { key, bytes } of steps) {
        if (bytes !== undefined) {
          kept.set(key, bytes)
          model.set(key, { bytes: [...bytes], putSince: 0 })
          if (bytes.length <= BLOCK) bytes.fill(255) // it is a copy that was kept
        }
        const found = kept.get(key)
        const known = model.get(key)
        if (found !== undefined) expect([...found]).toEqual(known?.bytes)
        else if (known !== undefined) expect(known.putSince).toBeGreaterThan(BLOCK)
        for (const [other, each] of model)
          each.putSince = other === key ? 0 : each.putSince + (found === undefined ? 0 : found.length)
      }
    }),
  )
})
