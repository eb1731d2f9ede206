// True commit and reveal: the hash comes first, and belongs to whoever committed it.

import { describe, expect, it } from 'vitest'
import type { Reveal } from '../../src/chain/chain.ts'
import { revealSchema } from '../../src/formats/generation-3d/reveal.ts'
import { recordedEvidence } from '../../src/rules/reveal-evidence.ts'
import { outlookOf } from '../../src/rules/reveal-outlook.ts'
import { explainReason } from '../../src/rules/reveal-reasons.ts'
import { codeOf, type Selection, selectSubmissions } from '../../src/rules/reveals.ts'
import { type RepositoryAnswer, revealReasons } from '../../src/state/reveals.ts'
import { testConfig } from '../support/competition.ts'
import fc from '../support/properties.ts'

const window = { earliest: 100, latest: 200 }
const [A, B] = ['a', 'b'].map((digit) => digit.repeat(40)) as [string, string]
const commit = (value: string) => JSON.stringify({ commit: value })
const where = (repo: string, cdn = repo) => JSON.stringify({ repo: `me/${repo}`, cdn_url: `https://${cdn}.test/x` })
const all = (value: string, repo: string) => JSON.stringify({ ...JSON.parse(where(repo)), commit: value })
type Told = [block: number, text: string]
const by = (hotkey: string, ...told: Told[]): Reveal[] => told.map(([block, text]) => ({ hotkey, block, text }))

const selection = (reveals: Reveal[], more: Partial<Selection> = {}): Selection => ({
  reveals,
  window,
  schema: revealSchema(testConfig()),
  round: 'tiny-0',
  rules: 'v1',
  ...more,
})
function entered(...told: Told[]) {
  const { submissions, records } = selectSubmissions(selection(by('ann', ...told)))
  const entry = submissions.ann
  return entry ? [entry.commit?.[0], entry.repo?.slice(3), entry.revealed_at_block] : records[0]?.reason_code
}

describe('an entry', () => {
  it.each<[string, Told[], unknown]>([
    [
      'is a hash, and in a later block where its code is',
      [
        [110, commit(A)],
        [111, where('x')],
      ],
      ['a', 'x', 110],
    ],
    [
      'may say where in several texts',
      [
        [110, commit(A)],
        [112, JSON.stringify({ repo: 'me/x' })],
        [115, JSON.stringify({ cdn_url: 'https://x.test' })],
      ],
      ['a', 'x', 110],
    ],
    ['is none when both come in one text', [[110, all(A, 'x')]], 'too-early'],
    [
      'is none when both come in one block',
      [
        [110, commit(A)],
        [110, where('x')],
      ],
      'too-early',
    ],
    [
      'is none when the place comes first',
      [
        [110, where('x')],
        [111, commit(A)],
      ],
      'too-early',
    ],
    [
      'is one when the place is revealed once more',
      [
        [110, all(A, 'x')],
        [120, where('x')],
      ],
      ['a', 'x', 110],
    ],
    [
      'is one when all of it is revealed once more',
      [
        [110, all(A, 'x')],
        [120, all(A, 'x')],
      ],
      ['a', 'x', 110],
    ],
    [
      'does not belong to a hash that its text does not name',
      [
        [110, commit(A)],
        [120, all(B, 'x')],
      ],
      'too-early',
    ],
    [
      'has priority by the first commitment to that hash',
      [
        [110, commit(A)],
        [120, commit(A)],
        [121, where('x')],
      ],
      ['a', 'x', 110],
    ],
    [
      'may move to another place',
      [
        [110, commit(A)],
        [111, where('x')],
        [130, where('y')],
      ],
      ['a', 'y', 110],
    ],
    [
      'is replaced by a newer hash whose place comes after it',
      [
        [110, commit(A)],
        [111, where('x')],
        [150, commit(B)],
        [151, where('y')],
      ],
      ['b', 'y', 150],
    ],
    [
      'stays while a newer hash has no place',
      [
        [110, commit(A)],
        [111, where('x')],
        [150, commit(B)],
      ],
      ['a', 'x', 110],
    ],
    [
      'stays while a newer hash has half a place, of which it takes nothing',
      [
        [110, commit(A)],
        [111, where('x')],
        [150, commit(B)],
        [151, JSON.stringify({ repo: 'me/y' })],
      ],
      ['a', 'x', 110],
    ],
    [
      'goes back to an older hash that is committed again',
      [
        [110, commit(A)],
        [111, where('x')],
        [150, commit(B)],
        [151, where('y')],
        [160, commit(A)],
      ],
      ['a', 'x', 110],
    ],
    [
      'is of the greater hash where two come in one block',
      [
        [110, commit(B)],
        [110, commit(A)],
        [111, where('x')],
      ],
      ['b', 'x', 110],
    ],
    [
      'takes no notice of a hash that is none',
      [
        [110, commit(A)],
        [111, where('x')],
        [150, commit('abc')],
        [151, where('y')],
      ],
      ['a', 'y', 110],
    ],
    [
      'needs the window for its hash',
      [
        [99, commit(A)],
        [111, where('x')],
      ],
      'not-committed',
    ],
    [
      'needs all of the place',
      [
        [110, commit(A)],
        [111, JSON.stringify({ repo: 'me/x' })],
      ],
      'not-located',
    ],
    [
      'needs a hash of 40 hex digits',
      [
        [110, commit('ABC')],
        [111, where('x')],
      ],
      'bad-value',
    ],
    [
      'needs a place in its form',
      [
        [110, commit(A)],
        [111, JSON.stringify({ repo: 'x', cdn_url: 'https://x.test' })],
      ],
      'bad-value',
    ],
  ])('%s', (_, told, expected) => {
    expect(entered(...told)).toEqual(expected)
  })

  it('rests on a commitment of its own, in an earlier block than each part of its place', () => {
    const hotkey = fc.constantFrom('ann', 'bob')
    const block = fc.integer({ min: 98, max: 125 })
    const piece = fc.constantFrom(
      commit(A),
      commit(B),
      where('x'),
      where('y', 'z'),
      all(A, 'x'),
      JSON.stringify({ repo: 'me/q' }),
      JSON.stringify({ cdn_url: 'https://q.test/x' }),
      commit('no'),
      '7',
    )
    const reveals = fc.array(fc.record({ hotkey, block, text: piece }), { maxLength: 16 })
    fc.assert(
      fc.property(reveals, (list) => {
        const { submissions } = selectSubmissions(
          selection(list, { schema: { ...revealSchema(testConfig()), identity: [] } }),
        )
        const newest = (who: string) =>
          new Set(
            list
              .filter((each) => each.hotkey === who && each.block >= 100)
              .map((each) => each.block)
              .sort((a, b) => a - b)
              .slice(-10),
          )
        for (const [who, entry] of Object.entries(submissions)) {
          const own = list.filter((each) => each.hotkey === who && newest(who).has(each.block))
          const carrying = (field: string) =>
            own.filter(({ text }) => (JSON.parse(text) as Record<string, unknown>)[field] === entry[field])
          expect(carrying('commit').map((each) => each.block)).toContain(entry.revealed_at_block)
          for (const field of ['repo', 'cdn_url'])
            expect(carrying(field).some((each) => each.block > entry.revealed_at_block)).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('of two who enter the same code', () => {
  const victim = by('ann', [110, commit(A)], [115, where('x')])

  it('the one who committed first has it, whoever says first where it is, and from whatever fork', () => {
    const thief = by('bob', [112, commit(A)], [113, where('fork')])
    const { submissions, records } = selectSubmissions(selection([...thief, ...victim]))
    expect(Object.keys(submissions)).toEqual(['ann'])
    expect(records.find(({ hotkey }) => hotkey === 'bob')?.reason_code).toBe('duplicate')
  })

  it('a lot decides in one block, which nobody can draw before they know the hash', () => {
    const owners = Array.from({ length: 64 }, (_, at) => {
      const hash = at.toString(16).padStart(40, '0')
      // The copy has the hotkey that comes first in any order of hotkeys.
      const reveals = ['aaa', 'ann'].flatMap((who) => by(who, [110, commit(hash)], [115, where(who)]))
      return Object.keys(selectSubmissions(selection(reveals)).submissions)
    })
    expect(owners.every(({ length }) => length === 1)).toBe(true)
    const honest = owners.filter(([owner]) => owner === 'ann').length
    expect([honest > 16, honest < 48]).toEqual([true, true])
  })

  it('a commitment that was never revealed takes nothing from anybody', () => {
    const { submissions } = selectSubmissions(selection([...by('bob', [105, commit(A)]), ...victim]))
    expect(Object.keys(submissions)).toEqual(['ann'])
  })
})

describe('registrations', () => {
  const reveals = by('ann', [110, commit(A)], [115, where('x')])
  const registered = (at?: number) =>
    selectSubmissions(selection(reveals, { registrations: new Map(at === undefined ? [] : [['ann', at]]) }))

  it('do not matter to a chain that keeps none', () => {
    const { records } = selectSubmissions(selection(reveals))
    expect(records[0]).toMatchObject({ outcome: 'accepted' })
    expect(records[0]).not.toHaveProperty('registered_at_block')
  })

  it('decide who takes part, and from which block on', () => {
    expect(registered().records[0]).toMatchObject({
      outcome: 'invalid',
      reason_code: 'not-registered',
      registered_at_block: null,
    })
    expect(registered(110).records[0]).toMatchObject({ outcome: 'accepted', registered_at_block: 110 })
    const later = registered(112).records[0]
    expect(later).toMatchObject({ outcome: 'incomplete', reason_code: 'not-committed', registered_at_block: 112 })
    expect(later?.reveals.map((each) => each.reason_code)).toEqual(['before-registration', 'too-early'])
    expect(registered(116).records[0]).toMatchObject({ outcome: 'invalid', reason_code: 'before-registration' })
  })
})

describe('the host of the code', () => {
  const reveals = [...by('ann', [110, commit(A)], [115, where('x')]), ...by('bob', [120, commit(A)], [121, where('y')])]
  const said = (answer: RepositoryAnswer) =>
    selectSubmissions(
      selection(reveals, {
        repositories: new Map([
          ['ann', answer],
          ['bob', 'found'],
        ]),
      }),
    )

  it('is asked about everybody who may come to be entered, copies too', () => {
    expect(codeOf(selection(reveals))).toEqual([
      { hotkey: 'ann', repo: 'me/x', commit: A },
      { hotkey: 'bob', repo: 'me/y', commit: A },
    ])
    expect(codeOf(selection(reveals, { rules: 'legacy' }))).toEqual([])
  })

  it('refuses whom it does not know, who then stands in nobody’s way', () => {
    const { submissions, records } = said('missing')
    expect(Object.keys(submissions)).toEqual(['bob'])
    expect(records[0]).toMatchObject({ outcome: 'invalid', reason_code: 'commit-missing', repository: 'missing' })
    expect(records[0]?.reason).toBe(`me/x does not contain the commit ${A}`)
  })

  it('refuses nobody by its silence, which is recorded', () => {
    const { submissions, records } = said('unreachable')
    expect(Object.keys(submissions)).toEqual(['ann'])
    expect(records[0]).toMatchObject({ outcome: 'accepted', repository: 'unreachable' })
  })
})

describe('a commit that names its hotkey', () => {
  const [ANN, BOB, CID] = ['ann', 'bob', 'cid']
  const entering = (who: string, at: number, repo = who, hash = A) => by(who, [at, commit(hash)], [at + 5, where(repo)])
  const judged = (reveals: Reveal[], named: [string, string | null][], more: Partial<Selection> = {}) => {
    const all = ['ann', 'bob', 'cid'].map((who): [string, RepositoryAnswer] => [who, 'found'])
    const chosen = selection(reveals, { repositories: new Map(all), commitHotkeys: new Map(named), ...more })
    const { submissions, records } = selectSubmissions(chosen)
    const told = records.map(({ hotkey, reason_code, commit_hotkey }) => [hotkey, reason_code, commit_hotkey])
    return { entered: Object.keys(submissions), told, records, chosen }
  }

  it('is its hotkey’s, whoever committed to it before', () => {
    const { entered, told, records } = judged(
      [...entering('ann', 120), ...entering('bob', 110)],
      [
        ['ann', ANN],
        ['bob', ANN],
      ],
    )
    expect(entered).toEqual(['ann'])
    expect(told).toEqual([
      ['ann', undefined, ANN],
      ['bob', 'other-hotkey', ANN],
    ])
    expect(records[1]).toMatchObject({ outcome: 'invalid', reason: `the commit ${A} names ann` })
    expect(Object.keys(records[0] ?? {}).at(-1)).toBe('commit_hotkey')
  })

  it('is its hotkey’s even where only one of the hosts says so', () => {
    for (const sees of ['ann', 'bob']) {
      const { entered, told } = judged([...entering('ann', 120), ...entering('bob', 110)], [[sees, ANN]])
      expect(entered).toEqual(['ann'])
      expect(told.map(([, , named]) => named)).toEqual([ANN, ANN])
    }
  })

  it('is nobody’s when it names several, or somebody who is not there', () => {
    const both = [...entering('ann', 120), ...entering('bob', 110)]
    expect(judged(both, [['ann', null]]).entered).toEqual([])
    expect(judged(both, [['ann', CID]]).entered).toEqual([])
    // No bytes have two names: whoever says so is believed in nothing.
    const contradiction: [string, string][] = [
      ['ann', ANN],
      ['bob', BOB],
    ]
    expect(judged(both, contradiction).entered).toEqual([])
    expect(judged(both, contradiction.toReversed()).entered).toEqual([])
  })

  it('says nothing of other commits, nor to those who go by the legacy rules, nor where there is none', () => {
    const apart = [...entering('ann', 120), ...entering('bob', 110, 'bob', B)]
    expect(judged(apart, [['ann', ANN]]).entered).toEqual(['bob', 'ann'])
    const legacy = judged([...entering('ann', 120), ...entering('bob', 110)], [['bob', ANN]], { rules: 'legacy' })
    expect(legacy.entered).toContain('bob')
    expect(legacy.told.every(([, , named]) => named === undefined)).toBe(true)
    expect(judged([...entering('ann', 120), ...entering('bob', 110)], []).entered).toEqual(['bob'])
    expect(judged(entering('ann', 120), [['nobody', ANN]]).told).toEqual([['ann', undefined, undefined]])
  })

  it('is never a thief’s, whatever blocks, places and silences; and the record decides the same again', () => {
    const blocks = fc.integer({ min: 100, max: 195 })
    const answer = fc.constantFrom<RepositoryAnswer>('found', 'missing', 'unreachable')
    const thief = fc.record({
      who: fc.constantFrom<string>('bob', 'cid', 'aaa'),
      at: blocks,
      repo: fc.constantFrom('ann', 'bob'),
      answer,
    })
    fc.assert(
      fc.property(blocks, fc.uniqueArray(thief, { selector: ({ who }) => who }), (at, thieves) => {
        const reveals = [...entering('ann', at), ...thieves.flatMap((each) => entering(each.who, each.at, each.repo))]
        const repositories = new Map(thieves.map((each) => [each.who, each.answer]))
        const seen = ['ann', ...thieves.filter((each) => each.answer === 'found').map(({ who }) => who)]
        const named = seen.map((who): [string, string] => [who, ANN])
        const { entered, records, chosen } = judged(reveals, named, { repositories: repositories.set('ann', 'found') })
        expect(entered).toEqual(['ann'])
        for (const { hotkey, reason_code } of records)
          if (hotkey !== 'ann') expect(['other-hotkey', 'commit-missing']).toContain(reason_code)
        const again = selectSubmissions({ ...chosen, ...recordedEvidence(records) })
        expect(again.records).toEqual(records)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the outlook of a hotkey', () => {
  const others = by('bob', [105, commit(B)], [106, where('b')])

  it('says what would become of its reveals, and where it would stand', () => {
    const reveals = [...others, ...by('ann', [50, commit(B)], [110, commit(A)], [111, where('x')])]
    const outlook = outlookOf(selection(reveals), 'ann')
    expect(outlook).toMatchObject({ record: { outcome: 'accepted' }, entry: { commit: A }, place: 2, entries: 2 })
    expect(outlook.outside.map(({ block }) => block)).toEqual([50])
  })

  it('says why not, and what one more reveal would change', () => {
    const early = [...others, ...by('ann', [110, all(A, 'x')])]
    expect(outlookOf(selection(early), 'ann')).toMatchObject({
      record: { reason_code: 'too-early' },
      entry: undefined,
      entries: 1,
    })
    expect(outlookOf(selection([...early, ...by('ann', [130, where('x')])]), 'ann').place).toBe(2)
    expect(outlookOf(selection(others), 'ann')).toMatchObject({ record: undefined, place: undefined })
  })
})

describe('the reasons', () => {
  it('are all explained, in a sentence each', () => {
    for (const code of revealReasons) {
      const { meaning, remedy } = explainReason(code)
      for (const text of [meaning, remedy]) expect(text).toMatch(/^[A-Z`].*\.$/)
    }
    expect(new Set(revealReasons.map((code) => explainReason(code).meaning)).size).toBe(revealReasons.length)
    expect(explainReason('of-tomorrow').meaning).toContain('of-tomorrow')
    expect(explainReason('toString').meaning).toContain('not known')
  })
})
