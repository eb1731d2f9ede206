import { describe, expect, it } from 'vitest'
import { versionKeyOf, weightSettingsOf } from '../../src/rules/weight-settings.ts'
import { decideWeights, nextSwitch, type WeightSettings, type WeightsDecision } from '../../src/rules/weights.ts'
import { objectionsTo } from '../../src/rules/weights-objections.ts'
import { nextWeightsStep, type WeightsStanding } from '../../src/rules/weights-step.ts'
import fc from '../support/properties.ts'

const weights = { uids: [3, 199], values: [65535, 16384] }
const others = { uids: [4], values: [65535] }
const set: WeightsDecision = { kind: 'set', weights, payees: [], reason: 'the crown' }
const standing: WeightsStanding = {
  block: 1000,
  epochStart: 900,
  nextEpoch: 1260,
  nextSwitch: undefined,
  lastUpdate: 850,
  rateLimit: 100,
  last: weights,
}
const step = (changes: Partial<WeightsStanding>, decision: WeightsDecision = set, objections: string[] = []) =>
  nextWeightsStep(decision, objections, { ...standing, ...changes })

describe('what a validator does next', () => {
  it('sets weights once in an epoch, also those that are there already', () => {
    expect(step({})).toEqual({ kind: 'submit', weights, reason: 'the crown' })
    expect(step({ lastUpdate: 0, last: undefined })).toMatchObject({ kind: 'submit' })
    expect(step({ lastUpdate: 900 })).toEqual({
      kind: 'done',
      nextBlock: 1260,
      reason: 'weights were set in block 900, in the epoch that began with block 900, and they are what they should be',
    })
    expect(step({ lastUpdate: 900, nextSwitch: 1200 })).toMatchObject({ kind: 'done', nextBlock: 1200 })
    expect(step({ lastUpdate: 900, nextEpoch: undefined })).toMatchObject({ kind: 'done', nextBlock: undefined })
  })

  it('sets others in the same epoch, as soon as the chain takes them', () => {
    expect(step({ lastUpdate: 900, last: others })).toMatchObject({ kind: 'submit' })
    expect(step({ lastUpdate: 901, last: others })).toEqual({
      kind: 'wait',
      nextBlock: 1001,
      reason: 'the chain takes weights every 100 blocks, the last were of block 901: the next from block 1001 on',
    })
  })

  it('leaves alone what another program has committed in this epoch', () => {
    expect(step({ lastUpdate: 950, last: undefined })).toMatchObject({
      kind: 'done',
      reason: expect.stringContaining('by another program'),
    })
    expect(step({ last: undefined })).toMatchObject({ kind: 'submit' })
  })

  it('waits, holds, and says what is in the way', () => {
    expect(step({}, { kind: 'wait', untilBlock: 1100, reason: 'soon' })).toEqual({
      kind: 'wait',
      nextBlock: 1100,
      reason: 'soon',
    })
    expect(step({}, { kind: 'hold', reason: 'nobody' })).toEqual({ kind: 'hold', nextBlock: 1260, reason: 'nobody' })
    expect(step({}, set, ['no permit', 'no stake'])).toEqual({
      kind: 'blocked',
      nextBlock: 1260,
      reason: 'no permit; no stake',
    })
    expect(step({ lastUpdate: 900 }, set, ['no permit'])).toMatchObject({ kind: 'done' })
  })
})

const settings: WeightSettings = {
  remainderTo: 'owner',
  leaderless: 'hold',
  deregistered: 'hold',
  waitForSwitchBlocks: 25,
}
const uids = new Map(['5Owner', '5One', '5Two', '5Three'].map((hotkey, uid) => [hotkey, uid]))

describe('a validator that asks whenever it likes', () => {
  const lives = fc.record({
    tempo: fc.integer({ min: 20, max: 120 }),
    rateLimit: fc.integer({ min: 0, max: 60 }),
    // From block to block, how long until it asks again.
    pauses: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 40, maxLength: 120 }),
    leaders: fc
      .array(
        fc.record({
          hotkey: fc.constantFrom('5One', '5Two', '5Three', '5Gone'),
          weight: fc.constantFrom(0, 0.2, 0.6, 1),
          effective_block: fc.integer({ min: 0, max: 1500 }),
        }),
        { maxLength: 4 },
      )
      .map((entries) => entries.toSorted((a, b) => a.effective_block - b.effective_block)),
    // What is committed cannot be read, and is remembered, or not.
    remembers: fc.boolean(),
  })

  it('sets them at most once per epoch and leader, never too early, never around a change of the crown', () => {
    fc.assert(
      fc.property(lives, ({ tempo, rateLimit, pauses, leaders, remembers }) => {
        let block = 1
        let lastUpdate = 0
        let last: WeightsStanding['last'] = { uids: [], values: [] }
        const made: string[] = []
        for (const pause of pauses) {
          block += pause
          const epochStart = block - (block % tempo)
          const at = { block, uids, ownerHotkey: '5Owner' }
          const change = nextSwitch(leaders, block)
          const now: WeightsStanding = {
            block,
            epochStart,
            nextEpoch: epochStart + tempo,
            nextSwitch: change,
            lastUpdate,
            rateLimit,
            last,
          }
          const ask = () => nextWeightsStep(decideWeights(leaders, at, settings), [], now)
          const answer = ask()
          expect(ask()).toEqual(answer)
          if (answer.kind !== 'submit') {
            if (answer.nextBlock !== undefined) expect(answer.nextBlock).toBeGreaterThan(block)
            continue
          }
          if (lastUpdate > 0) expect(block - lastUpdate).toBeGreaterThanOrEqual(rateLimit)
          if (change !== undefined) expect(change - block).toBeGreaterThan(settings.waitForSwitchBlocks)
          const epochAndWeights = `${epochStart} ${JSON.stringify(answer.weights)} ${leaders.filter((each) => each.effective_block <= block).length}`
          expect(made).not.toContain(epochAndWeights)
          made.push(epochAndWeights)
          block += 1
          lastUpdate = block
          last = remembers ? answer.weights : undefined
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('what is in the way of weights', () => {
  const voter = { hotkey: '5Me', uid: 7, permit: true, isOwner: false }
  const subnet = {
    minAllowedWeights: 1,
    maxWeightsLimit: 65535,
    weightsVersionKey: 0n,
    uids: 200,
    commitReveal: false,
    hasEpochs: true,
  }
  const objections = (who: Partial<typeof voter>, demands: Partial<typeof subnet>, offered = weights) =>
    objectionsTo(offered, { ...voter, ...who }, { ...subnet, ...demands }, 1n)

  it('is nothing, most of the time', () => {
    expect(objections({}, {})).toEqual([])
    expect(objections({ permit: false, isOwner: true }, {})).toEqual([])
    expect(objections({}, { weightsVersionKey: 1n, minAllowedWeights: 2, maxWeightsLimit: 60000 })).toEqual([])
    // No subnet of three demands more than three.
    expect(objections({}, { minAllowedWeights: 1024, uids: 2 })).toEqual([])
  })

  it.each([
    [{ uid: undefined }, {}, /5Me is not registered/],
    [{}, { weightsVersionKey: 2n }, /demands version 2 and this one is 1/],
    [{ permit: false }, {}, /no validator permit/],
    [{}, { minAllowedWeights: 3 }, /demands weights for 3 uids and these are for 2/],
    [{}, { maxWeightsLimit: 32768 }, /more than 50\.0 % of the weights and one would have 80\.0 %/],
    [{}, { commitReveal: true, hasEpochs: false }, /tempo 0/],
  ] as const)('is said, one sentence each (%#)', (who, demands, sentence) => {
    expect(objections(who as object, demands)).toEqual([expect.stringMatching(sentence)])
  })

  it('is less for weights for oneself alone', () => {
    const self = { uids: [7], values: [65535] }
    expect(objections({ permit: false }, { minAllowedWeights: 8, maxWeightsLimit: 100 }, self)).toEqual([])
  })
})

describe('the settings of weights', () => {
  it('hold by default, and are what config.json says', () => {
    expect(weightSettingsOf({})).toEqual({ ...settings, waitForSwitchBlocks: 125 })
    expect(
      weightSettingsOf({
        weights: {
          remainder_to: '5Fund',
          leaderless: 'remainder',
          deregistered: 'remainder',
          wait_for_switch_blocks: 0,
        },
      }),
    ).toEqual({
      remainderTo: { hotkey: '5Fund' },
      leaderless: 'remainder',
      deregistered: 'remainder',
      waitForSwitchBlocks: 0,
    })
    expect([versionKeyOf({}), versionKeyOf({ weights: { version_key: 9_012_000 } })]).toEqual([1n, 9_012_000n])
  })
})
