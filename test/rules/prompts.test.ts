import { describe, expect, it } from 'vitest'
import { drawPrompts, type PromptDraw, stemOf } from '../../src/rules/prompts.ts'
import fc from '../support/properties.ts'

const urls = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `https://p.example/${prefix}${i}.png`)

describe('stemOf', () => {
  it.each([
    ['https://p.example/a/b.c.png', 'b.c'],
    ['https://p.example/plain', 'plain'],
    ['https://p.example/.hidden', '.hidden'],
    ['https://p.example/x.png?size=2/3.jpg#top', 'x'],
    ['https://p.example/dir.d/', 'dir'],
    ['bare.png', 'bare'],
  ])('%s → %s', (url, stem) => {
    expect(stemOf(url)).toBe(stem)
  })
})

describe('the legacy draw', () => {
  it('draws carried and new prompts from one generator', () => {
    const previous = urls('old', 128)
    const pool = urls('new', 144_000)
    const drawn = drawPrompts({ rules: 'legacy', seed: 42, pool, previous, count: 128, carryover: 32 })
    expect(drawn).toHaveLength(128)
    expect(drawn.slice(0, 4)).toEqual([28, 3, 94, 35].map((i) => previous[i]))
    expect(drawn.slice(32, 35)).toEqual([117757, 72926, 1703].map((i) => pool[i]))
  })

  it('takes short lists whole, in order and without touching the generator', () => {
    const pool = urls('new', 100)
    const draw = { rules: 'legacy', seed: 7, pool, count: 10 } as const
    const previous = urls('old', 3)
    const drawn = drawPrompts({ ...draw, previous, carryover: 3 })
    expect(drawn.slice(0, 3)).toEqual(previous)
    expect(drawn.slice(3)).toEqual(drawPrompts({ ...draw, previous: [], carryover: 3, count: 7 }))
  })

  it('carries nothing over where nothing shall be', () => {
    const draw = { rules: 'legacy', seed: 7, pool: urls('new', 100), count: 10 } as const
    const drawn = drawPrompts({ ...draw, previous: urls('old', 50), carryover: 0 })
    expect(drawn).toEqual(drawPrompts({ ...draw, previous: [], carryover: 5 }))
  })
})

describe('the v1 draw', () => {
  const lines = fc.array(
    fc.nat(60).map((i) => `https://p.example/${i}.png`),
    { maxLength: 60 },
  )
  const draws: fc.Arbitrary<PromptDraw> = fc.record({
    rules: fc.constant('v1' as const),
    seed: fc.nat(2 ** 32 - 1),
    pool: lines,
    previous: lines,
    count: fc.nat(40),
    carryover: fc.nat(40),
  })
  const stems = (list: readonly string[]) => new Set(list.map(stemOf))

  it('has no stem twice, the right number of prompts, and carries over as many as asked', () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const drawn = drawPrompts(draw)
        const carried = Math.min(draw.carryover, draw.count, stems(draw.previous).size)
        expect(stems(drawn).size).toBe(drawn.length)
        for (const url of drawn.slice(0, carried)) expect(draw.previous).toContain(url)
        for (const url of drawn.slice(carried)) expect(draw.pool).toContain(url)
        const taken = stems(drawn.slice(0, carried))
        const available = [...stems(draw.pool)].filter((stem) => !taken.has(stem)).length
        expect(drawn.length).toBe(carried + Math.min(draw.count - carried, available))
        expect(drawPrompts(draw)).toEqual(drawn)
      }),
    )
  })

  it('does not move the carried prompts when the pool changes', () => {
    const draw = { rules: 'v1', seed: 5, previous: urls('old', 100), count: 20, carryover: 8 } as const
    const [a, b] = [drawPrompts({ ...draw, pool: urls('x', 90) }), drawPrompts({ ...draw, pool: urls('y', 91) })]
    expect(a.slice(0, 8)).toEqual(b.slice(0, 8))
  })

  it('differs from seed to seed', () => {
    const draw = { rules: 'v1', pool: urls('x', 100), previous: [], count: 20, carryover: 8 } as const
    expect(drawPrompts({ ...draw, seed: 1 })).not.toEqual(drawPrompts({ ...draw, seed: 2 }))
  })
})
