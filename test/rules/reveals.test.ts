import { describe, expect, it } from 'vitest'
import type { Reveal } from '../../src/chain/chain.ts'
import { recordedEvidence } from '../../src/rules/reveal-evidence.ts'
import { MAX_REVEAL_BYTES } from '../../src/rules/reveal-text.ts'
import { type RevealField, type RevealSchema, selectSubmissions } from '../../src/rules/reveals.ts'
import { repositoryAnswers } from '../../src/state/reveals.ts'
import fc from '../support/properties.ts'

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
/** First the commitment, a block later where the code is. */
const honest = (hotkey: string, block: number, commit = 'c1'): Reveal[] => [
  { hotkey, block, text: text({ commit }) },
  { hotkey, block: block + 1, text: text({ repo: `${hotkey}/code`, cdn_url: `https://${hotkey}/` }) },
]

describe('the window', () => {
  it('takes in its ends, and nothing beyond them', () => {
    const at = [99, 100, 200, 201]
    const reveals = at.map((block, i) => ({ hotkey: `at${block}`, block, text: whole('a', `c${i}`) }))
    const { submissions, records } = select(reveals)
    expect(Object.keys(submissions)).toEqual(['at100', 'at200'])
    expect(records.map(({ hotkey }) => hotkey)).toEqual(['at100', 'at200'])
    expect(select(reveals, 'v1').records.map(({ hotkey }) => hotkey)).toEqual(['at100', 'at200'])
    const entry = (commit: number, location: number) => [
      alice(commit, text({ commit: 'c1' })),
      alice(location, text({ repo: 'a/b', cdn_url: 'https://a' })),
    ]
    expect([entry(99, 200), entry(100, 200), entry(100, 201)].map((list) => only(list, 'v1') !== undefined)).toEqual([
      false,
      true,
      false,
    ])
  })
})

describe.each(['legacy', 'v1'] as const)('selection under %s rules', (rules) => {
  it('puts an entry together from several reveals, and keeps the order of the fields', () => {
    const reveals = [alice(110, text({ commit: 'c1' })), alice(150, text({ cdn_url: 'https://a///', repo: 'a/b' }))]
    expect(text(only(reveals, rules))).toBe(
      text({ repo: 'a/b', commit: 'c1', cdn_url: 'https://a', revealed_at_block: 110, round: 'mesh-3' }),
    )
  })

  it('takes the newest value of where the code is, in one block the greatest', () => {
    const reveals = [
      alice(110, whole('old', 'c1')),
      alice(115, text({ repo: 'w/w', cdn_url: 'https://w' })),
      alice(120, text({ repo: 'x/a' })),
      alice(120, text({ repo: 'x/b' })),
    ]
    const entry = { repo: 'x/b', commit: 'c1', cdn_url: 'https://w', revealed_at_block: 110 }
    expect(only(reveals, rules)).toMatchObject(entry)
    expect(only(reveals.toReversed(), rules)).toMatchObject(entry)
  })

  it('reads single quotes as double ones', () => {
    const reveals = [alice(110, "{'commit': 'c1'}"), alice(120, whole('a').replaceAll('"', "'"))]
    expect(only(reveals, rules)).toMatchObject({ repo: 'a/code' })
  })

  it('orders entries by block', () => {
    const reveals = [150, 120, 130].flatMap((block) => honest(`at${block}`, block, `c${block / 10 - 10}`))
    expect(Object.keys(select(reveals, rules).submissions)).toEqual(['at120', 'at130', 'at150'])
  })

  it.each<[string, string, string, string]>([
    ['1', 'invalid', 'not-an-object', 'the text is not a JSON object'],
    ['null', 'invalid', 'not-an-object', 'the text is not a JSON object'],
    ['["repo"]', 'invalid', 'not-an-object', 'the text is not a JSON object'],
    ['"repo"', 'invalid', 'not-an-object', 'the text is not a JSON object'],
    ['{', 'invalid', 'not-json', 'the text is not JSON'],
    ['[', 'invalid', 'not-json', 'the text is not JSON'],
    ['', 'invalid', 'not-json', 'the text is not JSON'],
    ['['.repeat(100_000), 'invalid', 'too-long', 'the text is longer than 1024 bytes'],
    [text({ repo: 7 }), 'invalid', 'not-a-string', '"repo" is not a string'],
  ])('says what is wrong with %j', (value, outcome, code, reason) => {
    const { submissions, records } = select([alice(110, value), ...honest('bob', 120)], rules)
    expect(Object.keys(submissions)).toEqual(['bob'])
    const record = records.find(({ hotkey }) => hotkey === 'alice')
    expect(record).toMatchObject({ outcome, reason, reason_code: code })
    expect(record?.reveals[0]?.reason_code).toBe(rules === 'v1' ? code : undefined)
  })

  it('does not let a bad reveal spoil a good one', () => {
    const bad = [alice(130, 'null'), alice(140, text({ cdn_url: 5, repo: ['x'] }))]
    expect(only([...honest('alice', 110), ...bad], rules)).toMatchObject({ repo: 'alice/code', revealed_at_block: 110 })
  })

  it('is not misled by names that objects inherit', () => {
    const strange = '{"__proto__": {"repo": "a/b"}, "constructor": "x", "toString": "y"}'
    const [record] = select([alice(110, strange)], rules).records
    expect(record).toMatchObject(rules === 'v1' ? { reason_code: 'no-known-field' } : { outcome: 'incomplete' })
  })

  it('records an oversized text so that a replay refuses it again', () => {
    const padded = whole('a') + ' '.repeat(MAX_REVEAL_BYTES)
    const { records } = select([alice(110, padded)], rules)
    expect(records[0]?.reveals[0]?.text.length).toBe(MAX_REVEAL_BYTES + 1)
    expect(select([alice(110, records[0]!.reveals[0]!.text)], rules).records).toEqual(records)
  })

  it('counts bytes, not characters', () => {
    const reveal = (n: number) => select([alice(110, text({ repo: '\u20ac'.repeat(n) }))], rules).records[0]?.reason
    expect(reveal(300)).toMatch(/^repo: |^not revealed/)
    expect(reveal(340)).toMatch(/longer than/)
  })
})

describe('under legacy rules', () => {
  it.each([
    [text({ commit: 'c1' }), 'incomplete', 'not revealed in the window: repo, cdn_url'],
    [text({ commit: '' }), 'incomplete', 'not revealed in the window: repo, commit, cdn_url'],
    [
      text({ repo: null, commit: 'c1' }),
      'incomplete',
      'not revealed in the window: repo, cdn_url; "repo" is not a string',
    ],
    [text({ repo: 'no slash', commit: 'c1', cdn_url: 'https://a' }), 'invalid', 'repo: expected /^\\w+\\/\\w+$/'],
  ])('%s is not an entry', (value, outcome, reason) => {
    expect(select([alice(110, value)]).records[0]).toMatchObject({ outcome, reason })
  })

  it('the newest value of each field counts, whatever it came with', () => {
    const replaced = [alice(110, whole('a', 'c1')), alice(150, text({ commit: 'c2' }))]
    expect(only(replaced)).toMatchObject({ repo: 'a/code', commit: 'c2', revealed_at_block: 150 })
  })

  it('the newest reveal of the commit is the priority', () => {
    const again = [alice(110, whole('a', 'c1')), alice(180, whole('a', 'c1'))]
    expect(only(again)).toMatchObject({ revealed_at_block: 180 })
  })

  it('neither registrations nor hosts matter, and equals keep the order of the chain', () => {
    const reveals = ['zoe', 'Bob', 'ann'].map((hotkey, i) => ({ hotkey, block: 110, text: whole(`a${i}`) }))
    const more = { registrations: new Map<string, number>(), repositories: new Map([['zoe', 'missing' as const]]) }
    const { submissions, records } = selectSubmissions({
      reveals,
      window,
      schema,
      round: 'm',
      rules: 'legacy',
      ...more,
    })
    expect(Object.keys(submissions)).toEqual(['zoe', 'Bob', 'ann'])
    expect(records[0]).not.toHaveProperty('registered_at_block')
  })
})

describe('duplicates', () => {
  const reveals = [...honest('late', 120), ...honest('early', 110), ...honest('other', 130, 'c2')]

  it('count once, for whoever comes first, and the others are told', () => {
    const { submissions, records } = select(reveals, 'v1', ['commit'])
    expect(Object.keys(submissions)).toEqual(['early', 'other'])
    expect(records.find(({ hotkey }) => hotkey === 'late')).toMatchObject({
      outcome: 'duplicate',
      reason: 'same commit as early, which comes first (block 110)',
      reason_code: 'duplicate',
    })
  })

  it('are allowed where nothing makes entries the same', () => {
    expect(Object.keys(select(reveals, 'v1').submissions)).toHaveLength(3)
  })

  it('of the first ten characters of a hotkey have one place', () => {
    const { records } = select([...honest('tencharacters1', 110), ...honest('tencharacters2', 112, 'c2')], 'v1')
    expect(records[1]).toMatchObject({ outcome: 'duplicate', reason_code: 'similar-hotkey' })
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
  const identity = fc.constantFrom<string[]>([], ['commit'])
  const names = fc.constantFrom('ann', 'bob', 'cid')
  const more = fc.record({
    registrations: fc.option(
      fc.array(fc.tuple(names, fc.integer({ min: 0, max: 150 }))).map((list) => new Map(list)),
      {
        nil: undefined,
      },
    ),
    repositories: fc.array(fc.tuple(names, fc.constantFrom(...repositoryAnswers))).map((list) => new Map(list)),
  })

  it('there is one record a hotkey, entries are in order, and the record alone gives the same selection', () => {
    fc.assert(
      fc.property(reveals, rules, identity, more, (list, rules, identity, more) => {
        const by = { window, schema: { ...schema, identity }, round: 'mesh-3', rules }
        const result = selectSubmissions({ ...by, ...more, reveals: list })
        const { submissions, records } = result
        const seen = new Set(list.filter(({ block }) => block >= 100 && block <= 200).map(({ hotkey }) => hotkey))
        expect(records.map(({ hotkey }) => hotkey).sort()).toEqual([...seen].sort())
        for (const { hotkey, outcome, reason, reason_code } of records) {
          expect(Object.hasOwn(submissions, hotkey)).toBe(outcome === 'accepted')
          expect(reason === '').toBe(outcome === 'accepted')
          expect(reason_code === undefined).toBe(outcome === 'accepted')
        }
        const blocks = Object.values(submissions).map((entry) => entry.revealed_at_block)
        expect(blocks).toEqual(blocks.toSorted((a, b) => a - b))
        expect(selectSubmissions({ ...by, ...recordedEvidence(records) })).toEqual(result)
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
