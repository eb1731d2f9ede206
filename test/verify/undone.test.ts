import { beforeAll, describe, expect, it } from 'vitest'
import { files } from '../../src/state/index.ts'
import { look, type Planned } from '../support/memory-history.ts'
import { forged, positionOf, textAt } from '../support/rewrite.ts'
import { AFTER, good, honestPlans } from './checks/tampering.ts'

let honest: Planned[]
beforeAll(async () => {
  honest = await honestPlans()
})

describe('an edit by hand', () => {
  const matrix = files.matrix.path(1)
  const [edit] = Object.values(
    forged(files.matrix, [1], (rows) => rows.map((row) => (row.right === good.hotkey ? { ...row, margin: 1 } : row))),
  )

  /** Edits a matrix, has it undone by another commit or not, and goes on. */
  async function looked(...after: ('undone' | 'readme' | 'other')[]) {
    const place = positionOf(honest, AFTER.audited)
    const original = textAt(honest, place, matrix) ?? ''
    const at = honest[place]?.at as Date
    const plan = (changed: Planned['files']): Planned => ({ files: changed ?? {}, message: 'By hand', at, written: at })
    const commits = { undone: { [matrix]: original }, readme: { 'README.md': 'x' }, other: { 'rounds/1/x.json': '{}' } }
    const plans = [plan({ [matrix]: edit?.(original) ?? null }), ...after.map((each) => plan(commits[each]))]
    const all = [...honest.slice(0, place + 1), ...plans, ...honest.slice(place + 1)]
    const split = await look(all.slice(0, place + 2))
    return { whole: await look(all), resumed: await look(all, { since: split.head, earlier: split.known }) }
  }

  const errors = ({ findings }: Awaited<ReturnType<typeof look>>) =>
    findings.filter(({ severity }) => severity === 'error').length

  it('is an error where the engine built on it', async () => {
    const { whole, resumed } = await looked('readme')
    expect(errors(whole)).toBeGreaterThan(1)
    expect(errors(resumed)).toBe(errors(whole))
  })

  it('has to be explained where it was undone before', async () => {
    for (const { findings } of Object.values(await looked('readme', 'undone'))) {
      const grave = findings.filter(({ severity }) => severity === 'error')
      expect(grave).toEqual([])
      const told = findings.filter(({ code }) => code === 'append-only/matrix' || code === 'stage/by-hand')
      expect(told).toHaveLength(4)
      expect(told[0]?.message).toMatch(/ The engine’s files were put back as they had been before it went on\.$/)
    }
  })

  it('is an error where something else was not undone', async () => {
    const { whole, resumed } = await looked('other', 'undone')
    expect(errors(whole)).toBeGreaterThan(1)
    expect(errors(resumed)).toBe(errors(whole))
  })
})
