import { describe, expect, it } from 'vitest'
import { auditLimits, auditVerdict, checkedPrompts, LEGACY_AUDIT_LIMITS, standing } from '../../src/rules/audit.ts'
import { type GenerationAudit, generationAuditSchema } from '../../src/state/audits.ts'
import type { Output, Outputs } from '../../src/state/outputs.ts'
import fc from '../support/properties.ts'

const good: Output = {
  glb: 'https://c.example/x.glb',
  png: 'https://c.example/x.png',
  generation_time: 60,
  size: 1,
  attempts: 1,
  distance: 0.01,
}
const stem = (i: number) => `p${i}`
/** `n` outputs, those at the given positions changed. */
function outputs(n: number, changes: Record<number, Partial<Output>> = {}): Outputs {
  return Object.fromEntries(Array.from({ length: n }, (_, i) => [stem(i), { ...good, ...changes[i] }]))
}
const from = (positions: number, change: Partial<Output>) =>
  Object.fromEntries(Array.from({ length: positions }, (_, i) => [i, change]))

function verdict(generated: Outputs, more: Partial<Parameters<typeof auditVerdict>[0]> = {}): GenerationAudit {
  return auditVerdict({
    hotkey: 'bob',
    submitted: outputs(128),
    generated,
    critical: [],
    limits: LEGACY_AUDIT_LIMITS,
    ...more,
  })
}

describe('the audit verdict', () => {
  it('passes what reproduces', () => {
    expect(verdict(outputs(128))).toEqual({
      hotkey: 'bob',
      outcome: 'passed',
      checked_prompts: 128,
      failed_prompts: 0,
      failed_critical: 0,
      generation_time: 60,
      reason: '',
    })
  })

  it.each([
    ['too different', { distance: 0.1001 }],
    ['without a model', { glb: null }],
    ['without a preview', { png: null }],
    ['too slow', { generation_time: 180.1 }],
  ])('tolerates six prompts that come out %s, not seven', (_, change) => {
    expect(verdict(outputs(128, from(6, change)))).toMatchObject({ outcome: 'passed', failed_prompts: 6 })
    expect(verdict(outputs(128, from(7, change)))).toMatchObject({
      outcome: 'rejected',
      failed_prompts: 7,
      reason: 'Non-critical mismatches (7) exceed tolerance (6)',
    })
  })

  it('counts what never came out, and is exact at its limits', () => {
    expect(verdict({})).toMatchObject({ outcome: 'rejected', failed_prompts: 128, generation_time: null })
    expect(verdict(outputs(128, from(128, { distance: 0.1, generation_time: 90 })))).toMatchObject({
      outcome: 'passed',
      failed_prompts: 0,
    })
  })

  it('does not look at prompts that are void', () => {
    const voided = new Set([stem(0), stem(1)])
    const missing = outputs(128, from(8, { glb: null }))
    expect(verdict(missing, { voided })).toMatchObject({ outcome: 'passed', checked_prompts: 126, failed_prompts: 6 })
    expect(checkedPrompts(outputs(4, { 2: { png: null } }), voided)).toEqual([stem(3)])
  })

  it('tolerates one critical prompt, counted apart from the others', () => {
    const critical = [stem(0), stem(1)]
    const failing = (n: number) => verdict(outputs(128, from(n, { distance: 1 })), { critical })
    expect(failing(1)).toMatchObject({ outcome: 'passed', failed_prompts: 0, failed_critical: 1 })
    expect(failing(8)).toMatchObject({
      outcome: 'rejected',
      failed_prompts: 6,
      failed_critical: 2,
      reason: 'Critical mismatches (2) exceed tolerance (1)',
    })
  })

  it('checks only what was delivered', () => {
    const submitted = outputs(128, { 0: { png: null }, 1: { glb: null } })
    expect(verdict({}, { submitted, critical: [stem(0)] })).toMatchObject({ checked_prompts: 126, failed_critical: 0 })
  })

  it('looks at the median time without the six fastest and slowest', () => {
    // 65 slow of 128: the middle of the other 116 is slow too.
    expect(verdict(outputs(128, from(65, { generation_time: 92.34 })))).toMatchObject({
      outcome: 'rejected',
      generation_time: 92.34,
      reason: 'Trimmed median generation time (92.3s) exceeds limit (90.0s)',
    })
    expect(verdict(outputs(128, from(64, { generation_time: 100 })))).toMatchObject({
      outcome: 'passed',
      generation_time: 80,
    })
    const twelve = { submitted: outputs(12) }
    expect(verdict(outputs(12, from(5, { generation_time: 170 })), twelve)).toMatchObject({ generation_time: 60 })
  })

  it('joins its reasons', () => {
    const slow = outputs(128, from(128, { generation_time: 200 }))
    expect(verdict(slow).reason).toBe(
      'Trimmed median generation time (200.0s) exceeds limit (90.0s); Non-critical mismatches (128) exceed tolerance (6)',
    )
  })

  it('never gets better by failing on one more prompt', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(39), { maxLength: 10 }), fc.nat(39), (failing, another) => {
        const run = (positions: number[]) =>
          verdict(outputs(40, Object.fromEntries(positions.map((i) => [i, { distance: 1 }]))), {
            submitted: outputs(40),
            limits: auditLimits(40),
            critical: [stem(1), stem(2), stem(3)],
          })
        if (run(failing).outcome === 'rejected') expect(run([...failing, another]).outcome).toBe('rejected')
      }),
    )
  })
})

describe('scaled limits', () => {
  it('are the legacy ones for 128 prompts, and tighter for fewer', () => {
    expect(auditLimits(128)).toEqual(LEGACY_AUDIT_LIMITS)
    expect(auditLimits(40)).toMatchObject({ trimCount: 2, mismatches: 2, criticalMismatches: 1 })
    expect(auditLimits(10)).toMatchObject({ trimCount: 0, mismatches: 0 })
    expect(auditLimits(100, 0.1).mismatches).toBe(10)
  })
})

describe('standing', () => {
  const audit = (hotkey: string, outcome: GenerationAudit['outcome']) =>
    generationAuditSchema.parse({ hotkey, outcome })
  const generation = {
    alice: audit('alice', 'passed'),
    bob: audit('bob', 'passed'),
    carol: audit('carol', 'rejected'),
    dave: audit('dave', 'pending'),
    // Once typed by hand with somebody else's name inside: the key counts.
    erin: audit('alice', 'rejected'),
  }
  const source = [
    { hotkey: 'alice', verdict: 'passed' as const, reason: '' },
    { hotkey: 'frank', verdict: 'failed' as const, reason: 'not found' },
    { hotkey: 'dave', verdict: 'passed' as const, reason: '' },
  ]

  it('needs both audits to approve, and one to reject', () => {
    const { approved, rejected } = standing({ generation, source, sourceAudit: 'required' })
    expect([...approved]).toEqual(['alice'])
    expect([...rejected].sort()).toEqual(['carol', 'erin', 'frank'])
  })

  it('approves without a review where reviews are waived, but not against one', () => {
    const failed = [...source, { hotkey: 'bob', verdict: 'failed' as const, reason: 'stolen' }]
    expect([...standing({ generation, source, sourceAudit: 'waived' }).approved]).toEqual(['alice', 'bob'])
    expect([...standing({ generation, source: failed, sourceAudit: 'waived' }).approved]).toEqual(['alice'])
  })

  it('never has a hotkey in both sets', () => {
    const contradictory = [...source, { hotkey: 'alice', verdict: 'failed' as const, reason: '' }]
    const { approved, rejected } = standing({ generation, source: contradictory, sourceAudit: 'required' })
    expect([...approved]).toEqual([])
    expect(rejected.has('alice')).toBe(true)
  })
})
