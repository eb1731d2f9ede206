import { describe, expect, it } from 'vitest'
import { evidenceLines as linesOf } from '../../../src/verify/report/evidence-lines.ts'
import type { Report } from '../../../src/verify/report/schema.ts'
import { report } from './fixtures.ts'

type Evidence = Report['evidence']

const evidenceLines = (evidence: Evidence, earlier: Report['earlier'] = null) =>
  linesOf({ evidence, earlier, since: null })

const nothing = report().evidence
const tally = (recorded: number, changes: Partial<NonNullable<Evidence['previews']>> = {}) => ({
  recorded,
  checked: recorded,
  equal: recorded,
  believed: 0,
  ...changes,
})
const looked: Evidence = {
  ...nothing,
  store: 's3://bucket',
  named: 10,
  objects: { good: 10, known: 0, missing: 0, damaged: 0, unfetched: 0 },
  previews: tally(4),
  distances: tally(0),
  verdicts: tally(1),
}

describe('evidence, in lines', () => {
  it('is not mentioned where none is named', () => {
    expect(evidenceLines(nothing)).toEqual([])
  })

  it('that nobody looked at is counted, and it is said how to look', () => {
    expect(evidenceLines({ ...nothing, named: 1 })).toEqual([
      '1 object named by digest, and not looked at: say with --store where they are',
    ])
    expect(evidenceLines({ ...nothing, named: 2, published: 'https://store.test/x\u001b[2J' })).toEqual([
      '2 objects named by digest, and not looked at: --store https://store.test/x\ufffd[2J would, says the record',
    ])
  })

  it('is told apart from what was looked at before', () => {
    const [line] = evidenceLines({ ...nothing, named: 1 }, { head: '1'.repeat(40), commits: 3 })
    expect(line).toMatch(/^1 object named by digest in what is new, and not looked at/)
  })

  it('that is all there is a line for each kind of work', () => {
    expect(evidenceLines(looked)).toEqual([
      '10 objects named by digest: 10 fetched and as recorded, in s3://bucket',
      '4 models: 4 drawn again, all as recorded',
      '1 verdict: 1 followed again from the judge’s answers, all as recorded',
    ])
  })

  it('says where it found the store, and everything that is not as it should be', () => {
    const lines = evidenceLines({
      ...looked,
      found: true,
      objects: { good: 1, known: 2, missing: 3, damaged: 4, unfetched: 5 },
      previews: tally(9, { checked: 4, equal: 3, believed: 2 }),
    })
    expect(lines.slice(0, 2)).toEqual([
      '10 objects named by digest: 1 fetched and as recorded, 2 known from before, 3 missing, 4 damaged, ' +
        '5 could not be looked at, in s3://bucket, which was found beside the competition (--no-store leaves it out)',
      '9 models: 4 drawn again, 1 not as recorded, 2 must be believed, 3 not possible, for want of the evidence',
    ])
  })

  it('gives the agreement of a judge that was asked again with its interval', () => {
    const agreement = { asked: 18, agreed: 17, interval: [0.7424, 0.9901] as [number, number] }
    const rounds = [
      { round: 0, asked: 9, agreed: 9, interval: [0.7009, 1] as [number, number] },
      { round: 1, asked: 9, agreed: 8, interval: [0.5672, 0.9801] as [number, number] },
    ]
    const voids = { recorded: 12, asked: 9, answered: 8 }
    const counts = { judged: 84, drawn: 20, unanswered: 2 }
    const rejudged = {
      judge: 'vlm/1',
      failure: 'HTTP 401 \u001b[2J',
      ...counts,
      ...agreement,
      rounds,
      voids,
      disagreements: [],
    }
    expect(evidenceLines({ ...looked, rejudged }).slice(3)).toEqual([
      'vlm/1 asked again about 20 of 84 duels, 2 of them without an answer: 17 of 18 answers as recorded (95 % interval 74–99 %)',
      '  it could not be asked any further: HTTP 401 �[2J',
      '  round 1: 8 of 9 answers as recorded (95 % interval 57–98 %)',
      '  and about 9 of 12 without a verdict: 8 got one now',
    ])
  })
})
