import { beforeAll, describe, expect, it } from 'vitest'
import { files } from '../../../src/state/index.ts'
import { evidenceTrailer } from '../../../src/verify/checks/evidence-trailer.ts'
import { times } from '../../../src/verify/checks/times.ts'
import { look, type Planned } from '../../support/memory-history.ts'
import { altered, forged, positionOf } from '../../support/rewrite.ts'
import { honestPlans } from './tampering.ts'

let honest: Planned[]
beforeAll(async () => {
  honest = await honestPlans()
})

const OPENING = 'Seed, prompts and submissions for round 1'
const DOWNLOADING = 'Round 1: downloading'
const minutes = (date: unknown, more: number) => new Date((date as Date).getTime() + more * 60_000)

/** The trailers of one commit changed. @returns `code: message` of all that is found, and where it is found */
async function found(title: string, change: (message: string) => string, also: Partial<Planned> = {}) {
  const position = positionOf(honest, title)
  const message = change(honest[position]?.message ?? '')
  const result = await look(altered(honest, position, {}, { message, ...also }), { checks: [times()] })
  expect(result.at(position).length).toBe(result.findings.filter(({ severity }) => severity !== 'note').length)
  return result.findings.map(({ code, severity, message }) => `${severity} ${code}: ${message}`)
}

const same = (message: string) => message
const block = (to: (block: number) => number | string) => (message: string) =>
  message.replace(/^Block: (\d+)/m, (_, number) => `Block: ${to(Number(number))}`)
const blockTime = (hours: number) => (message: string) =>
  message.replace(/^Block-Time: (.*)/m, (_, at) => `Block-Time: ${minutes(new Date(at), hours * 60).toISOString()}`)

describe('blocks and dates', () => {
  it('say nothing in an honest history', async () => {
    expect((await look(honest, { checks: [times(), evidenceTrailer()] })).findings).toEqual([])
  })

  it('a commit cannot be dated before the block that it names', async () => {
    const at = minutes(honest[positionOf(honest, DOWNLOADING)]?.at, -30)
    expect(await found(DOWNLOADING, same, { at })).toEqual([
      expect.stringMatching(
        /^error time\/early: This commit is dated 2026-03-02T08:30:00Z, but the block \d+ .* nobody/,
      ),
    ])
  })

  it('a commit that names an old block should say why', async () => {
    const at = minutes(honest[positionOf(honest, DOWNLOADING)]?.at, 90)
    expect(await found(DOWNLOADING, same, { at })).toEqual([expect.stringMatching(/^warning time\/late: .* succeeded/)])
    expect(await found(DOWNLOADING, same, { at: minutes(at, -60) })).toEqual([])
  })

  it('blocks only go on, but for what nodes differ by', async () => {
    expect(
      await found(
        DOWNLOADING,
        block((number) => number - 310),
      ),
    ).toEqual(
      [expect.stringMatching(/^error time\/block: .* at block \d+, as it says, but an earlier one at block \d+/)].slice(
        0,
        1,
      ),
    )
    expect(
      await found(
        DOWNLOADING,
        block((number) => number - 3),
      ),
    ).toEqual([])
  })

  it('a chain does not run ahead of its pace, and seldom stands still for long', async () => {
    expect(
      (
        await found(
          DOWNLOADING,
          block((number) => number + 900),
        )
      )[0],
    ).toMatch(/^error time\/early: By the record block \d+ was made at .* with 12 seconds a block it came later/)
    const at = minutes(honest[positionOf(honest, OPENING)]?.at, 60 * 60)
    const late = await found(OPENING, blockTime(60), { at })
    expect(late[0]).toMatch(/^warning time\/late: By the record .* it came earlier/)
  })

  it('a block must be readable, and have a time', async () => {
    const unreadable = [expect.stringMatching(/^error time\/block: The block that this commit names cannot be read/)]
    expect(
      await found(
        DOWNLOADING,
        block(() => 'soon'),
      ),
    ).toEqual(unreadable)
    expect(await found(DOWNLOADING, (message) => message.replace(/^Block-Time: .*\n/m, ''))).toEqual(unreadable)
  })
})

describe('the evidence of a commit', () => {
  const evidence = async (plans: readonly Planned[], position: number) => {
    const result = await look(plans, { checks: [evidenceTrailer()] })
    expect(result.at(position).length).toBe(result.findings.length)
    return result.findings.map(({ severity, code }) => `${severity} ${code}`)
  }

  it.each([
    ['a digest that was changed', OPENING, 'a'],
    ['one that was added', DOWNLOADING, 'b'],
  ])('%s does not add up', async (_name, title, digit) => {
    const position = positionOf(honest, title)
    const alters = forged(files.seed, [1], (seed) => ({ ...seed, value: digit.repeat(64) }))
    expect(await evidence(altered(honest, position, alters), position)).toEqual(['error evidence/trailer'])
  })

  it('is missed when it is taken out, and not asked of people', async () => {
    const position = positionOf(honest, OPENING)
    const message = honest[position]?.message ?? ''
    const without = (key: RegExp) => altered(honest, position, {}, { message: message.replace(key, '') })
    expect(await evidence(without(/^Evidence: .*\n/m), position)).toEqual(['error evidence/trailer'])
    expect(await evidence(without(/^Engine: .*\n/m), position)).toEqual([])
  })
})
