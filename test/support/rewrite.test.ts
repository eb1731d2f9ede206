import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { files } from '../../src/state/index.ts'
import { competition, everyRound, miner } from './competition.ts'
import { altered, forged, onTop, plansAt, positionOf, textAt, writeHistory } from './rewrite.ts'

const base = miner('base', 1)
const good = miner('good', 3)

describe('a history written anew', () => {
  it('is the same down to the ids when nothing is altered, and another one from the altered commit on', async () => {
    await using game = await competition({ leader: base, miners: [good], before: everyRound(good) })
    await game.play(({ round }) => round === 1)
    const plans = await plansAt(game.repo.id)
    const same = await writeHistory(join(game.dir, 'same.git'), plans)
    expect(same.oids.at(-1)).toBe(await game.repo.head())

    const at = positionOf(plans, 'Round 0: downloading')
    const forgery = altered(plans, at, {
      ...forged(files.leader, [], (leaders) => leaders.map((entry) => ({ ...entry, weight: 0.5 }))),
      'rounds/0/seed.json': () => null,
    })
    const other = await writeHistory(join(game.dir, 'other.git'), forgery)
    expect(other.oids.slice(0, at)).toEqual(same.oids.slice(0, at))
    expect(other.oids[at]).not.toBe(same.oids[at])
    const weights = (text: string | undefined) => text?.match(/"weight": [\d.]+/g)
    expect(weights(textAt(forgery, at, 'leader.json'))).toEqual(['"weight": 0.5'])
    expect(weights(textAt(forgery, plans.length - 1, 'leader.json'))).toEqual(['"weight": 0.5', '"weight": 0.5'])
    expect(textAt(forgery, at, 'rounds/0/seed.json')).toBeUndefined()
    expect(onTop(plans, { 'state.json': () => '{}' }).at(-1)?.files).toEqual({ 'state.json': '{}' })
  })
})
