import { describe, expect, it } from 'vitest'
import { planJson, planLines, turnJson, turnLine } from '../../src/cli/weights-lines.ts'
import { jsonLine, lineOf } from '../../src/cli/weights-serve-lines.ts'
import { exitCodeOfTurn } from '../../src/cli/weights-set.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { planWeights } from '../../src/validator/plan-weights.ts'
import { entry, leader, owner, scene, validator } from '../validator/support.ts'

const at = new Date('2026-03-01T07:00:00.500Z')
const wakeAt = new Date('2026-03-01T07:10:00Z')

describe('weights in words', () => {
  it('say who gets what, and why', async () => {
    await using world = await scene()
    const plan = await planWeights({ repo: world.crown.repo, chain: world.subnet, hotkey: validator.address })
    const lines = planLines(plan).join('\n')
    expect(lines).toContain('tiny, subnet 17, at block 10000, by commit ')
    expect(lines).toContain('epoch since block 9720, the next change at block 10080; weights are set in the open')
    expect(lines).toMatch(
      new RegExp(
        `\\n0\\s+${owner.address}\\s+0.2\\s+16384\\s+remainder\\n1\\s+${leader.address}\\s+0.8\\s+65535\\s+crown\\n`,
      ),
    )
    expect(lines).toContain(`${validator.address} is uid 3, with a validator permit, and has never set weights`)
    expect(lines).toContain('now: they can be set')
    expect(planJson(plan)).toMatchObject({
      netuid: 17,
      block: 10_000,
      decision: 'set',
      weights: [
        { uid: 0, share: 0.2, weight: 16384, for: ['remainder'] },
        { uid: 1, share: 0.8, weight: 65535, for: ['crown'] },
      ],
      settings: { remainder_to: 'owner', wait_for_switch_blocks: 125, version_key: 1 },
      validator: { uid: 3, permit: true, last_update: 0 },
      step: { kind: 'submit' },
      next_block: 10_080,
    })
  })

  it('say nothing of a validator that nobody named', async () => {
    await using world = await scene([])
    const plan = await planWeights({ repo: world.crown.repo, chain: world.subnet })
    expect(planLines(plan).at(-1)).toBe('nobody wears the crown at block 10000: the weights stay as they are')
    expect(planJson(plan)).toMatchObject({ decision: 'hold', weights: [], validator: null, step: null })
  })
})

describe('turns in words', () => {
  it('are one line and one exit code each', async () => {
    await using world = await scene()
    const dry = await world.turn({ dryRun: true })
    expect([turnLine(dry), exitCodeOfTurn(dry)]).toEqual([
      expect.stringMatching(/^would set: the crown of .* 65535\]$/),
      0,
    ])
    const set = await world.turn()
    expect([turnLine(set), exitCodeOfTurn(set)]).toEqual([
      expect.stringMatching(/^set in block 10001: the crown of/),
      0,
    ])
    expect(turnJson(set)).toMatchObject({ outcome: 'set', set: { block: 10_001, reveal_round: null }, verified: null })
    const done = await world.turn()
    expect([turnLine(done), exitCodeOfTurn(done)]).toEqual([
      expect.stringMatching(/^nothing to do: weights were set/),
      0,
    ])
    await world.crown.write([entry({ address: 'gone' })])
    const held = await world.turn()
    expect([turnLine(held), exitCodeOfTurn(held)]).toEqual([expect.stringMatching(/^held: the leader gone/), 3])
    await world.crown.write([entry(owner)])
    const postponed = await world.turn()
    expect([turnLine(postponed), exitCodeOfTurn(postponed)]).toEqual([
      expect.stringMatching(/^postponed: the chain takes/),
      4,
    ])
  })

  it('say of a commit when it is revealed', async () => {
    await using world = await scene()
    world.subnet.subnet = { commitRevealWeights: true }
    const turn = await world.turn()
    expect(turnLine(turn)).toMatch(/^committed in block 10001, to be revealed from block 10080 on: the crown/)
    expect(turnJson(turn)).toMatchObject({
      set: { block: 10_001, reveal_block: 10_080, reveal_round: expect.any(Number) },
    })
  })

  it('end with 1 where the chain or the audit refuses', async () => {
    await using world = await scene()
    const audit = async (head: string) => ({ head, errors: 1, first: 'A\nwinner.' })
    const broken = await world.turn({ audit })
    expect([turnLine(broken), exitCodeOfTurn(broken)]).toEqual([
      'refused: the competition does not verify, 1 rule is broken: A\nwinner.',
      1,
    ])
    expect(lineOf({ kind: 'decision', at, turn: broken, wakeAt })).toBe(
      '2026-03-01T07:00:00Z  refused: the competition does not verify, 1 rule is broken: A winner.; looks again at 2026-03-01T07:10:00Z',
    )
    world.subnet.change(validator.address, { validatorPermit: false })
    const blocked = await world.turn()
    expect([turnLine(blocked), exitCodeOfTurn(blocked)]).toEqual([
      expect.stringMatching(/^the chain would refuse: /),
      1,
    ])
  })
})

describe('the lines of a service', () => {
  it('tell what failed and what to do, and how it is', () => {
    const error = new RoundkeeperError('unavailable', 'no node answers', { hint: 'Name another endpoint.' })
    const failed = { kind: 'error', at, error, failures: 2, wakeAt } as const
    expect(lineOf(failed)).toBe(
      '2026-03-01T07:00:00Z  failed, 2 in a row: no node answers. Name another endpoint. Tries again at 2026-03-01T07:10:00Z',
    )
    expect(JSON.parse(jsonLine(failed))).toEqual({
      event: 'error',
      at: '2026-03-01T07:00:00.500Z',
      error: {
        code: 'unavailable',
        message: 'no node answers',
        where: null,
        hint: 'Name another endpoint.',
        retryable: true,
      },
      failures: 2,
      wake_at: '2026-03-01T07:10:00.000Z',
    })
    const health = { kind: 'health', at, turns: 9, set: 1, failures: 0, lastSetBlock: 5, block: 7 } as const
    expect(lineOf(health)).toBe(
      '2026-03-01T07:00:00Z  alive: block 7, 9 turns, 1 set, the last in block 5, 0 failures in a row',
    )
    expect(JSON.parse(jsonLine(health))).toMatchObject({ event: 'health', last_set_block: 5, failures: 0 })
    expect(lineOf({ kind: 'stopped', at })).toBe('2026-03-01T07:00:00Z  stopped')
  })
})
