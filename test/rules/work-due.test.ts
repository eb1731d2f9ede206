import { describe, expect, it } from 'vitest'
import type { Standstill } from '../../src/rules/lateness.ts'
import { workDue } from '../../src/rules/work-due.ts'
import { type Stage, stages } from '../../src/state/index.ts'
import { testConfig } from '../support/competition.ts'

const NOON = new Date('2026-03-01T12:00:00Z')
const LATER = new Date('2026-03-01T13:00:00Z')
const nothing = { commit: false, uploads: false, judging: false, running: false }
const build = {
  repo: 'a/b',
  commit: 'c',
  revealed_at_block: 1,
  tag: 't',
  status: 'success' as const,
  docker_image: 'i',
}

const at = (stage: Stage, round: Partial<Standstill['round']> = {}, eta: Date | null = null): Standstill => ({
  state: { current_round: 0, stage, next_stage_eta: eta?.toISOString() ?? null },
  config: testConfig(),
  lastStepAt: NOON,
  round: {
    ...{ entered: ['a'], gathered: new Set<string>(), builds: {}, baselineMissing: 0, matrix: [] },
    ...{ requests: [], generationAudits: {}, sourceAudits: [], ...round },
  },
})

describe('the work that is due', () => {
  it('is none while a competition is held, over, or edited by hand', () => {
    for (const stage of ['paused', 'finished'] as const) expect(workDue(at(stage), NOON)).toEqual(nothing)
    for (const stage of stages) expect(workDue({ ...at(stage), editedAt: NOON }, NOON)).toEqual(nothing)
  })

  it('touches uploads from the deadline on, and the judge in the duels, once the leader’s outputs are there', () => {
    expect(workDue(at('open'), NOON)).toEqual({ ...nothing, commit: true })
    expect(workDue(at('finalizing'), NOON)).toEqual({ ...nothing, commit: true })
    expect(workDue(at('miner_generation', {}, LATER), NOON).uploads).toBe(false)
    expect(workDue(at('miner_generation', {}, LATER), LATER).uploads).toBe(true)
    expect(workDue(at('downloading'), NOON)).toEqual({ ...nothing, commit: true, uploads: true })
    expect(workDue(at('duels'), NOON)).toEqual({ ...nothing, commit: true, judging: true })
    expect(workDue(at('duels', { baselineMissing: 1 }), NOON)).toMatchObject({ judging: false, running: true })
  })

  it('runs images only where an audit is open whose build is over', () => {
    const requests = [{ hotkey: 'a', critical_prompts: [] }]
    expect(workDue(at('duels', { requests }), NOON).running).toBe(false)
    expect(workDue(at('duels', { requests, builds: { a: build } }), NOON).running).toBe(true)
    const generationAudits = {
      a: {
        ...{ hotkey: 'a', outcome: 'passed' as const, checked_prompts: 1, failed_prompts: 0, failed_critical: 0 },
        ...{ generation_time: null, reason: '' },
      },
    }
    expect(workDue(at('duels', { requests, builds: { a: build }, generationAudits }), NOON).running).toBe(false)
  })
})
