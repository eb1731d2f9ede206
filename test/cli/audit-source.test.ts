import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ClockChain } from '../../src/chain/clock-chain.ts'
import { reviewSource } from '../../src/engine/review-source.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { files } from '../../src/state/index.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { roundkeeper } from '../support/in-process-cli.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const better = miner('better', 5)

describe('audit source', () => {
  let game: TestCompetition
  const source = (...args: string[]) => roundkeeper('audit', 'source', ...args, '--dir', join(game.dir, 'operator'))

  beforeAll(async () => {
    const config = testConfig({ source_audit: 'required', last_competition_date: '2026-03-01' })
    game = await competition({ config, leader: base, miners: [good, better], before: everyRound(good, better) })
    await mkdir(join(game.dir, 'operator'))
    const { clock } = game
    await ClockChain.create(join(game.dir, 'operator', 'chain.json'), { genesis: clock.now(), seed: 'x', clock })
    const settings = { repo: '../state.git', operator: { name: 'Ada', email: 'ada@example.com' } }
    await writeFile(join(game.dir, 'operator', 'roundkeeper.json'), JSON.stringify(settings))
  })
  afterAll(async () => {
    await rm(join(game.dir, 'operator'), { recursive: true })
    await game[Symbol.asyncDispose]()
  })

  it('cannot be before the duels', async () => {
    const { code, stderr } = await source('approve', good.hotkey, '--reason', 'x')
    expect(code).toBe(1)
    expect(stderr).toMatch(/round 0 is in open[\s\S]*during the duels/)
  })

  it('is waited for, and refused to whom nobody asked about', async () => {
    expect((await game.play()).waiting).toMatchObject({ for: expect.stringContaining('source audit of 5good') })
    expect((await source('approve', '5nobody', '--reason', 'x')).stderr).toMatch(
      /5nobody is not in round 0[\s\S]*These are: 5good/,
    )
    expect((await source('approve', '5', '--reason', 'x')).stderr).toMatch(/the beginning of 2 hotkeys/)
    expect((await source('approve', '5good')).code).toBe(2)
  })

  it('a dry run records nothing', async () => {
    const head = await game.repo.head()
    expect((await source('reject', '5good', '--reason', 'x', '--dry-run')).stdout).toContain('would record')
    expect(await game.repo.head()).toBe(head)
  })

  it('goes on record once, under the name of the person, and decides the round', async () => {
    const { code, stdout } = await source('reject', '5better', '--reason', 'models are\n downloaded', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ hotkey: better.hotkey, verdict: 'failed', round: 0 })
    expect((await source('approve', '5better', '--reason', 'y')).stderr).toMatch(/decided already: failed/)
    expect((await source('approve', '5good', '--reason', 'read in full')).stdout).toMatch(/5good.* passed/)
    const reviews = await (await game.now()).read(files.sourceAudit, 0)
    expect(reviews[0]).toMatchObject({ by: 'Ada <ada@example.com>', commit: better.commit, verdict: 'failed' })
    const report = await game.play()
    expect(report.errors).toEqual([])
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
    await using history = await openHistory(join(game.dir, 'state.git'))
    const { findings } = await verify(history)
    // The person's clock is this machine's, the engine's is virtual.
    const told = findings.filter(({ severity, code }) => severity !== 'note' && code !== 'history/date')
    expect(told).toEqual([])
  })

  it('cannot be of a round that is over', async () => {
    const { repo, clock, identities } = game
    const wanted = { hotkey: good.hotkey, verdict: 'failed', reason: 'x' } as const
    await expect(reviewSource({ repo, clock, by: identities.operator }, wanted)).rejects.toMatchObject({
      code: 'usage',
    })
  })
})
