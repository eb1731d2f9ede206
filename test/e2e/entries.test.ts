// Who is let in when the window closes, from chain and git host to the auditor.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Chain } from '../../src/chain/chain.ts'
import type { CodeAnswer, CodeHost } from '../../src/repo/code-host.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { files } from '../../src/state/index.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, miner, type TestCompetition, testConfig } from '../support/competition.ts'

const [ann, bob, cid, dan] = [miner('ann', 3), miner('bob', 3), miner('cid', 3), miner('dan', 3)]
const everybody = [ann, bob, cid, dan]
const config = testConfig({ last_competition_date: '2026-03-01' })

/** All of them enter, and the window closes. */
async function entered(miners = everybody): Promise<TestCompetition> {
  const game = await competition({ config, leader: miner('base', 1), miners })
  const { latest_reveal_block: latest } = await (await game.now()).read(files.schedule, 0)
  const { number } = await game.chain.head()
  for (const [i, each] of miners.entries()) await game.enter(each, number + 1 + 5 * i)
  game.clock.advance((latest + 5 - number) * 12_000)
  return game
}

async function recordsOf(game: TestCompetition) {
  const { hotkeys } = await (await game.now()).read(files.reveals, 0)
  return Object.fromEntries(
    hotkeys.map(({ hotkey, reason_code, repository, registered_at_block }) => [
      hotkey.slice(1, 4),
      [reason_code, repository, registered_at_block],
    ]),
  )
}

async function judged(game: TestCompetition) {
  await using history = await openHistory(join(game.dir, 'state.git'))
  const { findings, decisions } = await verify(history)
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
  return decisions.find(({ kind }) => kind === 'submissions')
}

const saying = (answers: Record<string, CodeAnswer['found'] | CodeAnswer>) => {
  const asked: string[] = []
  const host: CodeHost = {
    async find(repo, commit) {
      asked.push(`${repo}@${commit}`)
      const answer = answers[repo] ?? 'yes'
      return typeof answer === 'string' ? { found: answer } : answer
    },
  }
  return { host, asked }
}

describe('an entry', () => {
  it('is refused when its host has not got its code, and let in when the host is silent', async () => {
    await using game = await entered()
    const { host, asked } = saying({ 'bob/model': 'no', 'cid/model': 'unknown' })
    expect((await game.tick({ codeHost: host })).errors).toEqual([])
    // A host may be in trouble: whoever it does not know is asked for again.
    expect([...new Set(asked)].sort()).toEqual(everybody.map(({ repo, commit }) => `${repo}@${commit}`))
    expect(asked.filter((code) => code.startsWith('bob/'))).toHaveLength(3)
    expect(asked).toHaveLength(everybody.length + 2)
    expect(await recordsOf(game)).toEqual({
      ann: [undefined, 'found', undefined],
      bob: ['commit-missing', 'missing', undefined],
      cid: [undefined, 'unreachable', undefined],
      dan: [undefined, 'found', undefined],
    })
    expect(Object.keys(await (await game.now()).read(files.submissions, 0))).toHaveLength(3)
    expect(await judged(game)).toMatchObject({ level: 'consistent', note: expect.stringContaining('1 refused') })
  })

  it('goes to the hotkey that its commit names, though a copy was there before', async () => {
    // The copy enters five blocks before the owner.
    const thief = { ...miner('thief', 3), commit: ann.commit }
    await using game = await entered([thief, ann, bob])
    const { host } = saying({ 'ann/model': { found: 'yes', hotkey: ann.hotkey }, 'thief/model': 'unknown' })
    expect((await game.tick({ codeHost: host })).errors).toEqual([])
    const { hotkeys } = await (await game.now()).read(files.reveals, 0)
    const told = hotkeys.map(({ hotkey, reason_code, repository, commit_hotkey }) => [
      hotkey.slice(1, 4),
      [reason_code, repository, commit_hotkey],
    ])
    expect(Object.fromEntries(told)).toEqual({
      ann: [undefined, 'found', ann.hotkey],
      bob: [undefined, 'found', undefined],
      thi: ['other-hotkey', 'unreachable', ann.hotkey],
    })
    expect(Object.keys(await (await game.now()).read(files.submissions, 0))).toEqual([ann.hotkey, bob.hotkey])
    expect(await judged(game)).toMatchObject({
      level: 'consistent',
      note: '1 refused: the host had commits that name other hotkeys',
    })
  })

  it('that names its hotkey leaves nothing to be believed where a copy comes later anyway', async () => {
    const thief = { ...miner('thief', 3), commit: ann.commit }
    await using game = await entered([ann, thief])
    const { host } = saying({ 'ann/model': { found: 'yes', hotkey: ann.hotkey } })
    await game.tick({ codeHost: host })
    const { hotkeys } = await (await game.now()).read(files.reveals, 0)
    expect(hotkeys.find(({ hotkey }) => hotkey === thief.hotkey)?.reason_code).toBe('other-hotkey')
    expect(await judged(game)).toMatchObject({ level: 'proved' })
  })

  it('of a host that is down counts, after a few questions', async () => {
    const many = Array.from({ length: 30 }, (_, i) => miner(`many${i}`, 3))
    await using game = await entered(many)
    const { host, asked } = saying(Object.fromEntries(many.map(({ repo }) => [repo, 'unknown' as const])))
    await game.tick({ codeHost: host })
    expect(asked.length).toBeLessThan(15)
    expect(Object.keys(await (await game.now()).read(files.submissions, 0))).toHaveLength(30)
    expect(await judged(game)).toMatchObject({ level: 'proved' })
  })

  it('whose host knows nobody decides the round at once', async () => {
    await using game = await entered()
    const { host } = saying(Object.fromEntries(everybody.map(({ repo }) => [repo, 'no' as const])))
    const report = await game.tick({ codeHost: host })
    expect(report.errors).toEqual([])
    expect((await (await game.now()).read(files.winner, 0)).winner_hotkey).toBe('leader')
  })

  it('is of a hotkey that is registered, and not from before that', async () => {
    await using game = await entered()
    const { earliest_reveal_block: first } = await (await game.now()).read(files.schedule, 0)
    const reveals = await game.chain.reveals(17, (await game.chain.head()).number)
    const blockOf = (who: typeof ann) => reveals.find(({ hotkey }) => hotkey === who.hotkey)?.block ?? 0
    const registrations = new Map([
      [ann.hotkey, 0],
      [bob.hotkey, blockOf(bob)],
      [cid.hotkey, blockOf(cid) + 1],
    ])
    const { chain } = game
    const registered: Chain = {
      network: 'registered',
      head: () => chain.head(),
      block: (number) => chain.block(number),
      reveals: (netuid, block) => chain.reveals(netuid, block),
      registrations: async () => registrations,
      randomness: (source) => chain.randomness(source),
    }
    expect((await game.tick({ chain: registered })).errors).toEqual([])
    expect(first).toBeLessThanOrEqual(blockOf(ann))
    expect(await recordsOf(game)).toEqual({
      ann: [undefined, undefined, 0],
      bob: [undefined, undefined, blockOf(bob)],
      cid: ['not-committed', undefined, blockOf(cid) + 1],
      dan: ['not-registered', undefined, null],
    })
    expect(await judged(game)).toMatchObject({ level: 'proved' })
  })
})
