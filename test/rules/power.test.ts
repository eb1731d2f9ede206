import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectedDuels } from '../../src/rules/expected-duels.ts'
import { marginBound } from '../../src/rules/margin-test.ts'
import { powerOf } from '../../src/rules/power.ts'
import { costOf } from '../../src/rules/power-cost.ts'
import { PythonRandom } from '../../src/rules/random.ts'
import { type Heard, stoppedBy } from '../../src/rules/stopping.ts'
import { tallyOf } from '../../src/rules/tally.ts'
import { throneOf } from '../../src/rules/throne.ts'
import { type Pairing, timeline } from '../../src/rules/timeline.ts'
import type { DuelWinner } from '../../src/state/duels.ts'
import { LEADER } from '../../src/state/winner.ts'

const random = new PythonRandom(1)
const verdict = (decisiveRate: number, strength: number): DuelWinner => {
  const at = random.bits(32) / 2 ** 32
  const right = (decisiveRate + strength) / 2
  return at < right ? 'right' : at < decisiveRate ? 'left' : 'draw'
}
const match = (prompts: number, decisiveRate: number, strength: number) => {
  const duels = Array.from({ length: prompts }, (_, i) => ({ name: `${i}`, winner: verdict(decisiveRate, strength) }))
  const tally = tallyOf(duels)
  return { margin: (tally.right - tally.left) / prompts, tally }
}

/** A whole round by the rules that decide real ones: everybody as strong as the others, or the first one stronger. */
function play(rule: 'fixed' | 'significant' | 'familywise', plan: typeof PLAN, strength = 0) {
  const order = Array.from({ length: plan.challengers }, (_, i) => `hotkey-${i}`)
  const met = new Map<string, ReturnType<typeof match>>()
  const keyOf = ({ left, right, confirmation }: Pairing) => `${left} ${right} ${confirmation ?? ''}`
  const line = {
    order,
    ...throneOf(plan.winMargin, { throne: rule, throne_error: plan.error }, order.length),
    margin: (left: string, right: string) => met.get(keyOf({ left, right }))?.margin,
    tally: (left: string, right: string) => met.get(keyOf({ left, right }))?.tally,
    secondOpinion: (right: string) => met.get(keyOf({ left: LEADER, right, confirmation: true })),
    approved: new Set(order),
    rejected: new Set<string>(),
  }
  for (;;) {
    const { next, winner } = timeline(line)
    if (next === undefined) return { isFalse: winner !== LEADER, matches: met.size, winner }
    met.set(keyOf(next), match(plan.prompts, plan.decisiveRate, next.right === order[0] ? strength : 0))
  }
}

const PLAN = { prompts: 24, challengers: 3, decisiveRate: 0.4, winMargin: 0.1, error: 0.3 }
const ROUNDS = 1500
/** Four standard errors of a share. */
const within = (share: number, n = ROUNDS) => 4 * Math.sqrt((share * (1 - share)) / n) + 1 / n

describe('the power of a throne', () => {
  it.each(['fixed', 'significant', 'familywise'] as const)('%s is what simulated rounds show', (rule) => {
    const power = powerOf(PLAN, throneOf(PLAN.winMargin, { throne: rule, throne_error: PLAN.error }, PLAN.challengers))
    const rounds = Array.from({ length: ROUNDS }, () => play(rule, PLAN))
    const falseKings = rounds.filter(({ isFalse }) => isFalse).length / ROUNDS
    expect(Math.abs(falseKings - power.falseKingConfirmed)).toBeLessThan(within(power.falseKingConfirmed))
    expect(power.falseKing).toBeGreaterThanOrEqual(power.falseKingConfirmed)
    if (rule === 'familywise') expect(power.falseKing).toBeLessThanOrEqual(PLAN.error)
    const { qualification, succession, confirmation } = power.matches
    const matches = rounds.reduce((sum, each) => sum + each.matches, 0) / ROUNDS
    expect(Math.abs(matches - qualification - succession - confirmation)).toBeLessThan(0.08)
  })

  it.each(['fixed', 'significant', 'familywise'] as const)('%s crowns who is as much better as it says', (rule) => {
    const alone = { ...PLAN, challengers: 1, prompts: 64 }
    const { detectable = 2 } = powerOf(alone, throneOf(PLAN.winMargin, { throne: rule, throne_error: PLAN.error }, 1))
    const crowned = Array.from({ length: 600 }, () => play(rule, alone, detectable)).filter(({ isFalse }) => isFalse)
    expect(Math.abs(crowned.length / 600 - 0.8)).toBeLessThan(within(0.8, 600))
  })

  it('detects nothing where nobody could be strong enough', () => {
    const throne = throneOf(0.05, { throne: 'significant', throne_error: 0.01 }, 1)
    expect(powerOf({ prompts: 4, challengers: 1, decisiveRate: 0.2 }, throne).detectable).toBeUndefined()
  })

  it('has a margin bound that the true margin is above as often as it says', () => {
    const [strength, error] = [0.1, 0.2]
    const bounds = Array.from({ length: 400 }, () => marginBound(match(64, 0.4, strength).tally, error) ?? -1)
    expect(bounds.filter((bound) => bound > strength).length / 400).toBeLessThan(error)
  })
})

describe('the table in docs/judging.md', () => {
  const text = readFileSync(new URL('../../docs/judging.md', import.meta.url), 'utf8')
  const shares = (begins: string) => {
    const line = text.split('\n').find((each) => each.startsWith(`| ${begins}`) && each.includes('%')) ?? ''
    return [...line.matchAll(/([\d.]+) %/g)].map(([, share]) => Number(share))
  }
  const powers = (rule: 'fixed' | 'significant' | 'familywise') =>
    [1, 5, 20].map((challengers) =>
      powerOf({ prompts: 128, challengers, decisiveRate: 0.213 }, throneOf(0.05, { throne: rule }, challengers)),
    )
  const inPercent = (share: number, digits: number) => Number((100 * share).toPrecision(digits))

  it.each(['fixed', 'significant'] as const)('says of %s what follows', (rule) => {
    const chances = powers(rule).map(({ falseKing }) => inPercent(falseKing, falseKing < 0.1 ? 2 : 3))
    expect(shares(`\`${rule}\` | `)).toEqual([
      ...chances,
      inPercent(powers(rule)[0]?.detectable ?? 0, rule === 'fixed' ? 2 : 3),
    ])
  })

  it('says of familywise what follows', () => {
    const all = powers('familywise')
    expect(shares('`familywise`, first')).toEqual(all.map(({ falseKing }) => inPercent(falseKing, 2)))
    expect(shares('`familywise`, if')).toEqual([
      ...all.map(({ falseKingConfirmed }) => inPercent(falseKingConfirmed, 2)),
      ...all.map(({ detectable = 0 }) => inPercent(detectable, 3)),
    ])
  })
})

describe('the duels of a match', () => {
  const match = { prompts: 40, winMargin: 0.05, decisiveRate: 0.3 }
  const plain = { error: 0.01, batch: 1 }

  it.each([0, -0.15, 0.1])(
    'are as many as simulated ones take that are stopped without loss, at strength %d',
    (strength) => {
      const stopping = { rule: 'lossless', ...plain } as const
      const course = { winMargin: match.winMargin, settled: [], open: match.prompts, pardonable: 0 }
      let played = 0
      for (let each = 0; each < 1000; each++) {
        const heard: Heard[] = []
        while (heard.length < match.prompts && stoppedBy(course, stopping, heard) === undefined)
          heard.push({ winner: verdict(match.decisiveRate, strength) })
        played += heard.length
      }
      expect(Math.abs(played / 1000 - expectedDuels({ ...match, strength, stopping }))).toBeLessThan(1)
    },
  )

  it('are all where nothing is stopped, and fewer by a test', () => {
    const at = (rule: 'lossless' | 'sequential' | 'gsprt') =>
      expectedDuels({ ...match, strength: -0.3, stopping: { rule, ...plain } })
    expect(expectedDuels({ ...match, strength: -0.3, stopping: undefined })).toBe(40)
    expect(at('sequential')).toBeLessThan(at('lossless'))
    expect(at('gsprt')).toBeLessThan(at('lossless'))
  })

  it('cost calls, tokens, money and time', () => {
    const rates = {
      callsPerDuel: 2,
      tokensIn: 3000,
      tokensOut: 500,
      priceIn: 1,
      priceOut: 2,
      latency: 9,
      concurrency: 5,
    }
    expect(costOf(10, 100, rates)).toEqual({ duels: 1000, calls: 2000, tokens: 7e6, money: 8, hours: 1 })
  })
})
