/**
 * A long competition in a bare repository, played by the real engine in a world of numbers: every commit is what an
 * engine writes, and legal. The same settings give the same commits.
 */
import { execFileSync } from 'node:child_process'
import { ClockChain } from '../../src/chain/clock-chain.ts'
import { advance } from '../../src/engine/advance.ts'
import { foundCompetition } from '../../src/engine/found.ts'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import { Snapshot } from '../../src/engine/snapshot.ts'
import { VirtualClock } from '../../src/engine/virtual-clock.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { configSchema, files } from '../../src/state/index.ts'
import { owners } from '../../stages/index.ts'
import { ImportRepo } from './import-repo.ts'
import { MemoryStore, minerOf, type SyntheticMiner, syntheticPorts } from './ports.ts'

export interface Shape {
  /** It ends with the round in which there are as many. */
  readonly commits: number
  readonly miners: number
  readonly prompts: number
}

const START = new Date('2026-03-01T07:00:00Z')
const BY = { name: 'Bench', email: 'bench@example.org' }
const POOL = 5_000

export async function play(gitdir: string, { commits, miners, prompts }: Shape): Promise<number> {
  execFileSync('git', ['init', '-q', '--bare', '--initial-branch=main', gitdir])
  const clock = new VirtualClock(START, { autoAdvance: true })
  const chain = new ClockChain({ genesis: new Date(START.getTime() - 3_600_000), seed: 'bench', clock })
  const repo = new ImportRepo(gitdir)
  const store = new MemoryStore()
  let entered: SyntheticMiner[] = []
  const format = generation3d({ store, ...syntheticPorts(() => entered) })
  const founding = foundCompetition({
    config: configOf(prompts),
    pool: Array.from(
      { length: POOL },
      (_, i) => `https://prompts.example.org/images/p${String(i).padStart(5, '0')}.png`,
    ),
    leaders: [leaderOf(minerOf(0, 0))],
    head: await chain.head(),
  })
  const trailers = {} // a competition is founded by a person
  await repo.commit(
    '',
    { files: founding.files, message: founding.messages.join('\n'), trailers },
    { ...BY, at: clock.now() },
  )

  let round = -1
  for (;;) {
    const snapshot = new Snapshot(repo, await repo.head())
    const { stage, current_round: now } = await snapshot.read(files.state)
    if (stage === 'open' && now !== round) {
      if (repo.commits >= commits) break
      round = now
      store.clear()
      repo.forget((path) => path.startsWith('rounds/') && Number(path.split('/')[1]) < round - 1)
      // a miner enters anew every few rounds
      entered = Array.from({ length: miners }, (_, i) => minerOf(i + 1, Math.floor((round + i) / 5)))
      const { earliest_reveal_block: earliest } = await snapshot.read(files.schedule, round)
      for (const [i, { hotkey, repo: code, commit, cdn }] of entered.entries()) {
        await chain.reveal(hotkey, JSON.stringify({ commit }), earliest + 3 * i + 1)
        await chain.reveal(hotkey, JSON.stringify({ repo: code, cdn_url: cdn }), earliest + 3 * i + 2)
      }
    }
    const report = await advance({
      repo,
      clock,
      by: BY,
      run: 'bench',
      engine: 'roundkeeper/bench',
      commitEveryMs: 0,
      owners,
      untilIdle: true,
      context: {
        chain,
        clock,
        pool: new InProcessPool(8),
        format,
        signal: new AbortController().signal,
        progress: () => undefined,
      },
    })
    if (report.errors.length > 0) throw report.errors[0]
    if (report.waiting?.eta === undefined) throw new Error(`round ${report.round} does not go on: ${report.status}`)
    clock.set(new Date(Math.max(report.waiting.eta.getTime(), clock.now().getTime() + 1000)))
  }
  await repo.close()
  execFileSync('git', ['repack', '-adq'], { cwd: gitdir })
  return repo.commits
}

const configOf = (prompts: number) =>
  configSchema.parse({
    name: 'bench',
    description: 'a long competition, for measuring',
    first_evaluation_date: '2026-03-01',
    last_competition_date: '2046-03-01',
    round_start_time: '08:00:00',
    generation_stage_minutes: 60,
    finalization_buffer_hours: 0.5,
    win_margin: 0.05,
    weight_decay: 0.2,
    weight_floor: 0.2,
    prompts_per_round: prompts,
    carryover_prompts: Math.floor(prompts / 4),
    round_duration_days: 1,
    rules: 'v1',
    format: 'generation-3d',
    source_audit: 'waived',
    randomness: 'block',
  })

const leaderOf = ({ hotkey, repo, commit }: SyntheticMiner) => ({
  hotkey,
  repo,
  commit,
  docker: `registry.example.org/${repo}:${commit}`,
  weight: 0,
  effective_block: 0,
})
