import { describe, expect, it } from 'vitest'
import { Standing } from '../../src/operate/standing.ts'
import type { Standstill } from '../../src/rules/lateness.ts'
import { testConfig } from '../support/competition.ts'

const DUE = new Date('2026-11-20T12:00:00Z')
const later = (seconds: number) => new Date(DUE.getTime() + 1000 * seconds)

const standstill: Standstill = {
  state: { current_round: 2, stage: 'open', next_stage_eta: DUE.toISOString() },
  config: testConfig({ block_seconds: 12 }),
  lastStepAt: later(-3600),
  round: {
    ...{ entered: [], gathered: new Set<string>(), builds: {}, baselineMissing: 0, matrix: [] },
    ...{ requests: [], generationAudits: {}, sourceAudits: [] },
  },
}

describe('where a competition stands', () => {
  it('is not known before it was seen', () => {
    expect(new Standing(10).at(DUE)).toBeNull()
  })

  it('grows late while nobody looks at it', () => {
    const standing = new Standing(10)
    standing.see({ competition: 'tiny', head: 'abc', standstill, at: later(-60) })
    standing.seeBlock(77)
    const lateness = (seconds: number) => {
      const { lag_blocks, late } = standing.at(later(seconds))!
      return [lag_blocks, late]
    }
    expect(lateness(-60)).toEqual([0, false])
    expect(lateness(11)).toEqual([0, false])
    expect(lateness(120)).toEqual([10, false])
    expect(lateness(132)).toEqual([11, true])
    expect(standing.at(DUE)).toMatchObject({
      ...{ competition: 'tiny', head: 'abc', round: 2, stage: 'open', block: 77, waiting: null },
      seen_at: '2026-11-20T11:59:00.000Z',
    })
  })

  it('says what the last tick waits for', () => {
    const standing = new Standing(10)
    standing.see({ competition: 'tiny', head: 'abc', standstill, at: DUE })
    const waiting = { for: 'block 7', eta: DUE }
    const report = { status: 'idle', round: 2, stage: 'open', did: [], commits: [], errors: [] } as const
    standing.reported({ ...report, waiting })
    expect(standing.at(DUE)?.waiting).toEqual({ for: 'block 7', eta: DUE.toISOString(), due: null })
    standing.reported(report)
    expect(standing.at(DUE)?.waiting).toBeNull()
  })
})
