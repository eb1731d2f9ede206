import { createTask } from 'node-cron'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { problemOf, Timetable } from '../../src/operate/cron.ts'
import fc from '../support/properties.ts'

const at = (text: string) => new Date(text)
const nextOf = (expression: string, after: string) => new Timetable(expression).next(at(after))?.toISOString()

afterEach(() => vi.useRealTimers())

describe('a schedule', () => {
  it.each([
    ['*/10 * * * *', '2026-01-31T23:55:00Z', '2026-02-01T00:00:00.000Z'],
    ['*/10 * * * *', '2026-01-31T23:50:00Z', '2026-02-01T00:00:00.000Z'],
    ['17 3 * * MON-FRI', '2026-11-20T04:00:00Z', '2026-11-23T03:17:00.000Z'],
    ['0 0 29 2 *', '2025-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['@daily', '2026-11-20T00:00:00.001Z', '2026-11-21T00:00:00.000Z'],
    ['*/20 * * * * *', '2026-11-20T00:00:41Z', '2026-11-20T00:01:00.000Z'],
  ])('%s after %s is %s', (expression, after, expected) => {
    expect(nextOf(expression, after)).toBe(expected)
  })

  it('names the times at which node-cron wakes', () => {
    const values = (max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: 2, max: Math.max(2, Math.floor(max / 2)) }).map((step) => `*/${step}`),
        fc.uniqueArray(fc.integer({ min: 1, max }), { minLength: 1, maxLength: 3 }).map((list) => list.join(',')),
      )
    const expressions = fc
      .tuple(values(59), values(23), values(28), values(12), values(6))
      .map((fields) => fields.join(' '))
    const times = fc.date({ min: at('2020-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z'), noInvalidDate: true })
    fc.assert(
      fc.property(expressions, times, (expression, now) => {
        vi.useFakeTimers({ now, toFake: ['Date'] })
        const task = createTask(expression, () => undefined, { timezone: 'UTC' })
        const [theirs] = task.getNextRuns(1)
        void task.destroy()
        expect(new Timetable(expression).next(now)).toEqual(theirs)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['61 * * * *', /here the minute makes no sense$/],
    ['* * 0 * *', /here the day of month makes no sense$/],
    ['0 0 31 2 *', /here the day of month makes no sense$/],
    ['* * * *', /^a schedule of cron in UTC/],
    ['whenever', /^a schedule of cron in UTC/],
    ['', /^a schedule of cron in UTC/],
    ['0-99999999999 * * * *', /^a schedule of cron in UTC/],
    [`${'1,'.repeat(60)}1 * * * *`, /^a schedule of cron in UTC/],
  ])('is not %j', (expression, expected) => {
    expect(problemOf(expression)).toMatch(expected)
  })

  it('is whatever has no problem, and never takes long', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9*/,L#W@a-z -]{0,20}$/), (text) => {
        if (problemOf(text) !== undefined) return
        const now = at('2026-01-01T00:00:00Z')
        expect(new Timetable(text).next(now)?.getTime() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now.getTime())
      }),
      { numRuns: 300 },
    )
  })
})
