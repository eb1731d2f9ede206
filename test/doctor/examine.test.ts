import { describe, expect, it } from 'vitest'
import { type Check, fail, findingOf, ok, skipped, together, Waits, warn } from '../../src/doctor/check.ts'
import { lagFindings } from '../../src/doctor/checks/chain.ts'
import { skewFinding } from '../../src/doctor/checks/clock.ts'
import { diskCheck, diskFinding } from '../../src/doctor/checks/disk.ts'
import { gitCheck, nodeCheck, nodeFinding, sshKeygenCheck } from '../../src/doctor/checks/programs.ts'
import { CHECK_IDS } from '../../src/doctor/checks.ts'
import { type ExamineOptions, examine } from '../../src/doctor/examine.ts'
import { ImpatientClock } from '../../src/doctor/impatient-clock.ts'
import { doctorReportSchema, reportOf } from '../../src/doctor/report.ts'
import type { Machine } from '../../src/doctor/setup.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { RoundkeeperError } from '../../src/errors.ts'

const clock = new SystemClock()
const options: ExamineOptions = {
  boundMs: 60_000,
  signal: new AbortController().signal,
  now: () => clock.now(),
  paid: true,
}
const check = (id: string, run: Check<undefined>['run'], more: Partial<Check<undefined>> = {}): Check<undefined> => ({
  ...{ id, title: id.toUpperCase(), run },
  ...more,
})
const never = () => new Promise<never>(() => undefined)

describe('an examination', () => {
  it('tells all, in their order; errors are findings, with what to do', async () => {
    const unreachable = new RoundkeeperError('unavailable', 'no answer', { where: 'https://x.test' })
    const found = await examine(
      [
        check('late', async () => Promise.resolve().then(() => ok('there'))),
        check('throws', () => {
          throw new RoundkeeperError('usage', 'no key', { where: 'roundkeeper.json', hint: 'Make one.' })
        }),
        check('rejects', async () => Promise.reject(unreachable)),
        check('waits', async () => Promise.reject(new Waits('the repository comes first'))),
        check('crashes', async () => Promise.reject(new TypeError('undefined is not a function'))),
      ],
      undefined,
      options,
    )
    const report = doctorReportSchema.parse(reportOf(found))
    expect(report).toMatchObject({ ok: false, counts: { ok: 1, warn: 0, fail: 3, skipped: 1 } })
    expect(report.checks.map(({ id, outcome, detail, how_to_fix }) => [id, outcome, detail, how_to_fix])).toEqual([
      ['late', 'ok', 'there', null],
      ['throws', 'fail', 'no key (roundkeeper.json)', 'Make one.'],
      ['rejects', 'fail', 'no answer (https://x.test)', expect.stringMatching(/^See that it is up/)],
      ['waits', 'skipped', 'the repository comes first', null],
      ['crashes', 'fail', 'undefined is not a function', expect.stringContaining('--debug')],
    ])
  })

  it('gives up what hangs, without waiting for it, and tells it to stop', async () => {
    let told: AbortSignal | undefined
    const hangs = check('hangs', (_, signal) => {
      told = signal
      return never()
    })
    const [first, second] = await examine([hangs, check('fine', async () => ok('fine'))], undefined, {
      ...options,
      boundMs: 1,
    })
    expect(first).toMatchObject({ outcome: 'fail', hung: true, detail: 'no answer within 0.001 s' })
    expect(told?.aborted).toBe(true)
    expect(second).toMatchObject({ outcome: 'ok', hung: false })
  })

  it('ends when it is told to', async () => {
    const stop = new AbortController()
    const examined = examine([check('hangs', never)], undefined, { ...options, signal: stop.signal })
    stop.abort()
    await expect(examined).rejects.toMatchObject({ code: 'aborted' })
  })

  it('pays nobody where nobody is to be paid', async () => {
    const paid = check('judge', async () => fail('asked', 'Do not.'), { paid: true })
    expect(await examine([paid], undefined, { ...options, paid: false })).toMatchObject([{ outcome: 'skipped' }])
  })

  it('makes of several findings one that is as bad as the worst, which comes first and says what to do', () => {
    const all = [ok('a'), warn('b', 'Mend b.'), fail('c', 'Mend c.'), fail('d', 'Mend c.'), skipped('e')]
    expect(together(all)).toEqual({ outcome: 'fail', detail: 'c; d; b; a; e', howToFix: 'Mend c.' })
    expect(together([ok('a'), skipped('b')])).toEqual({ outcome: 'ok', detail: 'a; b' })
    expect(findingOf('odd')).toMatchObject({ outcome: 'fail', detail: 'odd' })
  })

  it('has checks of different names', () => {
    expect(new Set(CHECK_IDS).size).toBe(CHECK_IDS.length)
  })
})

describe('checks of the machine', () => {
  const machine = (environment: Machine['environment'], dir = process.cwd()): Machine => ({ dir, clock, environment })
  const signal = new AbortController().signal

  it('know programs that are there from those that are not', async () => {
    const here = machine(process.env)
    expect(await nodeCheck.run(here, signal)).toMatchObject({ outcome: 'ok' })
    expect((await gitCheck.run(here, signal)).detail).toMatch(/^version 2\./)
    expect(await sshKeygenCheck.run(here, signal)).toMatchObject({ outcome: 'ok' })
    const nowhere = machine({ PATH: '/nowhere' })
    expect(await gitCheck.run(nowhere, signal)).toMatchObject({
      outcome: 'warn',
      howToFix: expect.stringMatching(/^Install git/),
    })
    expect(await sshKeygenCheck.run(nowhere, signal)).toMatchObject({ outcome: 'warn' })
    expect(nodeFinding('22.17.9')).toMatchObject({ outcome: 'fail' })
    expect(nodeFinding('22.18.0')).toMatchObject({ outcome: 'ok' })
  })

  it('know a full disk', async () => {
    expect((await diskCheck.run(machine({}), signal)).detail).toMatch(/^(only )?[\d.]+ GB free$/)
    expect(await diskCheck.run(machine({}, '/no/such/folder'), signal)).toMatchObject({ outcome: 'skipped' })
    expect(
      [diskFinding(1e11), diskFinding(2e9), diskFinding(1e8), diskFinding(1e11, 10)].map(({ outcome }) => outcome),
    ).toEqual(['ok', 'warn', 'fail', 'fail'])
  })

  it('know a clock that is wrong, and a chain that does not come on', () => {
    expect(skewFinding(29_000, true, 'x')).toMatchObject({ outcome: 'ok' })
    expect(skewFinding(31_000, true, 'x')).toMatchObject({ outcome: 'warn', detail: '31 s behind x' })
    expect(skewFinding(301_000, false, 'x')).toMatchObject({ outcome: 'fail', detail: '301 s ahead of x' })
    const outcomes = (...args: Parameters<typeof lagFindings>) => together(lagFindings(...args)).outcome
    expect([outcomes(3, 12_000), outcomes(30, 12_000), outcomes(3, 600_000), outcomes(3, 3_600_000)]).toEqual([
      'ok',
      'warn',
      'warn',
      'fail',
    ])
  })

  it('are impatient, a few times', async () => {
    const virtual = new VirtualClock(new Date(0))
    const impatient = new ImpatientClock(virtual)
    const never = new AbortController().signal
    for (let i = 0; i < 6; i++) {
      const slept = impatient.sleep(10_000, never)
      virtual.advance(50)
      await slept
    }
    expect(impatient.now().getTime()).toBe(60_000)
    expect(virtual.now().getTime()).toBe(300)
  })
})
