import { describe, expect, it } from 'vitest'
import { isCanary, mixed } from '../../src/formats/generation-3d/canaries.ts'
import type { Canary } from '../../src/rules/canaries.ts'
import fc from '../support/properties.ts'

const canary = (at: number, name: string): Canary => ({ kind: 'itself', name, at })

describe('canaries among the duels of a match', () => {
  it('come where they were drawn to, once each, whatever the batches are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 8 }),
        fc.array(fc.nat({ max: 40 }), { maxLength: 5 }),
        (batches, places) => {
          const canaries = places.map((at, i) => canary(at, `c${i}`))
          const asked: (number | Canary)[] = []
          let heard = 0
          for (const size of batches) {
            const batch = Array.from({ length: size }, (_, i) => heard + i)
            asked.push(...mixed(batch, heard, canaries))
            heard += size
          }
          expect(asked.filter((each) => typeof each === 'number')).toEqual([...Array(heard).keys()])
          const turned = asked.filter((each) => typeof each !== 'number')
          expect(turned).toHaveLength(canaries.filter(({ at }) => at < heard).length)
          expect(new Set(turned).size).toBe(turned.length)
          for (const each of turned) {
            const next = asked.slice(asked.indexOf(each)).find((task) => typeof task === 'number')
            expect(next).toBe(each.at)
          }
        },
      ),
    )
  })

  it('are told from duels', () => {
    expect(isCanary(canary(0, 'a'))).toBe(true)
    expect(isCanary({ frame: {}, settled: undefined })).toBe(false)
  })
})
