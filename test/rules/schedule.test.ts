import { describe, expect, it } from 'vitest'
import { blockSeconds, etaOfBlock, etaOfRandomness, formatEta, nextSchedule } from '../../src/rules/schedule.ts'
import type { Schedule } from '../../src/state/schedule.ts'
import fc from '../support/properties.ts'
import { configOf } from './config.ts'

const scheduleOf = (latest: number, more: Partial<Schedule> = {}): Schedule => ({
  earliest_reveal_block: 1,
  latest_reveal_block: latest,
  generation_deadline_block: latest + 600,
  ...more,
})
const head = { number: 7200, time: new Date('2026-01-01T08:00:00Z') }

function round(...[input]: Parameters<typeof nextSchedule>) {
  const next = nextSchedule(input)
  if (next.kind !== 'round') throw new Error(next.reason)
  return next
}

describe('times', () => {
  it('count blocks at a constant pace, forwards and backwards', () => {
    expect(etaOfBlock(7205, head, 12).toISOString()).toBe('2026-01-01T08:01:00.000Z')
    expect(etaOfBlock(7195, head, 12).toISOString()).toBe('2026-01-01T07:59:00.000Z')
  })

  it('print with six fractional digits or none', () => {
    expect(formatEta(new Date('2026-02-02T10:09:30.219Z'))).toBe('2026-02-02T10:09:30.219000Z')
    expect(formatEta(new Date('2026-02-23T08:00:00Z'))).toBe('2026-02-23T08:00:00Z')
  })

  it('take 12 seconds a block unless told otherwise', () => {
    expect(blockSeconds(configOf())).toBe(12)
    expect(blockSeconds(configOf({ block_seconds: 0.25 }))).toBe(0.25)
    expect(() => blockSeconds(configOf({ block_seconds: 0 }))).toThrow(/block_seconds/)
  })
})

describe('the next schedule', () => {
  it.each([
    ['an hour of buffer', 1, '2026-01-02T08:00:00Z', [7201, 14400, 15000]],
    ['25 hours of buffer: a day later', 25, '2026-01-03T08:00:00Z', [7201, 21600, 22200]],
  ])('with %s', (_, finalization_buffer_hours, startsAt, blocks) => {
    const next = round({ config: configOf({ finalization_buffer_hours }), previous: scheduleOf(7200), head })
    expect(formatEta(next.startsAt)).toBe(startsAt)
    expect(Object.values(next.schedule)).toEqual(blocks)
  })

  it('ends after the last date, which is inclusive, and still says when the crown changes hands', () => {
    const end = (last_competition_date: string) =>
      nextSchedule({ config: configOf({ last_competition_date }), previous: scheduleOf(7200), head })
    expect(end('2026-01-01')).toEqual({
      kind: 'finished',
      effectiveBlock: 14400,
      reason: 'the next start would be 2026-01-02, after last_competition_date 2026-01-01',
    })
    expect(end('2026-01-02').kind).toBe('round')
  })

  it('opens the first window at block 0 and does not start before the first date', () => {
    const next = round({ config: configOf({ first_evaluation_date: '2026-02-02' }), previous: undefined, head })
    expect(formatEta(next.startsAt)).toBe('2026-02-02T08:00:00Z')
    expect(next.schedule.earliest_reveal_block).toBe(0)
    expect(next.schedule.latest_reveal_block).toBe(7200 + 32 * 7200)
  })

  it('starts three days after the last start however late it is decided, then a day later each day', () => {
    const config = configOf({ round_duration_days: 3 })
    const start = (hoursLater: number) => {
      const time = new Date(head.time.getTime() + hoursLater * 3_600_000)
      return formatEta(
        round({ config, previous: scheduleOf(7200), head: { number: 7200 + hoursLater * 300, time } }).startsAt,
      )
    }
    expect(start(0)).toBe('2026-01-04T08:00:00Z')
    expect(start(46)).toBe('2026-01-04T08:00:00Z')
    expect(start(71)).toBe('2026-01-04T08:00:00Z')
    expect(start(71.5)).toBe('2026-01-05T08:00:00Z')
    expect(start(100)).toBe('2026-01-06T08:00:00Z')
  })

  it('moves a day when the start time has come too close, also without a previous round', () => {
    const at = (time: string) =>
      formatEta(round({ config: configOf(), previous: undefined, head: { number: 1, time: new Date(time) } }).startsAt)
    expect(at('2026-05-05T07:00:00Z')).toBe('2026-05-05T08:00:00Z')
    expect(at('2026-05-05T07:00:01Z')).toBe('2026-05-06T08:00:00Z')
  })

  it('adds nothing to a legacy schedule', () => {
    const { schedule } = round({ config: configOf(), previous: undefined, head })
    expect(Object.keys(schedule)).toEqual(['earliest_reveal_block', 'latest_reveal_block', 'generation_deadline_block'])
  })
})

describe('the v1 schedule', () => {
  const config = configOf({ rules: 'v1' })

  it('records its start and names the randomness: two blocks after the window', () => {
    const { schedule } = round({ config, previous: scheduleOf(7200), head })
    expect(schedule.starts_at).toBe('2026-01-02T08:00:00Z')
    expect(schedule.randomness).toEqual({ kind: 'block', block: 14402 })
  })

  it('or the first round of drand that comes at least a minute after the expected end of the window', () => {
    const drand = round({ config: { ...config, randomness: 'drand' }, previous: scheduleOf(7200), head })
    const named = drand.schedule.randomness
    if (named?.kind !== 'drand') throw new Error('expected drand')
    expect(named.chain).toBe('quicknet')
    const publishedAt = 1692803367 + (named.round - 1) * 3
    const closesAt = Date.parse('2026-01-02T08:00:00Z') / 1000
    expect(publishedAt).toBeGreaterThanOrEqual(closesAt + 60)
    expect(publishedAt - 3).toBeLessThan(closesAt + 60)
  })

  it('or that of another drand network, which goes by its key, at its own pace', () => {
    const network = {
      public_key: 'ab'.repeat(96),
      genesis_time: Date.parse('2026-01-01T00:00:00Z') / 1000,
      period: 0.5,
    }
    const drand = configOf({ rules: 'v1', randomness: 'drand', drand: network })
    const { schedule, startsAt } = round({ config: drand, previous: scheduleOf(7200), head })
    const number = (startsAt.getTime() / 1000 + 60 - network.genesis_time) / network.period + 1
    expect(schedule.randomness).toEqual({ kind: 'drand', chain: network.public_key, round: number })
    const eta = etaOfRandomness(schedule.randomness!, head, drand)
    expect(eta).toEqual(new Date(startsAt.getTime() + 60_000))
    expect(etaOfRandomness({ kind: 'drand', chain: 'quicknet', round: 1 }, head, drand)).toBeUndefined()
  })

  describe('when the last start was just before midnight', () => {
    // The chain ran slow: counted back from now, the block seems to lie a minute earlier, on the day before.
    const midnight = { round_start_time: '00:00:30', round_duration_days: 3 }
    const now = { number: 8200, time: new Date('2026-01-05T03:19:30Z') }

    it('goes by the recorded start', () => {
      const previous = scheduleOf(7200, { starts_at: '2026-01-05T00:00:30Z' })
      expect(formatEta(round({ config: { ...config, ...midnight }, previous, head: now }).startsAt)).toBe(
        '2026-01-08T00:00:30Z',
      )
    })

    it('rounds an estimate to the nearest start, where the legacy rule slips a day', () => {
      const start = (rules: 'v1' | 'legacy') =>
        formatEta(round({ config: { ...config, ...midnight, rules }, previous: scheduleOf(7200), head: now }).startsAt)
      expect(start('v1')).toBe('2026-01-08T00:00:30Z')
      expect(start('legacy')).toBe('2026-01-07T00:00:30Z')
    })

    it('does not stumble over a start that is no date', () => {
      const previous = scheduleOf(7200, { starts_at: 'soon' })
      expect(formatEta(round({ config: { ...config, ...midnight }, previous, head: now }).startsAt)).toBe(
        '2026-01-08T00:00:30Z',
      )
    })
  })
})

describe('schedules in succession', () => {
  const heads = fc.array(
    fc.record({
      number: fc.nat(20_000_000),
      time: fc.date({
        min: new Date('2026-01-01T00:00:00Z'),
        max: new Date('2028-01-01T00:00:00Z'),
        noInvalidDate: true,
      }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  const configs = fc.record({
    rules: fc.constantFrom('v1' as const, 'legacy' as const),
    randomness: fc.constantFrom('block' as const, 'drand' as const),
    round_duration_days: fc.integer({ min: 0, max: 7 }),
    finalization_buffer_hours: fc.integer({ min: 0, max: 30 }),
    block_seconds: fc.constantFrom(12, 0.25, 0.3, 6.7),
    round_start_time: fc.constantFrom('08:00:00', '00:00', '23:59:59Z'),
    last_competition_date: fc.constant('9999-12-31'),
  })

  it('never overlap and never end before they begin, however chain and clock jump', () => {
    fc.assert(
      fc.property(configs, heads, (changes, sequence) => {
        const config = configOf(changes)
        let previous: Schedule | undefined
        for (const head of sequence) {
          const { schedule, startsAt } = round({ config, previous, head })
          expect(schedule.earliest_reveal_block).toBe(previous === undefined ? 0 : previous.latest_reveal_block + 1)
          expect(schedule.latest_reveal_block).toBeGreaterThanOrEqual(schedule.earliest_reveal_block)
          expect(schedule.generation_deadline_block).toBeGreaterThan(schedule.latest_reveal_block)
          // Enough time to get ready, and the block is the one that is expected at the start.
          const lead = startsAt.getTime() - head.time.getTime()
          expect(lead).toBeGreaterThanOrEqual(config.finalization_buffer_hours * 3_600_000)
          const expected = etaOfBlock(schedule.latest_reveal_block, head, blockSeconds(config))
          expect(Math.abs(expected.getTime() - startsAt.getTime())).toBeLessThanOrEqual(blockSeconds(config) * 1000)
          if (schedule.randomness?.kind === 'block')
            expect(schedule.randomness.block).toBeGreaterThan(schedule.latest_reveal_block)
          previous = schedule
        }
      }),
    )
  })

  it('come out the same when they are decided again from the recorded head', () => {
    fc.assert(
      fc.property(configs, heads, (changes, [first]) => {
        const input = { config: configOf(changes), previous: scheduleOf(5000), head: first! }
        expect(nextSchedule(input)).toEqual(nextSchedule(structuredClone(input)))
      }),
    )
  })
})
