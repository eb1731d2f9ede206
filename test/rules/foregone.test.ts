import { describe, expect, it } from 'vitest'
import { foregone } from '../../src/rules/foregone.ts'
import { beats } from '../../src/rules/throne.ts'
import { type TimelineInput, timeline } from '../../src/rules/timeline.ts'
import { LEADER } from '../../src/state/winner.ts'
import fc from '../support/properties.ts'
import { lineOf, type TinyRound, tinyRounds } from './tiny-rounds.ts'
import { exampleOf, MARGINS, QUALIFIED } from './worked-example.ts'

/** Plays the worked example: all wait for audits as late as they can. */
function played(sparing: boolean) {
  const judged = new Map([...MARGINS].filter(([pair]) => pair.startsWith('leader ')))
  const [approved, rejected, asked] = [new Set<string>(), new Set<string>(), new Set<string>()]
  for (;;) {
    const line = timeline({ ...exampleOf([...approved], [...rejected], judged), sparing })
    for (const hotkey of line.requests) asked.add(hotkey)
    if (line.winner !== undefined)
      return { winner: line.winner, asked: [...asked], matches: [...judged.keys()].slice(QUALIFIED.length) }
    if (line.next !== undefined) {
      const pair = `${line.next.left} ${line.next.right}`
      judged.set(pair, MARGINS.get(pair) as number)
    } else for (const hotkey of line.waitingFor) (hotkey === 'F' ? approved : rejected).add(hotkey)
  }
}

describe('the worked example', () => {
  it('takes every match between those who were rejected, and all their audits, where nothing is spared', () => {
    const { winner, asked, matches } = played(false)
    expect(winner).toBe('F')
    expect(asked).toEqual([...'AFBCDE'])
    expect(matches).toHaveLength(21)
  })

  it('takes only F against each of them otherwise, and no audit that cannot matter', () => {
    const { winner, asked, matches } = played(true)
    expect(winner).toBe('F')
    expect(asked).toEqual([...'AFB'])
    expect(matches).toEqual([
      ...[...'BCDEF'].map((right) => `A ${right}`),
      ...[...'GHIJKL'].map((right) => `F ${right}`),
      ...[...'BCDE'].map((left) => `${left} F`),
    ])
  })
})

/** Everybody who wins in some way in which open audits and unjudged matches may end. */
function winners(round: TinyRound): Set<string> {
  const line = lineOf(round)
  const open = round.order.filter((hotkey) => !round.approved.has(hotkey) && !round.rejected.has(hotkey))
  const ends = (reigning: string, turn: number): string[] => {
    const right = round.order[turn]
    if (right === undefined) return [reigning]
    if (round.rejected.has(right) || !beats(line, LEADER, right)) return ends(reigning, turn + 1)
    const won = reigning === LEADER || beats(line, reigning, right)
    const stays = won !== true || open.includes(right) ? ends(reigning, turn + 1) : []
    return won === false ? stays : [...stays, ...ends(right, turn + 1)]
  }
  return new Set(ends(LEADER, 0))
}

describe('what is foregone', () => {
  it('is whoever wins in every way in which the round may end, and nobody else', () => {
    const seen = { told: 0, untold: 0 }
    fc.assert(
      fc.property(tinyRounds(), (any) => {
        const round = { ...any, provisional: new Set<string>() }
        const [winner, ...others] = winners(round)
        const told = timeline({ ...lineOf(round), sparing: true }).winner
        expect(told).toBe(others.length === 0 ? winner : undefined)
        seen[told === undefined ? 'untold' : 'told'] += 1
      }),
      { numRuns: 300 },
    )
    expect(Math.min(seen.told, seen.untold)).toBeGreaterThan(30)
  })

  const line = (known: Record<string, number>, rest: Partial<TimelineInput> = {}): TimelineInput => ({
    ...{ order: [...'abc'], winMargin: 1, approved: new Set('b'), rejected: new Set<string>() },
    margin: (left, right) => (left === 'leader' ? 1 : known[left + right]),
    ...rest,
  })

  it('is nothing while whoever comes last may still win', () => {
    expect(foregone(line({ ab: 1 }), [...'abc'])).toMatchObject({ winner: undefined, certain: 'b', queue: ['c'] })
  })

  it('is the winner, once nobody can beat it any more, whoever it beat', () => {
    expect(foregone(line({ ab: 1, bc: 0 }), [...'abc'])).toMatchObject({ winner: 'b', queue: [] })
  })

  it('tries whoever has passed its audits against all who may reign, but not once one of them stands up to it', () => {
    const rest = { order: [...'abcd'], approved: new Set('d') }
    expect(foregone(line({}, rest), [...'abcd']).next).toEqual({ left: 'a', right: 'd' })
    expect(foregone(line({ ad: 1 }, rest), [...'abcd']).next).toEqual({ left: 'b', right: 'd' })
    expect(foregone(line({ ad: 0 }, rest), [...'abcd']).next).toBeUndefined()
  })

  it('is not that a challenger lost to somebody whose audit may still take that away', () => {
    const rest = { order: [...'ab'], approved: new Set<string>() }
    expect(foregone(line({ ab: 0 }, { ...rest, approved: new Set('a') }), [...'ab'])).toMatchObject({ winner: 'a' })
    const open = { ...rest, approved: new Set('b'), provisional: new Set('a') }
    expect(foregone(line({ ab: 0 }, open), [...'ab']).winner).toBeUndefined()
    expect(foregone(line({ ab: 1 }, open), [...'ab']).winner).toBe('b')
  })
})
