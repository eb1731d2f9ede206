import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { Timetable } from '../../src/operate/cron.ts'
import type { Job, JobName } from '../../src/operate/job.ts'
import { makeLog } from '../../src/operate/log.ts'
import { Operation } from '../../src/operate/operation.ts'
import { RunBook } from '../../src/operate/run-book.ts'
import { VirtualAlarms } from '../support/virtual-alarms.ts'

const START = new Date('2026-11-20T00:00:30Z')
const HOUR = 3_600_000
const mask = (text: string) => text

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-operation-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

/** What one process does, which begins at that time and is told to end when it is disposed of. */
async function processAt(
  clock: VirtualClock,
  file: string,
  schedules: Partial<Record<JobName, string>>,
  run?: Job['run'],
) {
  const runs: string[] = []
  const lines: Record<string, unknown>[] = []
  const hung: JobName[] = []
  const stop = new AbortController()
  const scheduled = Object.entries(schedules).map(([text, schedule]) => {
    const name = text as JobName
    const usual: Job['run'] = async () => {
      runs.push(`${name} ${clock.now().toISOString().slice(5, 16)}`)
      return { said: `did ${name}` }
    }
    return { job: { name, limitMs: HOUR, apart: [], run: run ?? usual }, timetable: new Timetable(schedule) }
  })
  const write = (line: string) => void lines.push(JSON.parse(line))
  const book = await RunBook.open({ path: join(dir, file), mask, onTrouble: () => undefined })
  const operation = new Operation({
    scheduled,
    alarms: new VirtualAlarms(clock),
    clock,
    book,
    log: makeLog({ level: 'debug', lines: { write }, mask }),
    jitterMs: 0,
    graceMs: 60_000,
    signal: stop.signal,
    onEvent: () => undefined,
    giveUp: (job) => void hung.push(job),
  })
  operation.begin()
  const pass = async (hours: number) => {
    for (let i = 0; i < hours; i++) {
      clock.advance(HOUR)
      await breathe()
    }
  }
  const end = async () => {
    stop.abort()
    await operation.ended()
    return runs.splice(0)
  }
  return { operation, book, runs, lines, hung, pass, end }
}

describe('an operation', () => {
  it('makes up once what was missed while nobody served, and nothing else', async () => {
    const clock = new VirtualClock(START)
    const schedules = { verify: '17 3 * * *', publish: '0 */4 * * *' }
    const first = await processAt(clock, 'missed.json', schedules)
    await breathe()
    expect(first.runs).toEqual([])
    await first.pass(5)
    expect((await first.end()).sort()).toEqual(['publish 11-20T04:00', 'verify 11-20T04:00'])

    clock.advance(60 * HOUR)
    const second = await processAt(clock, 'missed.json', schedules)
    await breathe()
    expect((await second.end()).sort()).toEqual(['publish 11-22T17:00', 'verify 11-22T17:00'])

    const third = await processAt(clock, 'missed.json', schedules)
    await breathe()
    expect(await third.end()).toEqual([])
  })

  it('advances as soon as it begins', async () => {
    const { end, operation } = await processAt(new VirtualClock(START), 'begin.json', { advance: '*/10 * * * *' })
    await breathe()
    expect(operation.jobStatus('advance')).toMatchObject({
      last: { said: 'did advance', error: null },
      next_at: '2026-11-20T00:10:00.000Z',
    })
    expect(operation.jobStatus('verify')).toBeNull()
    expect(await end()).toEqual(['advance 11-20T00:00'])
  })

  it('tells a failure with its remedy, counts it, and tries again', async () => {
    const clock = new VirtualClock(START)
    let runs = 0
    const { operation, lines, pass, end } = await processAt(clock, 'fails.json', { verify: '0 * * * *' }, async () => {
      if (++runs < 3) throw new RoundkeeperError('unavailable', 'the host is away', { where: 'host', hint: 'Wait.' })
      return { said: 'fine' }
    })
    await pass(2)
    const error = { code: 'unavailable', message: 'the host is away', where: 'host', hint: 'Wait.' }
    expect(operation.jobStatus('verify')).toMatchObject({ failures_in_a_row: 2, last: { error, succeeded_at: null } })
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
      { job: 'verify', error, message: 'failed, to be tried again' },
      { job: 'verify', error },
    ])
    await pass(1)
    expect(operation.jobStatus('verify')).toMatchObject({ failures_in_a_row: 0, last: { error: null, said: 'fine' } })
    await end()
  })

  it('gives up the process over a job that does not stop', async () => {
    const clock = new VirtualClock(START)
    const { hung, pass, book } = await processAt(
      clock,
      'hangs.json',
      { verify: '0 1 * * *' },
      () => new Promise(() => undefined),
    )
    await pass(2)
    expect(hung).toEqual([])
    await pass(2)
    expect(hung).toEqual(['verify'])
    await book.settled()
  })
})
