import { beforeAll, describe, expect, it } from 'vitest'
import { files } from '../../../src/state/index.ts'
import { isCompared } from '../../../src/verify/checks/append/compare.ts'
import { appendOnly } from '../../../src/verify/checks/append-only.ts'
import { look, type Planned } from '../../support/memory-history.ts'
import { forged, textAt } from '../../support/rewrite.ts'
import { type Act, better, cheat, foundAt, gone, good, honestPlans, tampered, written } from './tampering.ts'

let honest: Planned[]
beforeAll(async () => {
  honest = await honestPlans()
})

const messages = async (act: Act) => {
  const { plans, position } = tampered(honest, act)
  const { findings } = await look(plans.slice(0, position + 1), { checks: [appendOnly()] })
  // Blocks and seeds follow from the chain, which is not what this is about.
  return findings.map(({ message }) => message.replace(/x{2,}/g, '').replace(/\b\d{4,}\b/g, '#'))
}

const judge = (change: Act['change']): Act => ({ after: 'audited', owner: 'judge', change })
const report = files.duels.path(1, 'leader', good.hotkey)
const [first, second] = [0, 1] as const

const changes: Readonly<Record<string, readonly [change: () => Act['change'], code: string, message: string]>> = {
  'a margin of a match': [
    () => forged(files.duels, [1, 'leader', good.hotkey], (it) => ({ ...it, score: 1, margin: 0.25 })),
    `match ${report}`,
    'Round 1: the match of the leader against 5good… was changed after it had been published: score -4 became 1, margin -1 became 0.25.',
  ],
  'a verdict': [
    () =>
      forged(files.duels, [1, 'leader', good.hotkey], ({ duels, ...it }) => ({
        ...it,
        duels: duels.map((duel, at) => (at === 2 ? { ...duel, winner: 'right' as const } : duel)),
      })),
    `match ${report}`,
    'Round 1: the match of the leader against 5good… was changed after it had been published: 1 verdict of 4 changed.',
  ],
  'what was said of a duel': [
    () =>
      forged(files.duels, [1, 'leader', good.hotkey], ({ duels, ...it }) => ({
        ...it,
        duels: duels.map((duel) => ({ ...duel, issues: 'none' })),
      })),
    `match ${report}`,
    'Round 1: the match of the leader against 5good… was changed after it had been published: 4 duels of 4 with the same verdicts changed.',
  ],
  'a match': [
    () => gone(report),
    `match ${report}`,
    'Round 1: the match of the leader against 5good… was removed after it had been published.',
  ],
  'what was there at the deadline': [
    () =>
      forged(files.deadline, [1, good.hotkey], ({ files: all, ...it }) => ({
        ...it,
        files: Object.fromEntries(Object.entries(all).map(([stem, seen]) => [stem, { ...seen, size: 1 }])),
      })),
    `deadline ${files.deadline.path(1, good.hotkey)}`,
    'Round 1: what was there at the deadline was changed after it had been recorded: p',
  ],
  'what was there at the deadline, all of it': [
    () => gone(files.deadline.path(1, good.hotkey)),
    `deadline ${files.deadline.path(1, good.hotkey)}`,
    'Round 1: what was there at the deadline was removed after it had been recorded.',
  ],
  'a row': [
    () => forged(files.matrix, [1], (rows) => rows.map((row, at) => (at === second ? { ...row, margin: 0.5 } : row))),
    'matrix rounds/1/matches_matrix.csv',
    'Round 1: the margin of the leader against 5good… in the matrix was changed: -1 became 0.5.',
  ],
  'a row taken out': [
    () => forged(files.matrix, [1], (rows) => rows.filter((_, at) => at !== first)),
    'matrix rounds/1/matches_matrix.csv',
    'Round 1: the row of the leader against 5cheat… (margin 1) was removed from the matrix.',
  ],
  'rows in another order': [
    () => forged(files.matrix, [1], (rows) => [...rows].reverse()),
    'matrix rounds/1/matches_matrix.csv',
    'Round 1: the rows of the matrix were put in another order, or new ones in between.',
  ],
  'a row in between': [
    () => forged(files.matrix, [1], (rows) => [{ left: 'leader', right: 'x', margin: 1 }, ...rows]),
    'matrix rounds/1/matches_matrix.csv',
    'Round 1: the rows of the matrix were put in another order, or new ones in between.',
  ],
  'all rows': [
    () => gone('rounds/1/matches_matrix.csv'),
    'matrix rounds/1/matches_matrix.csv',
    'Round 1: all 3 matches of the matrix were removed.',
  ],
  'a verdict of an audit': [
    () =>
      forged(files.generationAudits, [1], (all) => ({
        ...all,
        [cheat.hotkey]: { ...all[cheat.hotkey]!, outcome: 'passed' as const },
      })),
    'audit rounds/1/generation_audits.json',
    'Round 1: the generation audit of 5cheat… was decided, and then changed: "rejected" became "passed".',
  ],
  'an audit undecided again': [
    () =>
      forged(files.generationAudits, [1], (all) => ({
        ...all,
        [cheat.hotkey]: { ...all[cheat.hotkey]!, outcome: 'pending' as const },
      })),
    'audit rounds/1/generation_audits.json',
    'Round 1: the generation audit of 5cheat… was decided, and then changed: "rejected" became "pending".',
  ],
  'what an audit found': [
    () =>
      forged(files.generationAudits, [1], (all) => ({ ...all, [cheat.hotkey]: { ...all[cheat.hotkey]!, reason: '' } })),
    'audit rounds/1/generation_audits.json',
    'Round 1: the generation audit of 5cheat… was decided, and then changed: reason "Non-critical mismatches (4) exceed tolerance (0)" became "".',
  ],
  'all audits': [
    () => gone('rounds/1/generation_audits.json'),
    'audit rounds/1/generation_audits.json',
    'Round 1: the generation audit of 5cheat… (rejected) was removed.',
  ],
  'a request for an audit': [
    () => forged(files.requireAudit, [1], () => []),
    'audit-request rounds/1/require_audit.json',
    'Round 1: the request for an audit of 5cheat… was taken back.',
  ],
  'critical prompts': [
    () => forged(files.requireAudit, [1], (all) => all.map((each) => ({ ...each, critical_prompts: ['p01'] }))),
    'audit-request rounds/1/require_audit.json',
    'Round 1: the request for an audit of 5cheat… was changed after it had been made: 0 critical prompts became 1.',
  ],
  'an entry': [
    () =>
      forged(files.submissions, [1], (all) => ({
        ...all,
        [good.hotkey]: { ...all[good.hotkey]!, repo: 'other/model' },
      })),
    'entry rounds/1/submissions.json',
    'Round 1: the entry of 5good… was changed after it had been accepted: repo "good/model" became "other/model".',
  ],
  'an entry taken out': [
    () => forged(files.submissions, [1], ({ [good.hotkey]: _, ...others }) => others),
    'entry rounds/1/submissions.json',
    'Round 1: the entry of 5good… was removed after it had been accepted.',
  ],
  'an entry that came late': [
    () => forged(files.submissions, [1], (all) => ({ ...all, late: { ...all[good.hotkey]! } })),
    'entry rounds/1/submissions.json',
    'Round 1: late was let in after the entries had been published.',
  ],
  'what was revealed': [
    () =>
      forged(files.reveals, [1], ({ hotkeys, ...all }) => ({ ...all, read_at_block: 5, hotkeys: hotkeys.slice(1) })),
    'entry rounds/1/reveals.json',
    'Round 1: what was revealed was changed (read_at_block # became 5, the record of 5better…) after it had been published.',
  ],
  'the seed': [
    () => forged(files.seed, [1], (seed) => ({ ...seed, seed: 5 })),
    'seed rounds/1/seed.json',
    'Round 1: the seed was changed after it had been published: seed # became 5.',
  ],
  'a prompt': [
    () => forged(files.prompts, [1], (urls) => [...urls.slice(1), 'https://prompts.test/mine.png']),
    'prompts rounds/1/prompts.txt',
    'Round 1: the prompts were changed: 1 of 4 are gone, 1 came in, after they had been handed out.',
  ],
  'the order of prompts': [
    () => forged(files.prompts, [1], (urls) => [...urls].reverse()),
    'prompts rounds/1/prompts.txt',
    'Round 1: the prompts were put in another order after they had been handed out.',
  ],
  'the schedule': [
    () => forged(files.schedule, [1], (schedule) => ({ ...schedule, generation_deadline_block: 9 })),
    'schedule rounds/1/schedule.json',
    'Round 1: the schedule was changed after it had been published: generation_deadline_block # became 9.',
  ],
  'a download': [
    () =>
      forged(files.submitted, [1, good.hotkey], (all) =>
        Object.fromEntries(Object.entries(all).map(([stem, output]) => [stem, { ...output, glb: null, size: 0 }])),
      ),
    `submitted rounds/1/${good.hotkey}/submitted.json`,
    'Round 1: of the models fetched from 5good…, 4 were changed after being recorded (p04: 39 bytes became no model).',
  ],
  'all downloads of a miner': [
    () => gone(files.submitted.path(1, good.hotkey)),
    `submitted rounds/1/${good.hotkey}/submitted.json`,
    'Round 1: of the models fetched from 5good…, 4 were removed after being recorded (p04: 39 bytes).',
  ],
  'an output of the leader that was judged': [
    () =>
      forged(files.generated, [1, 'leader'], (all) =>
        Object.fromEntries(Object.entries(all).map(([stem, output]) => [stem, { ...output, attempts: 7 }])),
      ),
    'generated rounds/1/leader/generated.json',
    'Round 1: of the leader’s models, 4 were changed after 3 matches had been judged by them (p04: attempts 1 became 7).',
  ],
  'an output that was audited': [
    () => gone(files.generated.path(1, cheat.hotkey)),
    `generated rounds/1/${cheat.hotkey}/generated.json`,
    'Round 1: of the models that the code of 5cheat… made, 4 were removed after its audit had been rejected (p04: 40 bytes after 1 s).',
  ],
  'an image': [
    () =>
      forged(files.builds, [1], (all) => ({ ...all, [good.hotkey]: { ...all[good.hotkey]!, docker_image: 'other' } })),
    'build rounds/1/builds.json',
    'Round 1: the image of 5good… was changed after it had been built: "fake:good/model@676f6f642e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e" became "other".',
  ],
  'a digest for an image that had been built without one': [
    () =>
      forged(files.builds, [1], (all) => ({
        ...all,
        [good.hotkey]: { ...all[good.hotkey]!, image_digest: `sha256:${'0'.repeat(64)}` },
      })),
    'build rounds/1/builds.json',
    'Round 1: the image of 5good… was changed after it had been built: "sha256:#…" was added.',
  ],
  'the code of a build': [
    () => forged(files.builds, [1], (all) => ({ ...all, [good.hotkey]: { ...all[good.hotkey]!, commit: 'other' } })),
    'build rounds/1/builds.json',
    'Round 1: the build of 5good… is of other code: commit "676f6f642e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e" became "other".',
  ],
  'a leader': [
    () => forged(files.leader, [], (all) => all.map((each, at) => (at === 1 ? { ...each, weight: 0.9 } : each))),
    'leader leader.json',
    'The crown of 5better… (weight 1 from block #) was changed afterwards: weight 1 became 0.9.',
  ],
  'a leader taken out': [
    () => forged(files.leader, [], (all) => all.slice(0, -1)),
    'leader leader.json',
    'The crown of 5better… (weight 1 from block #) was removed from the list of leaders.',
  ],
  'leaders in another order': [
    () => forged(files.leader, [], (all) => [...all].reverse()),
    'leader leader.json',
    'The crown of 5base… (weight 0 from block 0) has another place in the list of leaders than before.',
  ],
  'the winner of a past round': [
    () => forged(files.winner, [0], (winner) => ({ ...winner, winner_hotkey: good.hotkey })),
    'winner rounds/0/winner.json',
    `Round 0: the winner was changed after it had been published: winner_hotkey "${better.hotkey.replace(/x{2,}/, '')}" became "${good.hotkey.replace(/x{2,}/, '')}".`,
  ],
  'the rules': [
    () => forged(files.config, [], ({ rules: _, ...config }) => config),
    'rules config.json',
    'The competition gave up the rules that it began with: rules became null.',
  ],
  'a setting': [
    () => forged(files.config, [], (config) => ({ ...config, win_margin: 0.9, weight_decay: 0.3, description: 'x' })),
    'config config.json',
    'Round 1 was in duels when what it is decided by changed: win_margin: 0.25 became 0.9; weight_decay: 0.2 became 0.3.',
  ],
}

describe('what was published and then changed', () => {
  it('is compared for every record of the engine’s but its state and the statistics of machines', () => {
    const ofEngine = Object.values(files).filter(({ writers }) => writers.some((writer) => writer !== 'human'))
    expect(ofEngine.filter((file) => !isCompared(file)).map(({ name }) => name)).toEqual(['state', 'pod_stats'])
  })

  it.each(Object.entries(changes))('%s', async (_name, [change, code, message]) => {
    const found = await foundAt(honest, judge(change()), [appendOnly()])
    expect([...new Set(found)]).toEqual([`append-only/${code.replace(/x{20,}/, '…')}`])
    expect((await messages(judge(change()))).join('\n')).toContain(message)
  })

  it('is no finding where it may change', async () => {
    const may: Act['change'][] = [
      forged(files.matrix, [1], (rows) => [...rows, { left: good.hotkey, right: better.hotkey, margin: 0 }]),
      forged(files.requireAudit, [1], (all) => [...all, { hotkey: better.hotkey, critical_prompts: [] }]),
      forged(files.generationAudits, [1], (all) => ({ ...all, x: { ...all[cheat.hotkey]!, hotkey: 'x' } })),
      forged(files.config, [], (config) => ({ ...config, last_competition_date: '2027-01-01', description: 'x' })),
      forged(files.pool, [], (pool) => pool.slice(3)),
      written('README.md', ''),
      written(files.podStats.path(1, good.hotkey), '{}'),
    ]
    for (const change of may) expect(await foundAt(honest, judge(change), [appendOnly()])).toEqual([])
  })

  it('is told item by item, and after a dozen as a number', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`h${at}`, JSON.parse(textAt(honest, honest.length - 1, report) ?? '')]),
    )
    const reports = (margin: number) =>
      Object.fromEntries(
        Object.entries(many).map(([name, it]) => [
          `rounds/1/${name}/duels_leader.json`,
          files.duels.serialise({ ...it, right: name, margin }),
        ]),
      )
    const plans = [...honest, { files: reports(0) }, { files: reports(1) }]
    const { findings } = await look(plans, { checks: [appendOnly()] })
    expect(findings).toHaveLength(13)
    expect(findings.at(-1)?.message).toBe('The like of 8 other items in this commit.')
  })

  it('is told of a pool that changed when the draw could be known', async () => {
    const change = { ...forged(files.pool, [], (pool) => pool.slice(3)), ...written('README.md', '') }
    const { plans, position } = tampered(honest, { after: 'open', change })
    const dated = (at: string) =>
      look(
        plans.slice(0, position + 1).map((plan, index) => (index === position ? { ...plan, at: new Date(at) } : plan)),
        { checks: [appendOnly()] },
      )
    expect((await dated('2026-03-02T07:59:00Z')).findings).toEqual([])
    const { findings } = await dated('2026-03-02T08:00:30Z')
    expect(findings.map(({ code, path, message }) => `${code} ${path} ${message}`)).toEqual([
      'append-only/late prompts.txt Round 1: prompts.txt changed at 2026-03-02T08:00:30Z, after the window for entries had closed (about 2026-03-02T08:00:00Z): the draw could be known by then.',
    ])
  })
  it('is told of what an earlier attempt made, wherever it was put away', async () => {
    const archived = { 'rounds/1/attempts/1/matches_matrix.csv': 'left,right,margin' }
    const changed = { 'rounds/1/attempts/1/matches_matrix.csv': 'left,right,margin\na,b,1.0' }
    const removed = { 'rounds/1/attempts/1/matches_matrix.csv': null }
    const plans = [archived, changed, removed].map((files): Planned => ({ files }))
    const result = await look([...honest, ...plans], { checks: [appendOnly()] })
    const found = ['append-only/archive rounds/1/attempts/1/matches_matrix.csv']
    expect([0, 1, 2].map((at) => result.at(honest.length + at))).toEqual([[], found, found])
  })

  it('is told of a review of source code that says the opposite, or is gone', async () => {
    const review = (...verdicts: ('passed' | 'failed')[]) => ({
      files: {
        'rounds/1/source_audit.json': JSON.stringify(verdicts.map((verdict, at) => ({ hotkey: `h${at}`, verdict }))),
      },
    })
    const plans = [review('passed', 'failed'), review('passed', 'passed', 'failed'), review('passed')]
    const { findings } = await look([...honest, ...plans], { checks: [appendOnly()] })
    expect(findings.map(({ message }) => message)).toEqual([
      'Round 1: the audit of the source code of h1 was changed: "failed" became "passed".',
      'Round 1: the audit of the source code of h1 (passed) was removed.',
      'Round 1: the audit of the source code of h2 (failed) was removed.',
    ])
  })
})
