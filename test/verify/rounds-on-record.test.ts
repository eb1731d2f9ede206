import { describe, expect, it } from 'vitest'
import type { State } from '../../src/state/index.ts'
import { compareRounds } from '../../src/verify/rounds-on-record.ts'
import { testConfig } from '../support/competition.ts'

const v1 = testConfig()
const legacy = testConfig({ rules: 'legacy' })
const state = (current_round: number, stage: State['stage'] = 'open'): State => ({
  current_round,
  stage,
  next_stage_eta: null,
})

describe('the rounds on record', () => {
  it.each([
    ['none is there before the first is decided', [], v1, state(0), []],
    ['all before the current one are', [0, 1], v1, state(2), []],
    ['one is missing in the middle', [0, 2], v1, state(2), ['round 1 is missing']],
    ['one is missing before the current one', [0], legacy, state(2), ['round 1 is missing']],
    ['the last one is missing at the end', [0], v1, state(1, 'finished'), ['round 1 is missing']],
    ['ours begin with round 0', [1], v1, state(2), ['round 0 is missing']],
    ['older ones may begin later', [4, 5], legacy, state(6), []],
    ['one is from the future', [0, 2], v1, state(1), ['round 1 is missing', 'round 2 lies beyond the current one']],
  ])('%s', (_name, recorded, config, now, differences) => {
    const compared = compareRounds(recorded, config, now)
    expect(compared.differences ?? []).toEqual(differences)
    expect(compared.equal).toBe(differences.length === 0)
  })

  it('a huge number keeps nobody busy', () => {
    expect(compareRounds([0], v1, state(900719925474099)).differences).toHaveLength(10)
  })
})
