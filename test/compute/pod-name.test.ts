import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { competitionKey, parsePodName, podName } from '../../src/compute/pod-name.ts'
import { processRuns } from '../../src/compute/pod-run.ts'
import fc from '../support/properties.ts'

describe('the name of a pod', () => {
  const run = processRuns().current

  it('says whose it is', () => {
    const at = new Date('2026-06-01T12:00:00.123Z')
    const name = podName({ competition: 'mesh', round: 7 }, '5FHneW46xG-2', run, at)
    expect(name).toBe(`miner-07-5fhnew46xg-2-${competitionKey('mesh')}-${run}-${at.getTime().toString(36)}`)
    const competition = competitionKey('mesh')
    expect(parsePodName(name)).toEqual({ round: 7, subject: '5fhnew46xg-2', competition, run, at })
  })

  it('is one that every provider takes, and comes back as it was, whatever went into it', () => {
    const parts = [
      fc.string(),
      fc.nat(999_999),
      fc.string(),
      fc.date({ min: new Date(1e12), max: new Date(4e12) }),
    ] as const
    fc.assert(
      fc.property(...parts, (competition, round, subject, at) => {
        const name = podName({ competition, round }, subject, run, new Date(at))
        expect(name).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/)
        expect(parsePodName(name)).toMatchObject({ round, run, at, competition: competitionKey(competition) })
      }),
    )
  })

  it.each(['generator', 'miner-07-5fhnew46xg-0', 'miner-07-x-0-00000000-run-time', ''])('is not %j', (name) => {
    expect(parsePodName(name)).toBeUndefined()
  })
})

describe('a run', () => {
  it('is over when its process has ended, and not before', async () => {
    const mine = processRuns()
    expect(mine.isOver(mine.current)).toBe(false)
    const other = spawn('sleep', ['1000'])
    const itsRun = `${mine.current.slice(0, 9)}${other.pid?.toString(36)}`
    expect(mine.isOver(itsRun)).toBe(false)
    other.kill('SIGKILL')
    await once(other, 'exit')
    expect(mine.isOver(itsRun)).toBe(true)
  })

  it('on another machine may go on', () => {
    const mine = processRuns()
    const far = `${mine.current[0] === 'a' ? 'b' : 'a'}${mine.current.slice(1)}`
    expect(mine.isOver(far)).toBe(false)
    expect(mine.isOver('what nobody wrote')).toBe(false)
  })

  it('of a process id that is ours now is over', () => {
    const [before, now] = [processRuns(), processRuns()]
    expect(now.isOver(before.current)).toBe(true)
  })
})
