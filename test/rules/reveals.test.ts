import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reveal } from '../../src/chain/chain.ts'
import { MAX_REVEAL_BYTES } from '../../src/rules/reveal-text.ts'
import { type RevealField, type RevealSchema, selectSubmissions } from '../../src/rules/reveals.ts'

const field = (pattern: RegExp): RevealField => ({
  check: (value) =>
    typeof value === 'string' && pattern.test(value)
      ? { ok: true, value: value.replace(/\/+$/, '') }
      : { ok: false, reason: `expected ${pattern}` },
})
const schema: RevealSchema = {
  fields: { repo: field(/^\w+\/\w+$/), commit: field(/^c\d$/), cdn_url: field(/^https:/) },
  priority: 'commit',
  identity: [],
}
const window = { earliest: 100, latest: 200 }
const text = (value: unknown) => JSON.stringify(value)
const whole = (who: string, commit = 'c1') => text({ repo: `${who}/code`, commit, cdn_url: `https://${who}/` })

function select(reveals: Reveal[], rules: 'legacy' | 'v1' = 'legacy', identity: string[] = []) {
  return selectSubmissions({ reveals, window, schema: { ...schema, identity }, round: 'mesh-3', rules })
}
const only = (reveals: Reveal[], rules?: 'legacy' | 'v1') => select(reveals, rules).submissions.alice
const alice = (block: number, value: string): Reveal => ({ hotkey: 'alice', block, text: value })

describe.each(['legacy', 'v1'] as const)('selection under %s rules', (rules) => {
  it('takes what was revealed in the window, ends included', () => {
    const reveals = [99, 100, 200, 201].map((block) => ({
      hotkey: `at${block}`,
      block,
      text: whole('a', `c${block % 9}`),
    }))
    const { submissions, records } = select(reveals, rules)
    expect(Object.keys(submissions)).toEqual(['at100', 'at200'])
    expect(records.map(({ hotkey }) => hotkey)).toEqual(['at100', 'at200'])
  })

  it('puts an entry together from several reveals, and keeps the order of the fields', () => {
    const reveals = [alice(110, text({ commit: 'c1' })), alice(150, text({ cdn_url: 'https://a///', repo: 'a/b' }))]
    expect(text(only(reveals, rules))).toBe(
      text({ repo: 'a/b', commit: 'c1', cdn_url: 'https://a', revealed_at_block: 110, round: 'mesh-3' }),
    )
  })

  it('takes the newest value of each field, in one block the greatest', () => {
    const reveals = [
      alice(110, whole('old', 'c1')),
      alice(120, text({ repo: 'x/a' })),
      alice(120, text({ repo: 'x/b' })),
    ]
    expect(only(reveals, rules)).toMatchObject({ repo: 'x/b', commit: 'c1' })
    expect(only(reveals.toReversed(), rules)).toMatchObject({ repo: 'x/b', commit: 'c1' })
  })

  it('reads single quotes as double ones', () => {
    expect(only([alice(110, whole('a').replaceAll('"', "'"))], rules)).toMatchObject({ repo: 'a/code' })
  })

  it('orders entries by block', () => {
    const reveals = [150, 120, 130].map((block) => ({ hotkey: `at${block}`, block, text: whole(`a${block}`) }))
    expect(Object.keys(select(reveals, rules).submissions)).toEqual(['at120', 'at130', 'at150'])
  })

  it.each([
    ['1', 'invalid', 'the text is not a JSON object'],
    ['null', 'invalid', 'the text is not a JSON object'],
    ['["repo"]', 'invalid', 'the text is not a JSON object'],
    ['"repo"', 'invalid', 'the text is not a JSON object'],
    ['{', 'invalid', 'the text is not JSON'],
    ['[', 'invalid', 'the text is not JSON'],
    ['', 'invalid', 'the text is not JSON'],
    ['['.repeat(100_000), 'invalid', 'the text is longer than 4096 bytes'],
    [text({ commit: 'c1' }), 'incomplete', 'not revealed in the window: repo, cdn_url'],
    [text({ commit: '' }), 'incomplete', 'not revealed in the window: repo, commit, cdn_url'],
    [text({ repo: 7 }), 'invalid', '"repo" is not a string'],
    [
      text({ repo: null, commit: 'c1' }),
      'incomplete',
      'not revealed in the window: repo, cdn_url; "repo" is not a string',
    ],
    [text({ repo: 'no slash', commit: 'c1', cdn_url: 'https://a' }), 'invalid', 'repo: expected /^\\w+\\/\\w+$/'],
  ])('says what is wrong with %j', (value, outcome, reason) => {
    const { submissions, records } = select(
      [alice(110, value), { hotkey: 'bob', block: 120, text: whole('bob') }],
      rules,
    )
    expect(Object.keys(submissions)).toEqual(['bob'])
    expect(records.find(({ hotkey }) => hotkey === 'alice')).toMatchObject({ outcome, reason })
  })

  it('does not let a bad reveal spoil a good one', () => {
    const reveals = [alice(110, whole('a')), alice(120, 'null'), alice(130, text({ cdn_url: 5, repo: ['x'] }))]
    expect(only(reveals, rules)).toMatchObject({ repo: 'a/code', revealed_at_block: 110 })
  })

  it('is not misled by names that objects inherit', () => {
    const strange = '{"__proto__": {"repo": "a/b"}, "constructor": "x", "toString": "y"}'
    expect(select([alice(110, strange)], rules).records[0]).toMatchObject({ outcome: 'incomplete' })
  })

  it('records an oversized text so that a replay refuses it again', () => {
    const padded = whole('a') + ' '.repeat(MAX_REVEAL_BYTES)
    const { records } = select([alice(110, padded)], rules)
    expect(records[0]?.reveals[0]?.text.length).toBe(MAX_REVEAL_BYTES + 1)
    expect(select([alice(110, records[0]!.reveals[0]!.text)], rules).records).toEqual(records)
  })

  it('counts bytes, not characters', () => {
    const reveal = (n: number) => select([alice(110, text({ repo: '\u20ac'.repeat(n) }))], rules).records[0]?.reason
    expect(reveal(1300)).toMatch(/^repo: |^not revealed/)
    expect(reveal(1400)).toMatch(/longer than/)
  })
})

describe('priority', () => {
  const again = [alice(110, whole('a', 'c1')), alice(180, whole('a', 'c1'))]
  const replaced = [alice(110, whole('a', 'c1')), alice(150, text({ commit: 'c2' }))]

  it('is the newest reveal of the commit under legacy rules', () => {
    expect(only(again)).toMatchObject({ revealed_at_block: 180 })
    expect(only(replaced)).toMatchObject({ commit: 'c2', revealed_at_block: 150 })
  })

  it('is the first reveal of that same commit under v1, and still lost with another commit', () => {
    expect(only(again, 'v1')).toMatchObject({ revealed_at_block: 110 })
    expect(only(replaced, 'v1')).toMatchObject({ commit: 'c2', revealed_at_block: 150 })
  })

  it('does not reach back beyond the window', () => {
    expect(only([alice(50, whole('a')), alice(150, whole('a'))], 'v1')).toMatchObject({ revealed_at_block: 150 })
  })

  it('between equals goes by input order under legacy rules, by hotkey under v1', () => {
    const reveals = ['zoe', 'Bob', 'ann'].map((hotkey, i) => ({ hotkey, block: 110, text: whole(`a${i}`) }))
    expect(Object.keys(select(reveals).submissions)).toEqual(['zoe', 'Bob', 'ann'])
    expect(Object.keys(select(reveals, 'v1').submissions)).toEqual(['Bob', 'ann', 'zoe'])
  })
})

describe('duplicates', () => {
  const reveals = [
    { hotkey: 'late', block: 120, text: whole('a', 'c1') },
    { hotkey: 'early', block: 110, text: whole('a', 'c1') },
    { hotkey: 'other', block: 130, text: whole('a', 'c2') },
  ]

  it('count once, for whoever comes first, and the others are told', () => {
    const { submissions, records } = select(reveals, 'v1', ['repo', 'commit'])
    expect(Object.keys(submissions)).toEqual(['early', 'other'])
    expect(records.find(({ hotkey }) => hotkey === 'late')).toMatchObject({
      outcome: 'duplicate',
      reason: 'same repo and commit as early, which comes first (block 110)',
    })
  })

  it('are allowed where nothing makes entries the same', () => {
    expect(Object.keys(select(reveals, 'v1').submissions)).toHaveLength(3)
  })
})

describe('whatever miners reveal', () => {
  const value = fc.oneof(
    fc.constantFrom('a/b', 'c1', 'c2', 'https://x', '', "it's"),
    fc.string({ unit: 'binary' }),
    fc.jsonValue() as fc.Arbitrary<unknown>,
  )
  const texts = fc.oneof(
    fc.record({ repo: value, commit: value, cdn_url: value }, { requiredKeys: [] }).map(text),
    fc.constantFrom(whole('a'), whole('b', 'c2'), text({ commit: 'c2' }), text({ repo: 'x/y', cdn_url: 'https://z' })),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json(),
  )
  const reveals = fc.array(
    fc.record({
      hotkey: fc.constantFrom('ann', 'bob', 'cid', '__proto__'),
      block: fc.integer({ min: 98, max: 202 }),
      text: texts,
    }),
    { maxLength: 25 },
  )
  const rules = fc.constantFrom('legacy' as const, 'v1' as const)
  const identity = fc.constantFrom<string[]>([], ['repo', 'commit'])

  it('there is one record a hotkey, entries are in order, and the record alone gives the same selection', () => {
    fc.assert(
      fc.property(reveals, rules, identity, (list, rules, identity) => {
        const result = select(list, rules, identity)
        const { submissions, records } = result
        const seen = new Set(list.filter(({ block }) => block >= 100 && block <= 200).map(({ hotkey }) => hotkey))
        expect(records.map(({ hotkey }) => hotkey).sort()).toEqual([...seen].sort())
        for (const { hotkey, outcome, reason } of records) {
          expect(Object.hasOwn(submissions, hotkey)).toBe(outcome === 'accepted')
          expect(reason === '').toBe(outcome === 'accepted')
        }
        const blocks = Object.values(submissions).map((entry) => entry.revealed_at_block)
        expect(blocks).toEqual(blocks.toSorted((a, b) => a - b))
        const recorded = records.flatMap(({ hotkey, reveals }) => reveals.map((reveal) => ({ hotkey, ...reveal })))
        expect(select(recorded, rules, identity)).toEqual(result)
      }),
      { numRuns: 300 },
    )
  })

  it('the order of the input does not matter under v1', () => {
    fc.assert(
      fc.property(
        reveals.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        identity,
        ([list, shuffled], identity) => {
          const result = select(shuffled, 'v1', identity)
          expect(result).toEqual(select(list, 'v1', identity))
          expect(Object.keys(result.submissions)).toEqual(Object.keys(select(list, 'v1', identity).submissions))
        },
      ),
      { numRuns: 300 },
    )
  })
})
