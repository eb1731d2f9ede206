import { beforeAll, describe, expect, it } from 'vitest'
import { decisions } from '../../../src/verify/decisions/index.ts'
import { look, MemoryHistory, type Planned } from '../../support/memory-history.ts'
import { onTop } from '../../support/rewrite.ts'
import { honestPlans } from '../checks/tampering.ts'
import { type Forgery, forge, forgeries } from './forgeries.ts'

let honest: Planned[]
beforeAll(async () => {
  honest = await honestPlans()
})

const all = Object.entries(forgeries)
// Where a stage went and who leads is told of another way once it is on record.
const late = all.filter(([, { code, restedOn }]) => !restedOn && !/transition|leader/.test(code))

/** Errors with a code at a commit. */
async function errorsAt(plans: readonly Planned[], position: number, of: string): Promise<string[]> {
  const { findings } = await look(plans, { checks: decisions() })
  const oid = new MemoryHistory(plans).oid(position)
  const there = findings.filter(({ code, commit, severity }) => code === of && commit === oid && severity === 'error')
  return there.map(({ message }) => message)
}

describe('a decision that was forged', () => {
  it.each(all)('%s, in a history written anew', async (_name, forgery: Forgery) => {
    const { plans, position } = forge(honest, forgery)
    expect(await errorsAt(plans, position, forgery.code)).toContainEqual(expect.stringMatching(forgery.says))
  })

  it.each(late)('%s, in one more commit', async (_name, forgery: Forgery) => {
    const plans = onTop(honest, forge(honest, forgery).alters)
    expect(await errorsAt(plans, plans.length - 1, forgery.code)).not.toEqual([])
  })
})
