import { describe, expect, it } from 'vitest'
import { scoreOf, takesOver } from '../../src/rules/match.ts'
import { promptOrder } from '../../src/rules/prompt-order.ts'
import { HashRandom } from '../../src/rules/random.ts'
import { type Course, type Heard, nextBatch, pardonable, type Stopping, stoppedBy } from '../../src/rules/stopping.ts'
import fc from '../support/properties.ts'

const lossless: Stopping = { rule: 'lossless', error: 0.01, batch: 1 }
const sequential: Stopping = { rule: 'sequential', error: 0.01, batch: 1 }
const gsprt: Stopping = { rule: 'gsprt', error: 0.01, batch: 1 }

/** Plays a match in this order; the judge knows all answers. */
function play(course: Omit<Course, 'open'>, stopping: Stopping, answers: readonly Heard[]) {
  const whole = { ...course, open: answers.length }
  const heard: Heard[] = []
  let batches = 0
  for (let n = nextBatch(whole, stopping, heard); n > 0; n = nextBatch(whole, stopping, heard)) {
    heard.push(...answers.slice(heard.length, heard.length + n))
    batches += 1
  }
  return { heard, batches, stopped: stoppedBy(whole, stopping, heard) }
}

const of = (right: number, left: number, draw: number): Heard[] => [
  ...Array<Heard>(right).fill({ winner: 'right' }),
  ...Array<Heard>(left).fill({ winner: 'left' }),
  ...Array<Heard>(draw).fill({ winner: 'draw' }),
]

const winner = fc.constantFrom('left', 'right', 'draw')
const answer = fc.oneof(
  { weight: 9, arbitrary: fc.record({ winner, pair: fc.option(fc.tuple(winner, winner), { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.constant({ winner: 'skipped', void: 'refused' } as const) },
)
const match = fc.record({
  winMargin: fc.oneof(fc.constantFrom(0.05, 0.1, 0.25, 1), fc.double({ min: 0.001, max: 1, noNaN: true })),
  settled: fc.array(fc.record({ winner: fc.constantFrom('left', 'right', 'draw', 'skipped') }), { maxLength: 12 }),
  answers: fc.array(answer, { maxLength: 40 }),
  pardonable: fc.nat({ max: 3 }),
  batch: fc.integer({ min: 1, max: 9 }),
})

describe('a match that is stopped', () => {
  it('falls short, whatever rule stopped it, by what is on record of it, with whatever its audit pardons', () => {
    fc.assert(
      fc.property(match, fc.constantFrom('lossless', 'sequential', 'gsprt'), ({ answers, batch, ...course }, rule) => {
        const { heard, stopped } = play(course, { rule, error: 0.2, batch }, answers)
        expect(stopped === undefined).toBe(heard.length === answers.length)
        if (stopped === undefined) return
        const played = [...course.settled, ...heard]
        expect(takesOver(scoreOf(played).margin, course.winMargin)).toBe(false)
        expect(takesOver(scoreOf(forgiving(played, course.pardonable)).margin, course.winMargin)).toBe(false)
        expect(stopped.after + stopped.unasked).toBe(answers.length)
      }),
    )
  })

  it('would have fallen short to its end, where nothing but certainty stops it', () => {
    fc.assert(
      fc.property(match, ({ answers, batch, ...course }) => {
        const { stopped } = play(course, { ...lossless, batch }, answers)
        const whole = forgiving([...course.settled, ...answers], course.pardonable)
        if (stopped !== undefined) expect(takesOver(scoreOf(whole).margin, course.winMargin)).toBe(false)
      }),
    )
  })

  it('is not asked about at all where so much is missing that nothing can help', () => {
    const { heard, stopped } = play({ winMargin: 0.05, settled: of(0, 90, 0), pardonable: 0 }, lossless, of(38, 0, 0))
    expect(heard).toEqual([])
    expect(stopped).toEqual({ reason: 'certain', after: 0, unasked: 38 })
  })

  it('does not end on verdicts of which too many are void', () => {
    const voids = Array<Heard>(4).fill({ winner: 'skipped', void: 'refused' })
    const course = { winMargin: 0.05, settled: [], pardonable: 0, open: 40 }
    expect(stoppedBy(course, lossless, [...of(0, 25, 0)])?.reason).toBe('certain')
    expect(stoppedBy(course, lossless, [...of(0, 25, 0), ...voids])).toBeUndefined()
  })

  it('keeps to its batches, and to what is needed in any case', () => {
    const course = { winMargin: 0.05, settled: [], pardonable: 0, open: 128 }
    // 61 right wins fewer than left ones, and 67 open: 6 of 128 are too few.
    expect(nextBatch(course, lossless, [])).toBe(61)
    expect(nextBatch(course, lossless, of(0, 60, 0))).toBe(1)
    expect(nextBatch(course, { ...lossless, batch: 8 }, of(0, 60, 0))).toBe(8)
    expect(nextBatch(course, { ...lossless, batch: 8 }, of(67, 60, 0))).toBe(1)
    expect(nextBatch(course, lossless, of(0, 61, 0))).toBe(0)
  })
})

/** As an audit would, draws the first wins of the defender. */
function forgiving(duels: readonly Heard[], pardonable: number): Heard[] {
  let left = pardonable
  return duels.map((duel) => (duel.winner === 'left' && left-- > 0 ? { winner: 'draw' } : duel))
}

describe('a match that passes', () => {
  /** The hardest to tell: just enough. */
  const narrow = of(17, 10, 101)
  const course = { winMargin: 0.05, settled: [], pardonable: 0 }
  const shown = narrow.map((each, i) => ({ ...each, stem: `p${i}`, left: `${i}`, right: undefined }))
  const stopsOf = (stopping: Stopping, seeds: number) =>
    Array.from({ length: seeds }, (_, seed) => promptOrder(seed, 'leader', 'someone', shown)).filter(
      (order) => play(course, stopping, order).stopped !== undefined,
    ).length

  it('is never stopped by certainty', () => expect(stopsOf(lossless, 50)).toBe(0))

  it('is given up by a test no more often than it says, in an order by the seed', () => {
    // Three standard errors more than promised.
    expect(stopsOf({ ...sequential, error: 0.1 }, 200)).toBeLessThanOrEqual(32)
    expect(stopsOf(sequential, 200)).toBeLessThanOrEqual(6)
  })

  it('would be given up in the order of its enemies, which the seed takes from them', () => {
    const worst = [...shown]
      .sort((a, b) => a.winner.localeCompare(b.winner))
      .sort((a) => (a.winner === 'left' ? -1 : 0))
    expect(play(course, sequential, worst).stopped?.reason).toBe('sequential')
    const again = Array.from({ length: 100 }, (_, seed) => promptOrder(seed, 'leader', 'someone', worst))
    const given = again.filter((order) => play(course, sequential, order).stopped !== undefined)
    expect(given.length).toBeLessThanOrEqual(4)
  })
})

describe('a match that is lost', () => {
  const course = { winMargin: 0.05, settled: [], pardonable: 0 }
  const askedOf = (stopping: Stopping, answers: readonly Heard[]) => {
    const plays = Array.from({ length: 40 }, (_, i) =>
      play(course, stopping, new HashRandom(`${i}`, 'test').shuffle(answers)),
    )
    return plays.reduce((sum, { heard }) => sum + heard.length, 0) / plays.length
  }

  it('takes far fewer duels with a test than without', () => {
    const clear = of(8, 30, 90)
    expect(askedOf(lossless, clear)).toBeGreaterThan(95)
    expect(askedOf(sequential, clear)).toBeLessThan(60)
    expect(askedOf(gsprt, clear)).toBeLessThan(60)
  })

  it('is asked about side by side, until it is close to its end', () => {
    const { batches, heard } = play(course, sequential, new HashRandom('0', 'test').shuffle(of(11, 14, 103)))
    expect(batches).toBeLessThan(heard.length / 2)
  })
})

describe('what an audit may still pardon', () => {
  it('is nothing of the leader, and nothing by the legacy rules', () => {
    expect(pardonable('v1', 'leader', 128, 0.05)).toBe(0)
    expect(pardonable('legacy', 'someone', 128, 0.05)).toBe(0)
    expect(pardonable('v1', 'someone', 128, 0.05)).toBe(6)
  })
})

describe('the order of the duels', () => {
  const duels = Array.from({ length: 12 }, (_, i) => ({ stem: `p${i}`, left: `l${i}`, right: `r${i}` }))
  const names = (seed: number, right: string, of = duels) =>
    promptOrder(seed, 'leader', right, of).map(({ stem }) => stem)

  it('is the same for everybody, whatever order they know them in', () => {
    expect(names(1, 'a')).toEqual(names(1, 'a', [...duels].reverse()))
    expect(names(1, 'a')).toEqual(['p8', 'p10', 'p11', 'p7', 'p0', 'p3', 'p5', 'p6', 'p1', 'p2', 'p4', 'p9'])
  })

  it('is another by seed, by who meets whom, and by what either side shows', () => {
    const other = duels.map((duel, i) => (i === 3 ? { ...duel, right: 'another' } : duel))
    const orders = [names(1, 'a'), names(2, 'a'), names(1, 'b'), names(1, 'a', other)].map(String)
    expect(new Set(orders).size).toBe(4)
  })
})
