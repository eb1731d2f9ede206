import { describe, expect, it } from 'vitest'
import { linear } from '../../../src/verify/checks/linear.ts'
import { look, type Planned, START } from '../../support/memory-history.ts'

const checked = (...plans: Planned[]) => look(plans, { checks: [linear()] })
const change = (number: number, more: Planned = {}): Planned => ({ files: { a: String(number) }, ...more })
const engine = { trailers: { Engine: 'roundkeeper/0' } }
const minutes = (count: number) => new Date(START.getTime() + count * 60_000)

describe('the line of commits', () => {
  it('is in order when every commit follows the one before', async () => {
    const { findings } = await checked(change(1), change(2, engine), change(3, { at: 0 }), change(4))
    expect(findings).toEqual([])
  })

  it('has no merges: an unrelated history that was joined is one, too', async () => {
    const result = await checked(change(1), change(2, { parents: 3 }), change(3))
    expect(result.findings).toHaveLength(1)
    expect(result.at(1)).toEqual(['history/merge'])
    expect(result.findings[0]?.message).toContain('merges 3 lines of history')
  })

  it('names commits without a change, the first few one by one and the rest as a number', async () => {
    const result = await checked(change(1), ...Array.from({ length: 9 }, () => ({})))
    expect(result.findings.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'history/empty'))
    expect(result.at(1)).toEqual(['history/empty'])
    expect(result.at(9)).toEqual(['history/empty'])
    expect(result.findings.at(-1)?.message).toBe(
      '4 times more, the last time at this commit: the same as listed before.',
    )
  })
})

describe('dates', () => {
  const dated = async (...dates: number[]) => {
    const result = await checked(...dates.map((at, number) => change(number, { at: minutes(at) })))
    return dates.map((_, position) => result.at(position).length)
  }

  it.each([
    ['a minute back, as between two machines', [0, 10, 9, 11], [0, 0, 0, 0]],
    ['one that is dated far back', [0, 10, 20, 5, 30, 40], [0, 0, 0, 1, 0, 0]],
    ['one that is dated far ahead', [0, 10, 90, 20, 30], [0, 0, 1, 0, 0]],
    ['a first one that is dated ahead', [90, 20, 30, 40], [1, 0, 0, 0]],
    ['either of two', [0, 20, 10, 30], [0, 1, 1, 0]],
    ['either of the last two', [0, 20, 10], [0, 1, 1]],
    ['two in a row that are dated back', [0, 50, 60, 5, 7, 70], [0, 0, 0, 1, 1, 0]],
  ])('%s', async (_name, dates, found) => expect(await dated(...dates)).toEqual(found))

  it('say both moments', async () => {
    const { findings } = await checked(change(1, { at: minutes(60) }), change(2, { at: minutes(0) }))
    expect(findings.map(({ message }) => message)).toEqual([
      'This commit is dated 2026-03-01T09:00:00Z, after one that follows it (2026-03-01T08:00:00Z).',
      'This commit is dated 2026-03-01T08:00:00Z, before one that it follows (2026-03-01T09:00:00Z).',
    ])
  })

  it('of author and committer are the same where the engine commits, and a day apart at most elsewhere', async () => {
    const byHand = await checked(change(1), change(2, { at: minutes(2880), written: minutes(1500) }))
    expect(byHand.findings).toEqual([])
    const kept = await checked(change(1), change(2, { at: minutes(2880), written: minutes(1) }))
    expect(kept.at(1)).toEqual(['history/moved'])
    const amended = await checked(change(1), change(2, { ...engine, at: minutes(2880), written: minutes(2879) }))
    expect(amended.at(1)).toEqual(['history/moved'])
  })
})
