import { describe, expect, it } from 'vitest'
import { auditsRequired, timeline } from '../../src/rules/timeline.ts'
import fc from '../support/properties.ts'

const WIN = 0.05

/** What nobody knows yet: how every match would end, and who would fail an audit. */
interface World {
  readonly order: readonly string[]
  readonly scores: readonly number[]
  readonly bad: ReadonlySet<string>
}
const worlds: fc.Arbitrary<World> = fc.integer({ min: 0, max: 8 }).chain((n) => {
  const order = Array.from({ length: n }, (_, i) => `k${i}`)
  return fc.record({
    order: fc.constant(order),
    // Around the win margin, with enough who qualify.
    scores: fc.array(fc.integer({ min: -2, max: 12 }), { minLength: (n + 1) * (n + 1), maxLength: (n + 1) * (n + 1) }),
    bad: fc.subarray(order).map((hotkeys) => new Set(hotkeys)),
  })
})

function hiddenMargin({ order, scores }: World, left: string, right: string): number {
  return scores[(order.indexOf(left) + 1) * (order.length + 1) + order.indexOf(right) + 1]! / 100
}

/** Winner stays in among the honest, with everything known. */
function trueWinner(world: World): string {
  const honest = world.order.filter((hotkey) => !world.bad.has(hotkey))
  const qualified = honest.filter((hotkey) => hiddenMargin(world, 'leader', hotkey) >= WIN)
  let reigning = 'leader'
  for (const hotkey of qualified) if (hiddenMargin(world, reigning, hotkey) >= WIN) reigning = hotkey
  return reigning
}

/** Plays a round: matches are judged when asked for, audits come in whenever chance has it. */
function play(world: World, dice: readonly number[], unasked: boolean, sparing = false) {
  const margins = new Map<string, number>()
  const approved = new Set<string>()
  const rejected = new Set<string>()
  const asked = new Set<string>()
  const input = {
    order: world.order,
    winMargin: WIN,
    margin: (left: string, right: string) => margins.get(`${left} ${right}`),
    approved,
    rejected,
    sparing,
  }
  const answer = (hotkey: string) => (world.bad.has(hotkey) ? rejected : approved).add(hotkey)
  for (let step = 0; ; step++) {
    const line = timeline(input)
    for (const hotkey of line.requests) asked.add(hotkey)
    if (line.winner !== undefined) return { input, line, asked, step, margins }
    const open = [...asked].filter((hotkey) => !approved.has(hotkey) && !rejected.has(hotkey))
    const die = dice[step % dice.length] ?? 0
    const stray = [...world.bad].find((hotkey) => !rejected.has(hotkey))
    expect(line.judged).toBeLessThanOrEqual(line.needed)
    expect(line.judged === line.needed).toBe(line.next === undefined)
    for (const hotkey of line.waitingFor) expect(open).toContain(hotkey)
    if (unasked && die % 5 === 0 && stray !== undefined) rejected.add(stray)
    else if (line.next !== undefined && (open.length === 0 || die % 2 === 0)) {
      const { left, right } = line.next
      expect(input.margin(left, right)).toBeUndefined()
      margins.set(`${left} ${right}`, hiddenMargin(world, left, right))
    } else {
      // Without a match to judge there must be an audit to wait for: otherwise the round hangs.
      if (line.next === undefined) expect(line.waitingFor).not.toEqual([])
      answer(open[die % open.length]!)
    }
  }
}

const chance = fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 })

describe('a round, whatever the order in which audits come in', () => {
  it('ends, with the winner among the honest', () => {
    fc.assert(
      fc.property(worlds, chance, fc.boolean(), fc.boolean(), (world, dice, unasked, sparing) => {
        const { line, input, step } = play(world, dice, unasked, sparing)
        expect(line.winner).toBe(trueWinner(world))
        if (line.winner !== 'leader') {
          expect(input.approved).toContain(line.winner)
          expect(input.rejected).not.toContain(line.winner)
        }
        const n = world.order.length
        expect(step).toBeLessThanOrEqual(n + (n * (n - 1)) / 2 + 2 * n)
      }),
      { numRuns: 500 },
    )
  })

  it('is not changed by audits that come in after it was settled', () => {
    fc.assert(
      fc.property(worlds, chance, fc.boolean(), (world, dice, sparing) => {
        const { input, line, margins } = play(world, dice, false, sparing)
        for (const hotkey of world.order) (world.bad.has(hotkey) ? input.rejected : input.approved).add(hotkey)
        for (let next = timeline(input).next; next !== undefined; next = timeline(input).next)
          margins.set(`${next.left} ${next.right}`, hiddenMargin(world, next.left, next.right))
        expect(timeline(input).winner).toBe(line.winner)
      }),
      { numRuns: 300 },
    )
  })

  it('replays from its record to the same end', () => {
    fc.assert(
      fc.property(worlds, chance, fc.boolean(), (world, dice, sparing) => {
        const { input, line } = play(world, dice, false, sparing)
        const record = { ...input, approved: new Set(input.approved), rejected: new Set(input.rejected) }
        expect(timeline(record)).toEqual(line)
        expect(timeline(record)).toEqual(timeline(record))
      }),
    )
  })

  it('asked for every audit that its record requires', () => {
    fc.assert(
      fc.property(worlds, chance, fc.boolean(), (world, dice, sparing) => {
        const { input, line, asked } = play(world, dice, false, sparing)
        const required = auditsRequired(input)
        expect(new Set(required).size).toBe(required.length)
        for (const hotkey of required) expect(asked).toContain(hotkey)
        for (const hotkey of line.chain) expect(required).toContain(hotkey)
      }),
      { numRuns: 500 },
    )
  })
})
