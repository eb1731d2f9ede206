import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { intervene, type Wanted } from '../../src/engine/intervene.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import type { Identity } from '../../src/repo/state-repo.ts'
import { verify } from '../../src/verify/verify.ts'
import { gitIsMissing } from '../repo/support.ts'
import { sshIsMissing } from '../signing/ssh.ts'
import { competition, everyRound, miner, type TestCompetition, testConfig } from '../support/competition.ts'

const missing = (await gitIsMissing()) || (await sshIsMissing())
const [base, weak, good] = [miner('base', 1), miner('weak', 0.5), miner('good', 3)]

const games: TestCompetition[] = []
afterEach(async () => {
  for (const game of games.splice(0)) await game[Symbol.asyncDispose]()
})

async function signedGame(): Promise<TestCompetition> {
  const config = testConfig({ last_competition_date: '2026-03-02' })
  const miners = [base, weak, good]
  const game = await competition({ signed: true, config, leader: base, miners, before: everyRound(weak, good) })
  games.push(game)
  return game
}

const act = ({ repo, clock }: TestCompetition, by: Identity, wanted: Wanted) =>
  intervene({ repo, clock, by, run: 'test', engine: 'test', commitEveryMs: 0 }, wanted, 'because')

describe('a signed competition', () => {
  it('is whole when the engine and the person in charge sign: nothing is found, acts aside', async () => {
    const game = await signedGame()
    const { operator } = game.identities
    await game.play(({ stage }) => stage === 'miner_generation')
    await act(game, operator, { kind: 'pause' })
    await act(game, operator, { kind: 'resume' })
    game.clock.advance(2 * 3_600_000)
    while ((await game.tick({ untilIdle: false })).stage !== 'finalizing');
    await act(game, operator, { kind: 'redo-stage', stage: 'duels', baseline: true })
    await act(game, operator, { kind: 'note' })
    expect(await game.play()).toMatchObject({ status: 'finished', errors: [] })

    await using history = await openHistory(join(game.dir, 'state.git'))
    const { findings, signatures, commits } = await verify(history)
    expect(findings.filter(({ code }) => code !== 'intervention/act')).toEqual([])
    expect(signatures).toMatchObject({ trust: 'first-use', demanded: commits, trusted: commits })
    if (missing) return
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', join(game.dir, 'state.git'), ...args], { encoding: 'utf8', stdio: 'pipe' })
    const list = join(game.dir, 'allowed')
    await writeFile(list, git('show', 'main:policy/allowed_signers'))
    const all = git('rev-list', 'main').trim().split('\n')
    expect(all).toHaveLength(commits)
    git('-c', `gpg.ssh.allowedSignersFile=${list}`, 'verify-commit', ...all) // throws unless all are good
  })

  it('is not touched by an engine without its key, nor by one that acts as a person', async () => {
    const game = await signedGame()
    const { engine } = game.identities
    const { signer: _, ...keyless } = engine
    const head = await game.repo.head()
    await expect(act(game, engine, { kind: 'pause' })).rejects.toMatchObject({ code: 'unauthorised' })
    await expect(act(game, keyless, { kind: 'pause' })).rejects.toMatchObject({ code: 'unauthorised' })
    await game.enter(weak, 1000)
    game.clock.advance(26 * 3_600_000)
    const report = await game.tick({ by: keyless }).catch((error: unknown) => ({ errors: [error] }))
    expect(report.errors[0]).toMatchObject({ code: 'unauthorised', hint: expect.stringContaining('signing_key') })
    expect(await game.repo.head()).toBe(head)
    expect(await game.tick()).toMatchObject({ errors: [] })
    expect(await game.repo.head()).not.toBe(head)
  })
})
