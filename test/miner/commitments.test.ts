import { describe, expect, it } from 'vitest'
import { commitmentsIn, entriesIn } from '../../src/miner/commitments.ts'
import { roundAt, windowOf } from '../../src/miner/window.ts'
import fc from '../support/properties.ts'

const schedule = { earliest_reveal_block: 100, latest_reveal_block: 200 }
const window = { earliest: 100, latest: 200 }
const reveal = (hotkey: string, block: number, value: unknown) => ({
  hotkey,
  block,
  text: typeof value === 'string' ? value : JSON.stringify(value),
})

describe('the window of a round', () => {
  it('includes both its ends, and the next one begins behind it', () => {
    const current = { round: 5, schedule }
    expect([99, 100, 200, 201].map((block) => roundAt(block, current))).toEqual([undefined, 5, 5, 6])
    expect(windowOf(5, 5, schedule)).toEqual(window)
    expect(windowOf(3, 5, schedule)).toEqual(window)
    expect(windowOf(6, 5, schedule)).toEqual({ earliest: 201, latest: Number.POSITIVE_INFINITY })
  })
})

describe('what was revealed', () => {
  it('counts key by key, the newest value each, from any of the reveals', () => {
    const reveals = [
      reveal('a', 120, { commit: 'one', repo: 'a/one' }),
      reveal('a', 130, { commit: 'two', cdn_url: '' }),
      reveal('a', 125, { cdn_url: 'https://a', repo: 'a/two' }),
    ]
    expect(commitmentsIn(window, reveals)).toEqual({
      commit: { value: 'two', block: 130 },
      repo: { value: 'a/two', block: 125 },
      cdn_url: { value: 'https://a', block: 125 },
    })
  })

  it('of one block counts as it was first seen', () => {
    const same = [reveal('a', 150, { commit: 'first' }), reveal('a', 150, { commit: 'second' })]
    expect(commitmentsIn(window, same).commit).toEqual({ value: 'first', block: 150 })
  })

  it('outside of the window does not count, nor does a hotkey without a commit', () => {
    const reveals = [
      reveal('early', 99, { commit: 'x' }),
      reveal('late', 201, { commit: 'x' }),
      reveal('half', 150, { repo: 'a/b' }),
      reveal('last', 200, { commit: 'x' }),
      reveal('first', 100, { commit: 'x' }),
    ]
    expect(entriesIn(window, reveals).map(({ hotkey }) => hotkey)).toEqual(['first', 'last'])
  })

  it.each(['1', 'null', '"commit"', '["commit"]', '{"commit": 1}', '{"commit": null}', '{', '', '\ud800', '[[[['])(
    'as %j takes nothing from anybody',
    (text) => {
      const reveals = [reveal('bad', 150, text), reveal('good', 151, { commit: 'x' }), reveal('good', 152, text)]
      expect(entriesIn(window, reveals)).toEqual([{ hotkey: 'good', commit: { value: 'x', block: 151 } }])
    },
  )

  it('may be anything', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant('{"__proto__": {"commit": "x"}}'))
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(300), text)), (all) => {
        const reveals = all.map(([hotkey, block, each]) => ({ hotkey, block, text: each }))
        for (const { commit } of entriesIn(window, reveals)) expect(typeof commit.value).toBe('string')
      }),
    )
  })
})
