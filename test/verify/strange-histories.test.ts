import { beforeAll, describe, expect, it } from 'vitest'
import { openHistory } from '../../src/repo/open-history.ts'
import { appendOnly } from '../../src/verify/checks/append-only.ts'
import { files } from '../../src/verify/checks/files.ts'
import { linear } from '../../src/verify/checks/linear.ts'
import { paths } from '../../src/verify/checks/paths.ts'
import { stages } from '../../src/verify/checks/stages.ts'
import { codes } from '../../src/verify/codes/index.ts'
import type { Finding } from '../../src/verify/finding.ts'
import { BUNDLE, hasBundle } from '../state/history.ts'
import { look, type Planned, plansOf } from '../support/memory-history.ts'
import fc from '../support/properties.ts'
import { honestPlans } from './checks/tampering.ts'
import { strange, trees } from './strange-shapes.ts'

const CONDUCT = /^(history|paths|file|stage|append-only)\//

/** Whatever a history holds: findings, in words, under known codes, at commits of it; and never an exception. */
async function checkLooksAt(plans: readonly Planned[]): Promise<void> {
  const { findings, decisions, known, commits } = await look(plans)
  expect(commits).toBe(plans.length)
  for (const { code, message, commit } of findings) {
    expect(codes[code], code).toBeDefined()
    expect(message).toMatch(/^\S[\s\S]*\S$/)
    if (CONDUCT.test(code)) expect(message.length).toBeLessThan(1000)
    expect(commit).toMatch(/^[0-9a-f]{40}$/)
  }
  expect(() => JSON.stringify([findings, decisions, known])).not.toThrow()
}

describe('a history of shapes that nobody thought of is looked at all the same', () => {
  let honest: Planned[] = []
  beforeAll(async () => {
    honest = await honestPlans()
  })

  it('when files of a competition are rewritten', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constant(0).chain(() => strange(honest, 4)),
        checkLooksAt,
      ),
      { numRuns: 40 },
    )
  })

  it('when it is played by the old rules', async () => {
    const config = (plan: Planned): Planned => ({
      ...plan,
      files: Object.fromEntries(
        Object.entries(plan.files ?? {}).map(([path, content]) => {
          const text = content instanceof Uint8Array ? new TextDecoder().decode(content) : ''
          return [path, path === 'config.json' ? text.replace(/,\s*"rules": "v1"/, '') : content]
        }),
      ),
    })
    const legacy = honest.map(config)
    await fc.assert(fc.asyncProperty(strange(legacy, 4), checkLooksAt), { numRuns: 20 })
  })

  it('in two walks as in one', async () => {
    const conduct = () => [linear(), paths(), files(), stages(), appendOnly()]
    const sorted = (all: readonly Finding[]) => all.map((each) => JSON.stringify(each)).sort()
    const split = fc.tuple(fc.oneof(strange(honest, 4), trees), fc.nat(99)).filter(([plans]) => plans.length > 1)
    await fc.assert(
      fc.asyncProperty(split, async ([plans, at]) => {
        const whole = await look(plans, { checks: conduct() })
        const first = await look(plans.slice(0, 1 + (at % (plans.length - 1))), { checks: conduct() })
        const known = JSON.parse(JSON.stringify(first.known))
        const second = await look(plans, { checks: conduct(), since: first.head, earlier: known })
        expect(sorted(second.findings)).toEqual(sorted(whole.findings))
      }),
      { numRuns: 60 },
    )
  })

  it('when it is no competition at all', async () => {
    await fc.assert(fc.asyncProperty(trees, checkLooksAt), { numRuns: 200 })
  })

  it.skipIf(!hasBundle)('when a real history is rewritten all over', async () => {
    await using history = await openHistory(BUNDLE)
    const plans = (await plansOf(history)).slice(-90)
    await fc.assert(fc.asyncProperty(strange(plans, 60), checkLooksAt), { numRuns: 1 })
  })
})
