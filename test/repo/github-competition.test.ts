import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GithubRepo } from '../../src/repo/github/github-repo.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { verify } from '../../src/verify/verify.ts'
import { competition, everyRound, miner, testConfig } from '../support/competition.ts'
import { REPOSITORY, startGithubGit } from '../support/github-git.ts'
import { limitedRepo } from '../support/limited-repo.ts'
import { gitIsMissing } from './support.ts'

const LATER_MS = 3_600_000

describe.skipIf(await gitIsMissing())('a competition that is kept through GitHub’s API', () => {
  it('verifies as any other, also where decisions are cut into many commits', async () => {
    const miners = [miner('good', 3), miner('better', 5)]
    const config = testConfig({ last_competition_date: '2026-03-01' })
    await using game = await competition({ config, leader: miner('base', 1), miners })
    const { clock } = game
    await using github = await startGithubGit({ gitdir: join(game.dir, 'state.git'), now: () => clock.now() })
    const repo = limitedRepo(new GithubRepo(REPOSITORY, { branch: 'main', clock, baseUrl: github.url }), 2_000)
    const enter = everyRound(...miners)
    const commits: string[] = []
    for (let status = ''; status !== 'finished'; ) {
      await enter(game)
      const report = await game.tick({ repo, commitEveryMs: LATER_MS })
      expect(report.errors).toEqual([])
      commits.push(...report.commits)
      status = report.status
      clock.set(new Date(Math.max(report.waiting?.eta?.getTime() ?? 0, clock.now().getTime() + 1_000)))
    }
    await using history = await openHistory(join(game.dir, 'state.git'))
    const { findings, decisions } = await verify(history)
    expect(commits.length).toBeGreaterThan(8)
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(decisions.filter(({ level }) => level !== 'proved')).toEqual([])
  })
})
