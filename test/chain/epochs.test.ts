import { describe, expect, it } from 'vitest'
import {
  blocksUntilWeightsReveal,
  type EpochSchedule,
  nextEpochBlock,
  weightsRevealBlock,
} from '../../src/chain/epochs.ts'
import fc from '../support/properties.ts'

const HEAD = 1_000_000
const schedule = (changes: Partial<EpochSchedule> = {}): EpochSchedule => ({
  tempo: 360,
  lastEpochBlock: HEAD - 100,
  pendingEpochAt: 0,
  blocksSinceLastStep: 100,
  ...changes,
})

describe('the epochs of a subnet', () => {
  it('follow one another by tempo, unless the owner calls for one, or none has come for a week', () => {
    expect(nextEpochBlock(schedule(), HEAD)).toBe(HEAD + 260)
    expect(nextEpochBlock(schedule({ pendingEpochAt: HEAD + 5 }), HEAD)).toBe(HEAD + 5)
    expect(nextEpochBlock(schedule({ pendingEpochAt: HEAD + 500 }), HEAD)).toBe(HEAD + 260)
    expect(nextEpochBlock(schedule({ pendingEpochAt: HEAD - 5 }), HEAD)).toBe(HEAD + 1)
    expect(nextEpochBlock(schedule({ lastEpochBlock: HEAD - 400 }), HEAD)).toBe(HEAD + 1)
    expect(nextEpochBlock(schedule({ blocksSinceLastStep: 50_390 }), HEAD)).toBe(HEAD + 11)
    expect(nextEpochBlock(schedule({ tempo: 0 }), HEAD)).toBeUndefined()
  })

  it('reveal the weights of the epochs before', () => {
    expect(weightsRevealBlock(schedule(), HEAD, 1)).toBe(HEAD + 260)
    expect(weightsRevealBlock(schedule(), HEAD, 3)).toBe(HEAD + 260 + 720)
    // An epoch that runs in the very block of the commit is the one that the commit belongs to.
    expect(weightsRevealBlock(schedule({ lastEpochBlock: HEAD - 359 }), HEAD, 1)).toBe(HEAD + 361)
    expect(weightsRevealBlock(schedule({ tempo: 0 }), HEAD, 1)).toBeUndefined()
    expect(blocksUntilWeightsReveal(schedule(), HEAD, 1)).toBe(263)
    expect(blocksUntilWeightsReveal(schedule({ tempo: 0 }), HEAD, 1)).toBeUndefined()
  })

  it('come as the scheduler finds them, going from block to block', () => {
    const schedules = fc.record({
      tempo: fc.integer({ min: 1, max: 400 }),
      lastEpochBlock: fc.integer({ min: HEAD - 500, max: HEAD }),
      pendingEpochAt: fc.oneof(fc.constant(0), fc.integer({ min: HEAD - 10, max: HEAD + 500 })),
      blocksSinceLastStep: fc.oneof(fc.nat(500), fc.integer({ min: 50_000, max: 50_500 })),
    })
    fc.assert(
      fc.property(schedules, fc.integer({ min: 1, max: 4 }), (now, period) => {
        expect(weightsRevealBlock(now, HEAD, period)).toBe(simulated(now, period))
      }),
    )
  })
})

/** The rule as the runtime has it: block after block, an epoch or one more block without. */
function simulated(start: EpochSchedule, period: number): number {
  let [at, epoch, state] = [HEAD, 0, start]
  let due = Number.POSITIVE_INFINITY
  for (;;) {
    at += 1
    const waited = state.blocksSinceLastStep + 1
    const called = state.pendingEpochAt > 0 && at >= state.pendingEpochAt
    if (called || waited > 50_400 || at - state.lastEpochBlock >= state.tempo) {
      state = { ...state, lastEpochBlock: at, pendingEpochAt: 0, blocksSinceLastStep: 0 }
      epoch += 1
    } else state = { ...state, blocksSinceLastStep: waited }
    if (at === HEAD + 1) due = epoch + period
    if (epoch === due) return at
  }
}
