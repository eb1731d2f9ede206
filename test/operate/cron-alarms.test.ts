import { getTasks } from 'node-cron'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Timetable } from '../../src/operate/cron.ts'
import { CronAlarms } from '../../src/operate/cron-alarms.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe('alarms by node-cron', () => {
  it('ring by the real clock, until they are switched off', async () => {
    const rung = Promise.withResolvers<void>()
    const alarms = new CronAlarms()
    alarms.set(new Timetable('* * * * * *'), rung.resolve)
    await rung.promise
    alarms[Symbol.dispose]()
    expect(getTasks().size).toBe(0)
  })
})

describe('alarms on a clock that is set', () => {
  const rings: Date[] = []
  const alarmsAt = (now: string, schedule = '*/10 * * * *') => {
    vi.useFakeTimers({
      now: new Date(now),
      toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
    })
    const alarms = new CronAlarms()
    alarms.set(new Timetable(schedule), () => rings.push(new Date()))
    return alarms
  }
  const setBy = (ms: number) => vi.setSystemTime(Date.now() + ms)
  const times = () => rings.splice(0).map((date) => date.toISOString().slice(0, 19))

  afterEach(() => {
    vi.useRealTimers()
    rings.length = 0
  })

  it('ring at each of their times', async () => {
    using _ = alarmsAt('2026-11-20T00:05:00Z')
    await vi.advanceTimersByTimeAsync(20 * MINUTE)
    expect(times()).toEqual(['2026-11-20T00:10:00', '2026-11-20T00:20:00'])
  })

  it('go on at once when it is set back by days', async () => {
    using _ = alarmsAt('2026-11-20T00:05:00Z')
    await vi.advanceTimersByTimeAsync(10 * MINUTE)
    setBy(-3 * DAY)
    await vi.advanceTimersByTimeAsync(10 * MINUTE)
    expect(times()).toEqual(['2026-11-20T00:10:00', '2026-11-17T00:20:00'])
  })

  it('ring once for all that was passed over when it is set forward', async () => {
    using _ = alarmsAt('2026-11-20T00:05:00Z', '30 */6 * * *')
    setBy(3 * DAY)
    await vi.advanceTimersByTimeAsync(10 * MINUTE)
    expect(times()).toEqual(['2026-11-23T00:05:01'])
    await vi.advanceTimersByTimeAsync(20 * MINUTE)
    expect(times()).toEqual(['2026-11-23T00:30:00'])
  })

  it('do not count up all that a machine without a clock of its own has missed since 1970', async () => {
    using _ = alarmsAt('1970-01-01T00:03:00Z')
    vi.setSystemTime(new Date('2026-11-20T00:05:00Z'))
    await vi.advanceTimersByTimeAsync(6 * MINUTE)
    expect(times()).toEqual(['2026-11-20T00:05:01', '2026-11-20T00:10:00'])
  })
})
