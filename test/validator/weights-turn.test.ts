import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../src/errors.ts'
import type { Audited } from '../../src/validator/weights-turn.ts'
import { challenger, entry, leader, owner, scene, validator } from './support.ts'

const PAID = { uids: [0, 1], values: [16384, 65535] }

describe('a turn with weights in the open', () => {
  it('sets what the crown is worth, and sees that it came there; the next does nothing', async () => {
    await using world = await scene()
    const turn = await world.turn()
    expect(turn).toMatchObject({
      kind: 'set',
      reason: `the crown of ${leader.address} (uid 1) is worth 0.8; 0.2 to the subnet’s owner ${owner.address} (uid 0)`,
      submission: { block: 10_001, receipt: { blockNumber: 10_001 } },
      nextBlock: 10_080,
    })
    expect(await world.subnet.weights(17, 3)).toEqual(PAID)
    const again = await world.turn()
    expect(again).toMatchObject({ kind: 'done', nextBlock: 10_080 })
    expect(again.reason).toMatch(/set in block 10001, in the epoch that began with block 9720/)
    expect(world.subnet.sent).toBe(1)
  })

  it('comes in every epoch, whenever in it, and respects the rate limit', async () => {
    await using world = await scene()
    await world.turn()
    world.subnet.mine(80) // the next epoch began with block 10,080
    expect(await world.turn()).toMatchObject({ kind: 'wait', nextBlock: 10_101 })
    world.subnet.mine(20)
    expect(await world.turn()).toMatchObject({ kind: 'set', submission: { block: 10_102 } })
    for (const blocks of [1, 100, 200]) {
      world.subnet.mine(blocks)
      expect((await world.turn()).kind).toBe('done')
    }
    expect(world.subnet.sent).toBe(2)
  })

  it('does not forget who is who: a uid that changed hands leads to other weights', async () => {
    await using world = await scene()
    await world.turn()
    world.subnet.neurons[1] = { ...world.subnet.neurons[1]!, hotkey: 'somebody else' }
    world.subnet.register(leader.address)
    expect(await world.turn()).toMatchObject({ kind: 'wait', nextBlock: 10_101 })
    world.subnet.mine(100)
    expect(await world.turn()).toMatchObject({ kind: 'set' })
    expect(await world.subnet.weights(17, 3)).toEqual({ uids: [0, 4], values: [16384, 65535] })
  })

  it('sets weights after a registration, which counts as an update too', async () => {
    await using world = await scene()
    world.subnet.change(validator.address, { lastUpdate: 9_990, registeredAt: 9_990 })
    expect(await world.turn()).toMatchObject({ kind: 'wait', nextBlock: 10_090 })
    world.subnet.subnet = { weightsRateLimit: 5 }
    expect(await world.turn()).toMatchObject({ kind: 'set' })
  })

  it('sends nothing in a dry run', async () => {
    await using world = await scene()
    const sending: number[] = []
    const onSending = ({ netuid }: { netuid: number }) => void sending.push(netuid)
    expect(await world.turn({ dryRun: true, onSending })).toMatchObject({ kind: 'would-set', submission: undefined })
    expect(world.subnet.sent).toBe(0)
    expect(await world.record.read()).toBeUndefined()
    expect(sending).toEqual([])
    await world.turn({ onSending })
    expect(sending).toEqual([17])
  })

  it('is postponed around a change of the crown, and pays the new leader after it', async () => {
    await using world = await scene([entry(leader), entry(challenger, 10_100, 1)])
    const turn = await world.turn()
    expect(turn).toMatchObject({ kind: 'wait', nextBlock: 10_100 })
    expect(turn.reason).toBe('the crown changes at block 10100: weights wait for that')
    world.subnet.mine(99)
    expect(await world.turn()).toMatchObject({ kind: 'wait' })
    world.subnet.mine(1)
    expect(await world.turn()).toMatchObject({ kind: 'set' })
    expect(await world.subnet.weights(17, 3)).toEqual({ uids: [2], values: [65535] })
    expect(world.subnet.sent).toBe(1)
  })

  it('holds for a leader who is not registered, and pays the rest only where config.json says so', async () => {
    await using world = await scene([entry({ address: 'gone' })])
    world.subnet.change(validator.address, { validatorPermit: false })
    expect(await world.turn()).toMatchObject({
      kind: 'hold',
      reason: expect.stringMatching(/gone is not registered/),
      plan: { warnings: [expect.stringMatching(/no validator permit/)] },
    })
    await using generous = await scene([entry({ address: 'gone' })], { weights: { deregistered: 'remainder' } })
    const turn = await generous.turn()
    expect(turn).toMatchObject({
      kind: 'set',
      reason: expect.stringMatching(/gone is not registered.*; all to the subnet’s owner/),
    })
    expect(world.subnet.sent + generous.subnet.sent).toBe(1)
  })

  it.each([
    [{ weightsVersionKey: 7n }, {}, /demands version 7/],
    [{ minAllowedWeights: 3 }, {}, /demands weights for 3 uids/],
    [{}, { validatorPermit: false }, /no validator permit/],
    [{}, { hotkey: 'somebody else' }, /is not registered on the subnet/],
  ])('says what is in the way (%#)', async (subnet, neuron, reason) => {
    await using world = await scene()
    world.subnet.subnet = subnet
    world.subnet.change(validator.address, neuron)
    expect(await world.turn()).toMatchObject({ kind: 'blocked', reason: expect.stringMatching(reason) })
    expect(world.subnet.sent).toBe(0)
  })

  it('warns of little stake, and lets the chain decide', async () => {
    await using world = await scene()
    world.subnet.subnet = { stakeThreshold: 2_000_000n }
    const { kind, plan } = await world.turn()
    expect([kind, plan.warnings]).toEqual(['set', [expect.stringMatching(/1000000 rao is below the threshold/)]])
  })

  it('refuses another subnet than the competition’s', async () => {
    await using world = await scene()
    await expect(world.turn({ netuid: 3 })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/of subnet 17, and not of 3/),
    })
  })
})

describe('a turn with commit–reveal', () => {
  it('commits once in an epoch; the chain reveals in the next', async () => {
    await using world = await scene()
    world.subnet.subnet = { commitRevealWeights: true }
    const turn = await world.turn()
    expect(turn).toMatchObject({ kind: 'set', submission: { block: 10_001, reveal: { block: 10_080 } } })
    expect(await world.turn()).toMatchObject({ kind: 'done', reason: expect.stringMatching(/what they should be/) })
    world.subnet.mine(78)
    expect(await world.subnet.weights(17, 3)).toBeUndefined()
    world.subnet.mine(4)
    expect(await world.subnet.weights(17, 3)).toEqual(PAID)
    expect(world.subnet.sent).toBe(1)
    world.subnet.mine(40)
    expect(await world.turn()).toMatchObject({ kind: 'set', submission: { reveal: { block: 10_440 } } })
  })

  it('is revealed wherever in an epoch it was committed', async () => {
    for (const blocks of [0, 40, 77, 78, 79, 80, 81, 200]) {
      await using world = await scene()
      world.subnet.subnet = { commitRevealWeights: true }
      world.subnet.mine(blocks)
      const turn = await world.turn()
      const began = world.subnet.lastUpdateOf(validator.address)!
      const epoch = began - (began % 360) + 360
      expect(turn.submission?.reveal?.block, `${blocks}`).toBe(epoch)
      world.subnet.mine(epoch - world.subnet.head - 1)
      expect(await world.subnet.weights(17, 3), `${blocks}`).toBeUndefined()
      world.subnet.mine(5)
      expect(await world.subnet.weights(17, 3), `${blocks}`).toEqual(PAID)
    }
  })

  it('leaves alone what was committed elsewhere in this epoch, and goes by its own record otherwise', async () => {
    await using world = await scene()
    world.subnet.subnet = { commitRevealWeights: true }
    await world.turn()
    await writeFile(join(world.crown.dir, 'state', 'weights.json'), '{"half')
    expect(await world.turn()).toMatchObject({ kind: 'done', reason: expect.stringMatching(/by another program/) })
  })

  it('commits again when the crown changes in the epoch', async () => {
    await using world = await scene([entry(leader)])
    world.subnet.mine(90)
    world.subnet.subnet = { commitRevealWeights: true }
    await world.turn()
    await world.crown.write([entry(leader), entry(challenger, 10_250, 1)])
    expect(await world.turn()).toMatchObject({ kind: 'done', nextBlock: 10_250 })
    world.subnet.mine(159)
    expect(await world.turn()).toMatchObject({ kind: 'set' })
    world.subnet.mine(200)
    expect(await world.subnet.weights(17, 3)).toEqual({ uids: [2], values: [65535] })
    expect(world.subnet.sent).toBe(2)
  })

  it('is not tried where nothing is ever revealed', async () => {
    await using world = await scene()
    world.subnet.tempo = 0
    world.subnet.subnet = { commitRevealWeights: true }
    expect(await world.turn()).toMatchObject({ kind: 'blocked', reason: expect.stringMatching(/tempo 0/) })
  })
})

describe.each([false, true])('an answer that never comes (commit–reveal %s)', (commitRevealWeights) => {
  it('is looked for on the chain: what arrived is not sent again', async () => {
    await using world = await scene()
    world.subnet.subnet = { commitRevealWeights }
    world.subnet.mischief.push('lost')
    expect(await world.turn()).toMatchObject({ kind: 'set', submission: { receipt: undefined, block: 10_001 } })
    expect(await world.turn()).toMatchObject({ kind: 'done' })
    expect(world.subnet.sent).toBe(1)
  })

  it('is an error where nothing arrived; the next turn sends it', async () => {
    await using world = await scene()
    world.subnet.subnet = { commitRevealWeights }
    world.subnet.mischief.push('never-sent')
    await expect(world.turn()).rejects.toMatchObject({ code: 'unavailable' })
    expect(await world.turn()).toMatchObject({ kind: 'set' })
  })

  it('is recognised later, when it arrived after all', async () => {
    await using world = await scene()
    world.subnet.subnet = { commitRevealWeights }
    world.subnet.mischief.push('never-sent')
    await expect(world.turn()).rejects.toMatchObject({ code: 'unavailable' })
    // As a node would that had it in its pool.
    if (commitRevealWeights) world.subnet.change(validator.address, { lastUpdate: 10_000 + 1 })
    else await world.subnet.setWeights(validator, 17, PAID, 1n)
    world.subnet.mine(2)
    expect(await world.turn()).toMatchObject({ kind: 'done', reason: expect.stringMatching(/what they should be/) })
  })

  it('is not confused with a refusal, which leaves the record as it was', async () => {
    await using world = await scene()
    world.subnet.subnet = { commitRevealWeights }
    await world.turn()
    const before = await world.record.read()
    await world.crown.write([entry(challenger)])
    world.subnet.subnet = { commitRevealWeights, weightsRateLimit: 0 }
    world.subnet.mischief.push('refused')
    await expect(world.turn()).rejects.toMatchObject({ code: 'refused' })
    expect(await world.record.read()).toEqual(before)
  })

  it('leaves what another process of the same hotkey remembers, which came first', async () => {
    await using world = await scene()
    world.subnet.subnet = { commitRevealWeights }
    const theirs = { version: 1 as const, planned_at: 10_000, set_at: 10_001, ...PAID, head: 'theirs' }
    const overtaken = async () => {
      await world.record.write(theirs)
      throw new RoundkeeperError('refused', 'the chain refused it: SubtensorModule.SettingWeightsTooFast')
    }
    world.subnet.setWeights = overtaken
    world.subnet.commitTimelockedWeights = overtaken
    await expect(world.turn()).rejects.toMatchObject({ code: 'refused' })
    expect(await world.record.read()).toEqual(theirs)
  })
})

it('tells an epoch later what came into the chain an epoch later', async () => {
  await using world = await scene()
  world.subnet.subnet = { commitRevealWeights: true }
  world.subnet.mine(75)
  world.subnet.delay = 10
  const { submission } = await world.turn()
  expect(submission).toMatchObject({ block: 10_086, reveal: { block: 10_440 } })
})

describe('the audit before weights are set', () => {
  const audit = (...results: Partial<Audited>[]) => {
    const asked: string[] = []
    const look = async (head: string) => {
      asked.push(head)
      return { head, errors: 0, first: null, ...results.shift() }
    }
    return { asked, look }
  }

  it('is asked for only when there is something to set, and refuses what is broken', async () => {
    await using world = await scene()
    const broken = audit({ errors: 2, first: 'A winner was changed.' })
    expect(await world.turn({ audit: broken.look })).toMatchObject({
      kind: 'unverified',
      reason: 'the competition does not verify, 2 rules are broken: A winner was changed.',
    })
    expect(world.subnet.sent).toBe(0)
    const clean = audit()
    const head = await world.crown.repo.head()
    expect(await world.turn({ audit: clean.look })).toMatchObject({ kind: 'set', audited: { head, errors: 0 } })
    expect(await world.turn({ audit: clean.look })).toMatchObject({ kind: 'done' })
    expect(clean.asked).toEqual([head])
  })

  it('is of the very head that weights are made of', async () => {
    await using world = await scene()
    const moving = async () => {
      const head = await world.crown.repo.head()
      await world.crown.write([entry(challenger), entry(leader, world.subnet.head)])
      return { head, errors: 0, first: null }
    }
    const once = await world.turn({ audit: moving })
    expect(once).toMatchObject({ kind: 'set', audited: { head: await world.crown.repo.head() } })

    await using restless = await scene()
    let weight = 0
    const always = async (head: string) => {
      weight += 0.1
      await restless.crown.write([entry(leader, 0, weight)])
      return { head, errors: 0, first: null }
    }
    expect(await restless.turn({ audit: always })).toMatchObject({ kind: 'wait', nextBlock: 10_001 })
    expect(restless.subnet.sent).toBe(0)
  })
})
