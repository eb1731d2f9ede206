import { describe, expect, it } from 'vitest'
import { activeLeader, currentLeader, leaderIn, nextLeader } from '../../src/rules/leader.ts'
import type { LeaderEntry, Leaders } from '../../src/state/leader.ts'
import { LEADER, type Winner } from '../../src/state/winner.ts'
import fc from '../support/properties.ts'
import { configOf } from './config.ts'

const entryOf = (changes: Partial<LeaderEntry> = {}): LeaderEntry => ({
  hotkey: 'alice',
  repo: 'alice/code',
  commit: 'a1',
  docker: 'registry/alice:a1',
  weight: 1,
  effective_block: 100,
  ...changes,
})
const winnerOf = (hotkey: string, commit = 'a1', repo = 'alice/code'): Winner => ({
  winner_hotkey: hotkey,
  repo,
  commit,
  docker_image: `registry/${hotkey}:${commit}`,
})
const legacy = configOf()
const v1 = configOf({ rules: 'v1' })
const defended = winnerOf(LEADER)

function next(config: typeof legacy, leaders: Leaders, winner: Winner, effectiveBlock = 200, round = 7) {
  return nextLeader({ leaders, winner, config, effectiveBlock, round })
}

describe('who leads', () => {
  const leaders = [entryOf({ effective_block: 10 }), entryOf({ effective_block: 20, weight: 0.8 })]
  it('is the last entry, or the last one in effect at a block', () => {
    expect(currentLeader(leaders)?.weight).toBe(0.8)
    expect(activeLeader(leaders, 20)?.weight).toBe(0.8)
    expect(activeLeader(leaders, 19)?.weight).toBe(1)
    expect(activeLeader(leaders, 9)).toBeUndefined()
    expect(currentLeader([])).toBeUndefined()
  })
})

describe.each([
  ['legacy', legacy],
  ['v1', v1],
])('the next entry under %s rules', (_, config) => {
  it('carries the digest of the image from the winner to whoever defends it', () => {
    const image_digest = `sha256:${'d'.repeat(64)}`
    const crowned = next(v1, [], { ...winnerOf('alice'), image_digest })
    expect(crowned).toMatchObject({ docker: 'registry/alice:a1', image_digest })
    expect(next(v1, [crowned as LeaderEntry], defended, 900, 8)).toMatchObject({ weight: 0.8, image_digest })
  })

  it('is the winner at full weight, from the given block on', () => {
    expect(next(config, [entryOf()], winnerOf('bob', 'b1', 'bob/code'))).toMatchObject({
      hotkey: 'bob',
      repo: 'bob/code',
      commit: 'b1',
      docker: 'registry/bob:b1',
      weight: 1,
      effective_block: 200,
    })
    expect(next(config, [], winnerOf('bob'))).toMatchObject({ hotkey: 'bob', weight: 1 })
  })

  it('decays with every defence in clean steps, down to the floor and no further', () => {
    const leaders: LeaderEntry[] = [entryOf()]
    for (let round = 0; round < 10; round++) {
      const entry = next(config, leaders, defended, 200 + round, round)
      if (entry) leaders.push(entry)
    }
    expect(leaders.map(({ weight }) => weight)).toEqual([1, 0.8, 0.6, 0.4, 0.2])
    expect(new Set(leaders.map(({ hotkey }) => hotkey))).toEqual(new Set(['alice']))
  })

  it('follows the examples with a floor of one half', () => {
    const half = { ...config, weight_floor: 0.5 }
    expect(next(half, [entryOf({ weight: 1 })], defended)?.weight).toBe(0.8)
    expect(next(half, [entryOf({ weight: 0.8 })], defended)?.weight).toBe(0.6)
    expect(next(half, [entryOf({ weight: 0.6 })], defended)?.weight).toBe(0.5)
    expect(next(half, [entryOf({ weight: 0.2 })], defended)).toBeUndefined()
  })

  it('counts a win with the reigning code as a defence, whoever entered it', () => {
    expect(next(config, [entryOf()], winnerOf('copycat'))).toMatchObject({ hotkey: 'alice', weight: 0.8 })
  })

  it('keeps fields that it does not know on a defence, and drops them on a change', () => {
    const leaders = [entryOf({ hardware: ['H200'] })]
    expect(next(config, leaders, defended)?.hardware).toEqual(['H200'])
    expect(next(config, leaders, winnerOf('bob', 'b1'))).not.toHaveProperty('hardware')
  })

  it('is nothing when nobody leads and nobody won', () => {
    expect(next(config, [], defended)).toBeUndefined()
  })

  it('never takes effect before or at the same block as the last one', () => {
    expect(next(config, [entryOf({ effective_block: 500 })], defended, 500)?.effective_block).toBe(501)
    expect(next(config, [entryOf({ effective_block: 500 })], winnerOf('bob', 'b1'), 3)?.effective_block).toBe(501)
  })
})

describe('v1 beyond legacy', () => {
  it('records the round, and applies it once only', () => {
    const first = next(v1, [entryOf({ round: 6 })], defended)
    expect(first).toMatchObject({ round: 7, weight: 0.8 })
    expect(next(v1, [entryOf({ round: 6 }), first!], defended)).toBeUndefined()
    expect(next(v1, [entryOf({ round: 6 }), first!], winnerOf('bob', 'b1'))).toBeUndefined()
    expect(next(v1, [entryOf({ round: 6 }), first!], defended, 300, 8)).toMatchObject({ round: 8, weight: 0.6 })
  })

  it('does not reset the weight of a leader that beats itself with new code', () => {
    const better = winnerOf('alice', 'a2')
    expect(next(v1, [entryOf({ weight: 0.6 })], better)).toMatchObject({ commit: 'a2', weight: 0.4 })
    expect(next(v1, [entryOf({ weight: 0.2 })], better)).toMatchObject({ commit: 'a2', weight: 0.2 })
    expect(next(legacy, [entryOf({ weight: 0.6 })], better)).toMatchObject({ commit: 'a2', weight: 1 })
  })

  it('leaves no round in a legacy entry', () => {
    expect(next(legacy, [entryOf({ round: 6 })], defended)).not.toHaveProperty('round')
    expect(next(legacy, [entryOf({ round: 6 })], winnerOf('bob', 'b1'))).not.toHaveProperty('round')
  })
})

describe('a round that is void', () => {
  it.each([legacy, v1])('changes nothing, whoever is named', (config) => {
    for (const winner of [defended, winnerOf('bob', 'b1')])
      expect(next(config, [entryOf()], { ...winner, void: 'interventions/0001.json' })).toBeUndefined()
  })
})

describe('another attempt at a round that was crowned already', () => {
  const again = (leaders: Leaders, winner: Winner, attempt = 2) =>
    nextLeader({ leaders, winner, config: v1, effectiveBlock: 300, round: 7, attempt })
  const before = entryOf({ round: 6, weight: 0.8 })
  const crowned = next(v1, [before], winnerOf('bob', 'b1'))!

  it('adds what holds instead, and takes nothing out', () => {
    expect(again([before, crowned], winnerOf('carol', 'c1'))).toMatchObject({
      hotkey: 'carol',
      weight: 1,
      effective_block: 300,
      round: 7,
      attempt: 2,
    })
    expect(again([before, crowned], defended)).toMatchObject({ hotkey: 'alice', weight: 0.6, attempt: 2 })
    expect(again([before, crowned], { ...defended, void: 'x' })).toMatchObject({ hotkey: 'alice', weight: 0.8 })
    expect(again([crowned], { ...defended, void: 'x' })).toMatchObject({ hotkey: 'bob', weight: 0 })
  })

  it('adds nothing where the same holds, or twice', () => {
    expect(again([before, crowned], winnerOf('bob', 'b1'))).toBeUndefined()
    const second = again([before, crowned], winnerOf('carol', 'c1'))!
    expect(again([before, crowned, second], winnerOf('dave', 'd1'))).toBeUndefined()
    expect(again([before, crowned, second], winnerOf('bob', 'b1'), 3)).toMatchObject({ hotkey: 'bob', attempt: 3 })
  })

  it('knows who reigned while it was played', () => {
    expect(leaderIn([before, crowned], 7)).toBe(before)
    expect(leaderIn([before, crowned], 8)).toBe(crowned)
  })

  it('ends with the crown that a single attempt would have given', () => {
    const winners = fc.array(fc.tuple(fc.constantFrom(LEADER, 'alice', 'bob'), fc.constantFrom('a1', 'a2', 'b1')), {
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(winners, (results) => {
        const leaders: LeaderEntry[] = [before]
        for (const [at, [hotkey, commit]] of results.entries()) {
          const entry = again(leaders, winnerOf(hotkey, commit), at + 1)
          if (entry !== undefined) leaders.push(entry)
        }
        const [hotkey, commit] = results.at(-1)!
        const { hotkey: who, weight } = next(v1, [before], winnerOf(hotkey, commit)) ?? before
        expect(leaders.at(-1)).toMatchObject({ hotkey: who, weight })
      }),
    )
  })
})

describe('over any sequence of results', () => {
  const fraction = fc.double({ min: 0, max: 1, noNaN: true })
  const results = fc.array(
    fc.tuple(fc.constantFrom(LEADER, 'alice', 'bob'), fc.constantFrom('a1', 'a2', 'b1'), fc.nat(500)),
    {
      maxLength: 30,
    },
  )

  it('weights stay between floor and 1, blocks increase, and defences end exactly at the floor', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(legacy, v1),
        fraction,
        fraction,
        results,
        (base, weight_decay, weight_floor, sequence) => {
          const config = { ...base, weight_decay, weight_floor }
          const leaders: LeaderEntry[] = [entryOf()]
          let round = 0
          const play = (winner: Winner, block: number) => {
            const entry = nextLeader({ leaders, winner, config, effectiveBlock: block, round: round++ })
            if (entry === undefined) return
            expect(entry.effective_block).toBeGreaterThan(leaders.at(-1)!.effective_block)
            expect(entry.weight).toBeGreaterThanOrEqual(weight_floor)
            expect(entry.weight).toBeLessThanOrEqual(1)
            leaders.push(entry)
          }
          for (const [hotkey, commit, block] of sequence) play(winnerOf(hotkey, commit), block)
          fc.pre(weight_decay > 0.01)
          for (let i = 0; i < 101; i++) play(defended, 1000 + i)
          expect(leaders.at(-1)!.weight).toBe(weight_floor)
        },
      ),
    )
  })
})
