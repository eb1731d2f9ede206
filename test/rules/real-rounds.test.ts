import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standing } from '../../src/rules/audit.ts'
import { nextLeader } from '../../src/rules/leader.ts'
import { criticalPrompts, scoreOf } from '../../src/rules/match.ts'
import { drawPrompts } from '../../src/rules/prompts.ts'
import { auditsRequired, timeline } from '../../src/rules/timeline.ts'
import type {
  AuditRequests,
  Config,
  GenerationAudits,
  Leaders,
  MatchReport,
  SourceAudits,
  Submissions,
  Winner,
} from '../../src/state/index.ts'

// Public history of a real competition; not part of this repository.
const bundle = fileURLToPath(new URL('../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))
const present = existsSync(bundle)
if (!present) console.log(`skipped: no ${bundle}`)

describe.skipIf(!present)('two real rounds, decided again', () => {
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'roundkeeper-rules-'))
    execFileSync('git', ['clone', '-q', '-b', 'main', bundle, dir], { stdio: 'pipe' })
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  const text = (path: string) => readFile(join(dir, path), 'utf8')
  const json = async <T>(path: string, otherwise?: T): Promise<T> => {
    if (otherwise !== undefined && !existsSync(join(dir, path))) return otherwise
    return JSON.parse(await text(path)) as T
  }
  const lines = async (path: string) => (await text(path)).split('\n').filter(Boolean)
  const report = (round: number, left: string, right: string) =>
    json<MatchReport>(`rounds/${round}/${right}/duels_${left.slice(0, 10)}.json`)

  async function recordOf(round: number) {
    const submissions = await json<Submissions>(`rounds/${round}/submissions.json`)
    const rows = (await lines(`rounds/${round}/matches_matrix.csv`)).slice(1).map((line) => line.split(','))
    const margins = new Map(rows.map(([left, right, margin]) => [`${left} ${right}`, Number(margin)]))
    return {
      margins,
      order: Object.keys(submissions),
      winMargin: (await json<Config>('config.json')).win_margin,
      margin: (left: string, right: string) => margins.get(`${left} ${right}`),
      ...standing({
        generation: await json<GenerationAudits>(`rounds/${round}/generation_audits.json`),
        source: await json<SourceAudits>(`rounds/${round}/source_audit.json`, []),
        sourceAudit: 'required',
      }),
    }
  }

  it('round 1 carries over the prompts that its seed draws', async () => {
    const { seed } = await json<{ seed: number }>('rounds/1/seed.json')
    expect(seed).toBe(3274970996)
    const previous = await lines('rounds/0/prompts.txt')
    const drawn = drawPrompts({ rules: 'legacy', seed, pool: [], previous, count: 128, carryover: 32 })
    expect(drawn).toHaveLength(32)
    expect((await lines('rounds/1/prompts.txt')).slice(0, 32)).toEqual(drawn)
  })

  it.each([
    [0, 107],
    [1, 36],
  ])('round %i: the margins of all %i matches follow from their duels', async (round, matches) => {
    const { margins } = await recordOf(round)
    expect(margins.size).toBe(matches)
    for (const [pair, margin] of margins) {
      const [left = '', right = ''] = pair.split(' ')
      const recorded = await report(round, left, right)
      expect(scoreOf(recorded.duels)).toEqual({ score: recorded.score, margin })
      expect(recorded.margin).toBe(margin)
    }
  })

  it.each([0, 1])('round %i: the winner follows from matrix and audits', async (round) => {
    const line = timeline(await recordOf(round))
    expect(line.next).toBeUndefined()
    expect(line.winner).toBe((await json<Winner>(`rounds/${round}/winner.json`)).winner_hotkey)
    expect(line.qualified).toHaveLength(round === 0 ? 7 : 0)
  })

  it('round 0: the audits that were asked for, and the critical prompts of those against a known defender', async () => {
    const requests = await json<AuditRequests>('rounds/0/require_audit.json')
    expect(auditsRequired(await recordOf(0))).toEqual(requests.map(({ hotkey }) => hotkey))
    const { seed } = await json<{ seed: number }>('rounds/0/seed.json')
    const [first, second] = requests
    const again = async (left: string, right: string) =>
      criticalPrompts(await report(0, left, right), { seed, winMargin: 0.05 })
    // The first qualified against the leader, the second entered by beating the first, the others the leader again.
    expect(await again(first!.hotkey, second!.hotkey)).toEqual(second!.critical_prompts)
    expect(second!.critical_prompts).toHaveLength(7)
    for (const { hotkey, critical_prompts } of requests.filter((request) => request !== second))
      expect(await again('leader', hotkey)).toEqual(critical_prompts)
  })

  it('the crown of both rounds', async () => {
    const leaders = await json<Leaders>('leader.json')
    const config = await json<Config>('config.json')
    for (const round of [0, 1]) {
      const entry = nextLeader({
        leaders: leaders.slice(0, round + 1),
        winner: await json<Winner>(`rounds/${round}/winner.json`),
        config,
        effectiveBlock: leaders[round + 1]!.effective_block,
        round,
      })
      expect(entry).toEqual(leaders[round + 1])
    }
  })
})
