import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Decision } from '../../../src/verify/decision.ts'
import { weaken } from '../../../src/verify/evidence/apply.ts'
import { DigestSet, keyOfDigest } from '../../../src/verify/evidence/digest-set.ts'
import type { Weakened } from '../../../src/verify/evidence/examination.ts'
import { Lanes } from '../../../src/verify/evidence/lanes.ts'

describe('a set of digests', () => {
  it('counts each once, also many', () => {
    const digests = Array.from({ length: 20_000 }, (_, i) => createHash('sha256').update(`${i}`).digest('hex'))
    const set = new DigestSet()
    set.addAll([...digests, ...digests.toReversed()].map(keyOfDigest))
    expect(set.size).toBe(20_000)
    set.addAll([keyOfDigest('0'.repeat(64))])
    expect(set.size).toBe(20_001)
  })
})

describe('lanes', () => {
  it('let so many run at once, and no more', async () => {
    const lanes = new Lanes(2)
    const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
    const begun: number[] = []
    const begin = (i: number) =>
      lanes.start(async () => {
        begun.push(i)
        await gates[i]!.promise
      })
    await begin(0)
    await begin(1)
    const third = begin(2)
    expect(begun).toEqual([0, 1])
    gates[1]!.resolve()
    await third
    expect(begun).toEqual([0, 1, 2])
    for (const gate of gates) gate.resolve()
    await lanes.idle()
  })

  it('pass on what went wrong, to whoever comes next', async () => {
    const lanes = new Lanes(2)
    await lanes.start(() => Promise.reject(new Error('broken')))
    await expect(lanes.idle()).rejects.toThrow('broken')
    await expect(lanes.start(async () => {})).rejects.toThrow('broken')
  })
})

describe('a decision that rests on evidence', () => {
  const decision: Decision = {
    kind: 'match',
    round: 1,
    subject: 'leader vs 5Good',
    level: 'proved',
    commit: 'c',
    path: 'rounds/1/5Good/duels_leader.json',
    recorded: 1,
    recomputed: 1,
  }
  const about: Weakened = {
    kind: 'match',
    round: 1,
    subject: '',
    path: decision.path,
    level: 'consistent',
    note: 'a picture is missing',
  }

  it('has to be believed when that is missing, and is broken when that is false', () => {
    expect(weaken(decision, [about])).toMatchObject({ level: 'consistent', note: 'a picture is missing' })
    expect(weaken(decision, [about, { ...about, level: 'broken', note: 'another is false' }])).toMatchObject({
      level: 'broken',
      note: 'a picture is missing; another is false',
    })
    expect(weaken({ ...decision, level: 'broken' }, [about])).toMatchObject({ level: 'broken' })
  })

  it.each<[string, Partial<Weakened>]>([
    ['another round', { round: 2 }],
    ['another kind', { kind: 'audit' }],
    ['another file', { path: 'rounds/1/5Other/duels_leader.json' }],
  ])('does not care about %s', (_, change) => {
    expect(weaken(decision, [{ ...about, ...change }])).toBe(decision)
  })
})
