import { setImmediate as breathe } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { Timetable } from '../../src/operate/cron.ts'
import { type Job, type JobEvent, type JobName, jobNames } from '../../src/operate/job.ts'
import { Roster } from '../../src/operate/roster.ts'
import fc from '../support/properties.ts'
import { VirtualAlarms } from '../support/virtual-alarms.ts'

const START = new Date('2026-11-20T00:00:00Z')
const MINUTE = 60_000

interface World {
  readonly clock: VirtualClock
  readonly roster: Roster
  readonly stop: AbortController
  readonly events: JobEvent[]
  /** Minutes pass, one by one. */
  pass(minutes: number): Promise<void>
}

function worldOf(jobs: readonly Job[], clock: VirtualClock, jitterMs = 0): World {
  const stop = new AbortController()
  const events: JobEvent[] = []
  const tell = (event: JobEvent) => void events.push(event)
  const roster = new Roster({ jobs, clock, jitterMs, graceMs: MINUTE, signal: stop.signal, tell })
  const pass = async (minutes: number) => {
    for (let i = 0; i < minutes; i++) {
      clock.advance(MINUTE)
      await breathe()
    }
  }
  return { clock, roster, stop, events, pass }
}

const jobOf = (name: JobName, run: Job['run'], more: Partial<Job> = {}): Job => ({
  ...{ name, limitMs: 10_000 * MINUTE, apart: [], run },
  ...more,
})
const lasting =
  (clock: VirtualClock, minutes: number): Job['run'] =>
  async (signal) => {
    await clock.sleep(minutes * MINUTE, signal)
    return { said: 'done' }
  }
const kinds = (events: readonly JobEvent[], job: JobName = 'advance') =>
  events.filter((event) => event.job === job).map((event) => (event.kind === 'ended' ? event.ending.kind : event.kind))

describe('a roster', () => {
  it('runs a job once for all that it was rung for meanwhile', async () => {
    const clock = new VirtualClock(START)
    const { roster, events, pass } = worldOf([jobOf('advance', lasting(clock, 3))], clock)
    for (let i = 0; i < 5; i++) roster.ring('advance')
    await pass(1)
    for (let i = 0; i < 5; i++) roster.ring('advance')
    await pass(10)
    expect(kinds(events)).toEqual(['started', 'again', 'ok', 'started', 'ok'])
  })

  it('gets over whatever a job throws, and whoever listens', async () => {
    const clock = new VirtualClock(START)
    const failures = [new Error('one'), 'two', undefined]
    const stop = new AbortController()
    const endings: unknown[] = []
    const job = jobOf('advance', () => {
      throw failures.shift()
    })
    const tell = (event: JobEvent) => {
      if (event.kind === 'ended') endings.push(event.ending)
      throw new Error('no space left on the disk')
    }
    const roster = new Roster({ jobs: [job], clock, jitterMs: 0, graceMs: 1, signal: stop.signal, tell })
    for (let i = 0; i < 3; i++) {
      roster.ring('advance')
      await roster.settled()
    }
    expect(endings).toEqual([
      { kind: 'failed', errors: [new Error('one')] },
      { kind: 'failed', errors: ['two'] },
      { kind: 'failed', errors: [undefined] },
    ])
  })

  it('tells a job whose time is over to stop, and says when it does not', async () => {
    const clock = new VirtualClock(START)
    const tame = jobOf('advance', lasting(clock, 100), { limitMs: 5 * MINUTE })
    const deaf = jobOf('publish', () => new Promise(() => undefined), { limitMs: 5 * MINUTE })
    const { roster, events, pass } = worldOf([tame, deaf], clock)
    roster.ring('advance')
    roster.ring('publish')
    await pass(10)
    expect(kinds(events)).toEqual(['started', 'over-time', 'failed'])
    expect(events.find(({ kind }) => kind === 'ended')).toMatchObject({
      ending: { errors: [{ code: 'unavailable', message: 'it did not come to its end within 5 min' }] },
    })
    expect(kinds(events, 'publish')).toEqual(['started', 'over-time', 'hung'])
  })

  it('takes who stops in good order at the end of its time for done', async () => {
    const clock = new VirtualClock(START)
    const job = jobOf('advance', (signal) => clock.sleep(100 * MINUTE, signal).then(done, done), { limitMs: MINUTE })
    const { roster, events, pass } = worldOf([job], clock)
    roster.ring('advance')
    await pass(3)
    expect(kinds(events)).toEqual(['started', 'over-time', 'ok'])
  })

  it('begins nothing more once it is told to end, and stops what runs', async () => {
    const clock = new VirtualClock(START)
    const jobs = [
      jobOf('advance', lasting(clock, 30), { apart: ['reap'] }),
      jobOf('reap', lasting(clock, 1)),
      jobOf('verify', () => Promise.reject(new RoundkeeperError('aborted', 'of its own'))),
    ]
    const { roster, stop, events, pass } = worldOf(jobs, clock)
    for (const { name } of jobs) roster.ring(name)
    await pass(1)
    roster.ring('advance')
    stop.abort()
    await roster.settled()
    roster.ring('publish')
    await pass(60)
    expect(kinds(events)).toEqual(['started', 'again', 'stopped'])
    expect(kinds(events, 'reap')).toEqual([])
    expect(kinds(events, 'verify')).toEqual(['started', 'failed'])
  })
})

const done = () => ({ said: 'done' })

describe('whatever the schedules and however long jobs take', () => {
  const names = fc.shuffledSubarray([...jobNames], { minLength: 1 })
  const schedules = fc.constantFrom(
    '* * * * *',
    '*/3 * * * *',
    '*/10 * * * *',
    '7,9 * * * *',
    '30 */4 * * *',
    '17 3 * * *',
  )
  const shapes = fc.record({
    schedule: schedules,
    durations: fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 5 }),
    apart: fc.subarray([...jobNames]),
    fails: fc.boolean(),
  })
  const worlds = names.chain((list) => fc.tuple(...list.map((name) => shapes.map((shape) => ({ name, ...shape })))))
  const DAY = 24 * 60

  it('no job runs twice at once or beside one that it is kept apart from, and none is forgotten or made up twice', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.integer({ min: 0, max: 90 }), async (plans, jitterSeconds) => {
        const clock = new VirtualClock(START)
        const running = new Set<JobName>()
        const beside: string[] = []
        const begun = new Map<JobName, number[]>(plans.map(({ name }) => [name, []]))
        const jobs = plans.map(({ name, durations, apart, fails }) => {
          const run: Job['run'] = async (signal) => {
            const times = begun.get(name)!
            for (const other of running) {
              const theirs = plans.find((plan) => plan.name === other)!.apart
              if (other === name || apart.includes(other) || theirs.includes(name))
                beside.push(`${name} beside ${other}`)
            }
            running.add(name)
            times.push(clock.now().getTime())
            await clock.sleep((durations[times.length % durations.length] ?? 0) * MINUTE, signal)
            running.delete(name)
            if (fails) throw new Error('as always')
            return done()
          }
          return jobOf(name, run, { apart })
        })
        const { roster, events, stop, pass } = worldOf(jobs, clock, jitterSeconds * 1000)
        using alarms = new VirtualAlarms(clock)
        for (const { name, schedule } of plans) alarms.set(new Timetable(schedule), () => roster.ring(name))
        await pass(DAY)
        alarms[Symbol.dispose]()
        const end = clock.now()
        await pass(2 * plans.length * 90 + 10)
        expect(beside).toEqual([])
        for (const { name, schedule, fails } of plans) {
          const slots: number[] = []
          const table = new Timetable(schedule)
          for (let next = table.next(START); next !== undefined && next <= end; next = table.next(next))
            slots.push(next.getTime())
          const times = begun.get(name)!
          expect(times.length).toBeLessThanOrEqual(slots.length)
          // Every time is followed by a run, as soon as those before it in the queue have let it.
          const patience = (2 * plans.length * 90 + 5) * MINUTE
          for (const slot of slots)
            expect(
              times.some((time) => time >= slot && time <= slot + patience),
              `${name} at ${slot}`,
            ).toBe(true)
          const outcomes = kinds(events, name).filter((kind) => kind === 'ok' || kind === 'failed')
          expect(new Set(outcomes)).toEqual(new Set(times.length > 0 ? [fails ? 'failed' : 'ok'] : []))
        }
        stop.abort()
      }),
      { numRuns: 15 },
    )
  })
})
