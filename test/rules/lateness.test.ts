import { describe, expect, it } from 'vitest'
import { lateness, type Standstill } from '../../src/rules/lateness.ts'
import type { RoundOnRecord } from '../../src/rules/outstanding.ts'
import type { Stage } from '../../src/state/index.ts'
import { testConfig } from '../support/competition.ts'
import fc from '../support/properties.ts'

const NOON = new Date('2026-03-01T12:00:00Z')
const minutes = (count: number) => new Date(NOON.getTime() + count * 60_000)

const empty: RoundOnRecord = {
  entered: [],
  gathered: new Set(),
  builds: {},
  baselineMissing: 0,
  matrix: [],
  requests: [],
  generationAudits: {},
  sourceAudits: [],
}

const at = (stage: Stage, more: Partial<Standstill> = {}, round: Partial<RoundOnRecord> = {}): Standstill => ({
  state: { current_round: 3, stage, next_stage_eta: null },
  config: testConfig({ source_audit: 'required', audit_deadline_hours: 36 }),
  lastStepAt: NOON,
  round: { ...empty, ...round },
  ...more,
})

const eta = (stage: Stage, date: Date) => ({ state: { current_round: 3, stage, next_stage_eta: date.toISOString() } })
const build = {
  repo: 'a/b',
  commit: 'c',
  revealed_at_block: 1,
  tag: 't',
  status: 'success' as const,
  docker_image: 'i',
}
const request = (hotkey: string) => ({ hotkey, critical_prompts: [] })
const passed = (hotkey: string) => ({
  ...{ hotkey, outcome: 'passed' as const, checked_prompts: 1, failed_prompts: 0, failed_critical: 0 },
  ...{ generation_time: null, reason: '' },
})

describe('how late a competition is', () => {
  it('is counted in whole blocks from the announced time, and never before it', () => {
    const open = at('open', eta('open', minutes(60)))
    expect(lateness(open, minutes(59))).toMatchObject({ lateBlocks: 0, due: minutes(60) })
    expect(lateness(open, new Date(minutes(60).getTime() + 11_999)).lateBlocks).toBe(0)
    expect(lateness(open, minutes(120)).lateBlocks).toBe(300)
    const quick = { ...open, config: testConfig({ block_seconds: 0.25 }) }
    expect(lateness(quick, minutes(61)).lateBlocks).toBe(240)
  })

  it.each([
    ['downloading', {}, { entered: ['a', 'b'], gathered: new Set(['b']) }, [{ kind: 'uploads', hotkeys: ['a'] }]],
    ['downloading', {}, { entered: ['a'], gathered: new Set(['a']) }, [{ kind: 'duels' }]],
    ['finalizing', {}, {}, [{ kind: 'crown' }]],
    ['paused', eta('paused', minutes(-600)), {}, [{ kind: 'resume' }]],
    ['duels', {}, { entered: ['a'] }, [{ kind: 'matches', hotkeys: ['a'] }]],
    ['duels', {}, {}, [{ kind: 'winner' }]],
    ['duels', {}, { baselineMissing: 4 }, [{ kind: 'baseline', prompts: 4 }]],
  ] as [Stage, Partial<Standstill>, Partial<RoundOnRecord>, object[]][])(
    'counts in %s from the last step where nothing was announced',
    (stage, more, round, missing) => {
      expect(lateness(at(stage, more, round), minutes(30))).toEqual({ due: NOON, lateBlocks: 150, missing })
    },
  )

  it('leaves audits the time that the configuration gives them, from the start of the duels', () => {
    const schedule = { earliest_reveal_block: 0, latest_reveal_block: 100, generation_deadline_block: 400 }
    const dated = { schedule: { ...schedule, starts_at: NOON.toISOString() } }
    const round = {
      entered: ['a', 'b', 'c'],
      matrix: ['a', 'b', 'c'].map((right) => ({ left: 'leader', right, margin: 1 })),
      requests: ['a', 'b', 'c'].map(request),
      builds: { a: build, b: build },
      generationAudits: { b: passed('b') },
      sourceAudits: [{ hotkey: 'a', verdict: 'passed' as const, reason: '' }],
    }
    const found = lateness(at('duels', dated, round), minutes(0))
    expect(found.due).toEqual(minutes(60 + 36 * 60))
    expect(found.missing).toEqual([
      { kind: 'images', hotkeys: ['c'] },
      { kind: 'generation-audits', hotkeys: ['a'] },
      { kind: 'source-audits', hotkeys: ['b', 'c'] },
    ])
    const moved = { ...dated, seed: { seed: 1, deadline_block: 500 } }
    expect(lateness(at('duels', moved, round), NOON).due).toEqual(minutes(80 + 36 * 60))
    expect(lateness(at('duels', { schedule }, round), NOON).due).toEqual(minutes(36 * 60))
    const withMatch = { ...round, matrix: round.matrix.slice(1) }
    expect(lateness(at('duels', dated, withMatch), minutes(5)).due).toEqual(NOON)
  })

  it('begins with the edit that the engine does not build on, whatever was announced', () => {
    const edited = at('open', { ...eta('open', minutes(600)), editedAt: minutes(-10) })
    expect(lateness(edited, NOON)).toEqual({ due: minutes(-10), lateBlocks: 50, missing: [{ kind: 'adoption' }] })
  })

  it('is nothing once the competition is over, and grows with time alone', () => {
    expect(lateness(at('finished'), minutes(10_000))).toEqual({ due: undefined, lateBlocks: 0, missing: [] })
    fc.assert(
      fc.property(fc.integer({ min: -5000, max: 5000 }), fc.nat(5000), (start, more) => {
        const [early, later] = [
          lateness(at('downloading'), minutes(start)),
          lateness(at('downloading'), minutes(start + more)),
        ]
        expect(later.lateBlocks).toBeGreaterThanOrEqual(early.lateBlocks)
        expect(early.lateBlocks).toBe(Math.max(0, start * 5))
      }),
    )
  })
})
