import { describe, expect, it } from 'vitest'
import { verifyPulse } from '../../src/chain/timelock/pulse.ts'
import { files } from '../../src/state/index.ts'
import { replay } from '../../src/verify/replay.ts'
import { competition, DRAND, everyRound, hotkeyOf, miner, testConfig } from '../support/competition.ts'

const base = miner('base', 1)

describe('a competition that advances itself', () => {
  it('goes from OPEN to FINISHED: crown, defence with decay, change of leader', async () => {
    const good = miner('good', 3)
    const better = miner('better', 5)
    const cheat = miner('cheat', 9, 2)
    await using game = await competition({
      leader: base,
      miners: [good, better, cheat],
      before: async (self) => {
        const { current_round: round } = await (await self.now()).read(files.state)
        await everyRound(...(round === 2 ? [cheat, better] : [cheat, good]))(self)
      },
    })
    const report = await game.play()
    expect(report.errors).toEqual([])
    expect(report.status).toBe('finished')
    const end = await game.now()
    const winners = await Promise.all([0, 1, 2].map(async (n) => (await end.read(files.winner, n)).winner_hotkey))
    expect(winners).toEqual([good.hotkey, 'leader', better.hotkey])
    const leaders = await end.read(files.leader)
    expect(leaders.map(({ hotkey, weight }) => [hotkey, weight])).toEqual([
      [base.hotkey, 0],
      [good.hotkey, 1],
      [good.hotkey, 0.8],
      [better.hotkey, 1],
    ])
    expect((await end.read(files.generationAudits, 0))[cheat.hotkey]?.outcome).toBe('rejected')
  })

  it('does not count wins that the winner’s own image does not reproduce', async () => {
    // Two of four prompts are tolerated as mismatches, and exactly those two win the match.
    const lucky = miner(
      'lucky',
      (stem) => (/[02468]$/.test(stem) ? 9 : 1),
      (stem) => (/[02468]$/.test(stem) ? 5 : 1),
    )
    const config = testConfig({ last_competition_date: '2026-03-01', settings: { mismatch_tolerance: 1 } })
    await using game = await competition({ config, leader: base, miners: [lucky], before: everyRound(lucky) })
    expect((await game.play()).status).toBe('finished')
    const end = await game.now()
    expect((await end.read(files.matrix, 0))[0]?.margin).toBeGreaterThanOrEqual(0.25)
    expect((await end.read(files.generationAudits, 0))[lucky.hotkey]?.outcome).toBe('passed')
    expect((await end.read(files.winner, 0)).winner_hotkey).toBe('leader')
    const [replayed] = (await replay(game.repo)).rounds
    expect(replayed).toMatchObject({ winner: { equal: true }, audits: { equal: true }, leader: { equal: true } })
    expect(replayed?.audits.note).toBeUndefined()
  })

  it('does nothing the second time', async () => {
    await using game = await competition({
      leader: base,
      miners: [miner('good', 3)],
      before: everyRound(miner('good', 3)),
    })
    await game.play((report) => report.stage === 'miner_generation')
    const before = await game.repo.head()
    const again = await game.tick()
    expect(again).toMatchObject({ status: 'idle', stage: 'miner_generation', commits: [] })
    expect(await game.repo.head()).toBe(before)
  })

  it('takes one stage at a time unless told to go on', async () => {
    const good = miner('good', 3)
    await using game = await competition({ leader: base, miners: [good], before: everyRound(good) })
    await game.play((report) => report.stage === 'miner_generation')
    game.clock.advance(2 * 3_600_000)
    const stages = []
    for (let i = 0; i < 4; i++) stages.push((await game.tick({ untilIdle: false })).stage)
    expect(stages).toEqual(['downloading', 'duels', 'finalizing', 'open'])
  })

  it('goes on after a round without submissions, and carries prompts over it', async () => {
    const good = miner('good', 3)
    await using game = await competition({
      leader: base,
      miners: [good],
      before: async (self) => {
        const { current_round: round } = await (await self.now()).read(files.state)
        if (round !== 1) await everyRound(good)(self)
      },
    })
    expect((await game.play()).status).toBe('finished')
    const end = await game.now()
    expect((await end.read(files.winner, 1)).winner_hotkey).toBe('leader')
    expect(await end.find(files.prompts, 1)).toBeUndefined()
    const [carried] = await end.read(files.prompts, 2)
    expect(await end.read(files.prompts, 0)).toContain(carried)
  })

  it('crowns nobody when every miner fails', async () => {
    const broken = miner('broken', () => null)
    await using game = await competition({ leader: base, miners: [broken], before: everyRound(broken) })
    expect((await game.play()).status).toBe('finished')
    const end = await game.now()
    expect((await end.read(files.winner, 0)).winner_hotkey).toBe('leader')
    const submitted = await end.read(files.submitted, 0, broken.hotkey)
    expect(Object.values(submitted).map((output) => output.failure)).toContain('http_404: 404 Not Found')
  })

  it('takes its seed from a drand round that was named in advance', async () => {
    const good = miner('good', 3)
    await using game = await competition({
      config: testConfig({ randomness: 'drand', drand: DRAND }),
      leader: base,
      miners: [good],
      before: everyRound(good),
    })
    expect((await game.play()).status).toBe('finished')
    const end = await game.now()
    const named = (await end.read(files.schedule, 0)).randomness
    expect(named).toMatchObject({ kind: 'drand', chain: DRAND.public_key })
    const { randomness, value = '', signature = '' } = await end.read(files.seed, 0)
    expect(randomness).toEqual(named)
    expect(named?.kind === 'drand' && verifyPulse(named.round, signature, value, DRAND.public_key)).toBe(true)
    expect((await replay(game.repo)).rounds.map(({ seed }) => seed.equal)).toEqual([true, true, true])
  })

  it('starts without any leader, and crowns the first who delivers', async () => {
    const good = miner('good', 3)
    await using game = await competition({ miners: [good], before: everyRound(good) })
    expect((await game.play()).status).toBe('finished')
    const leaders = await (await game.now()).read(files.leader)
    expect(leaders[0]).toMatchObject({ hotkey: good.hotkey, weight: 1 })
  })

  it('stays without a leader when nobody ever comes', async () => {
    await using game = await competition()
    expect((await game.play()).status).toBe('finished')
    const end = await game.now()
    expect(await end.find(files.leader)).toEqual([])
    expect((await end.read(files.winner, 0)).winner_hotkey).toBe('leader')
  })

  it('records the same code once, with a reason for the copy', async () => {
    const good = miner('good', 3)
    const copy = { ...miner('copy', 3), repo: good.repo, commit: good.commit }
    await using game = await competition({ leader: base, miners: [good, copy], before: everyRound(good, copy) })
    await game.play((report) => report.stage === 'miner_generation')
    const now = await game.now()
    expect(Object.keys(await now.read(files.submissions, 0))).toEqual([good.hotkey])
    const record = (await now.read(files.reveals, 0)).hotkeys.find(({ hotkey }) => hotkey === copy.hotkey)
    expect(record?.outcome).toBe('duplicate')
    expect(record?.reason).toContain(good.hotkey)
  })

  it('survives reveals that are garbage', async () => {
    const good = miner('good', 3)
    await using game = await competition({
      leader: base,
      miners: [good],
      before: async (self) => {
        await everyRound(good)(self)
        const { number } = await self.chain.head()
        for (const [i, text] of ['1', 'null', '["repo"]', '{"commit": 5}', '['.repeat(50_000), '\u0000'].entries()) {
          await self.chain.reveal(hotkeyOf(`garbage${i}`), text, number + 1)
        }
      },
    })
    const report = await game.play((r) => r.stage === 'miner_generation')
    expect(report.errors).toEqual([])
    const records = (await (await game.now()).read(files.reveals, 0)).hotkeys
    expect(records.filter(({ outcome }) => outcome === 'accepted').map(({ hotkey }) => hotkey)).toEqual([good.hotkey])
    expect(records.filter(({ outcome }) => outcome !== 'accepted').every(({ reason }) => reason !== '')).toBe(true)
  })

  it('waits for a person’s source audit, is late when it is overdue, and goes on with it', async () => {
    const good = miner('good', 3)
    await using game = await competition({
      config: testConfig({ source_audit: 'required', audit_deadline_hours: 2 }),
      leader: base,
      miners: [good],
      before: everyRound(good),
    })
    const waiting = await game.play((report) => report.stage === 'duels')
    expect(waiting).toMatchObject({
      stage: 'duels',
      waiting: { for: `the source audit of ${good.hotkey.slice(0, 10)}` },
    })
    game.clock.advance(3 * 3_600_000)
    expect((await game.tick()).status).toBe('late')
    const audits = files.sourceAudit.serialise([{ hotkey: good.hotkey, verdict: 'passed', reason: '' }])
    await game.repo.commit(
      await game.repo.head(),
      { files: new Map([[files.sourceAudit.path(0), audits]]), message: 'Source audit', trailers: {} },
      { name: 'A Person', email: 'person@roundkeeper.test', at: game.clock.now() },
    )
    expect(await game.tick()).toMatchObject({ status: 'advanced', round: 1, stage: 'open' })
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe(good.hotkey)
  })
})
