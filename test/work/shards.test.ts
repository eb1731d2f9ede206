import { afterEach, describe, expect, it } from 'vitest'
import { competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { Gathering } from './gathering.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const other = miner('other', 2)
const MINERS = [base, good, other]
const games: TestCompetition[] = []
afterEach(async () => {
  for (const game of games.splice(0)) await game[Symbol.asyncDispose]()
})

async function tiny(): Promise<TestCompetition> {
  const config = testConfig({ last_competition_date: '2026-03-01', settings: { deadline_sweep: true } })
  const before = everyRound(good, other)
  const game = await competition({ config, leader: base, miners: [good, other], before })
  games.push(game)
  return game
}

describe('a round whose work is done elsewhere', () => {
  it('ends at the same commit, in one piece or in shards', async () => {
    const alone = await tiny()
    expect((await alone.play()).status).toBe('finished')
    const gathering = new Gathering(await tiny(), MINERS)
    const report = await gathering.play(async () => [(await gathering.work()).folder])
    expect(report.status).toBe('finished')
    expect(await gathering.game.repo.head()).toBe(await alone.repo.head())
  })
})
