import { describe, expect, it } from 'vitest'
import { type Config, files, type Output, type Outputs, type Stage } from '../../../src/state/index.ts'
import { appendOnly } from '../../../src/verify/checks/append-only.ts'
import { files as forms } from '../../../src/verify/checks/files.ts'
import { linear } from '../../../src/verify/checks/linear.ts'
import { paths } from '../../../src/verify/checks/paths.ts'
import { stages } from '../../../src/verify/checks/stages.ts'
import { testConfig } from '../../support/competition.ts'
import { look, type Planned } from '../../support/memory-history.ts'

const BOT = { name: 'The Operator', email: '1+operator@users.noreply.example' }
const PERSON = { name: 'The Operator', email: 'operator@home.example' }
const A = '5AAAAAAAAAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
const B = '5BBBBBBBBBbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'

const { rules: _, ...config } = testConfig() as Config & { rules?: unknown }
const state = (stage: Stage, current_round = 0) => ({
  'state.json': files.state.serialise({ current_round, stage, next_stage_eta: null }),
})
const schedule = (round: number) => ({
  [files.schedule.path(round)]: files.schedule.serialise({ earliest_reveal_block: 1, latest_reveal_block: 2 }),
})
const submission = {
  repo: 'a/b',
  commit: 'c'.repeat(40),
  cdn_url: 'https://x.test',
  revealed_at_block: 1,
  round: 'tiny-0',
}
const output = (size: number, attempts = 1): Output => ({
  glb: 'https://store.test/a.glb',
  png: 'https://store.test/a.png',
  generation_time: 1,
  size,
  attempts,
  distance: 0,
})
const outputs = (all: Outputs, subject = 'leader') => ({
  [files.generated.path(0, subject)]: files.generated.serialise(all),
})
const matrix = (...margins: number[]) => ({
  [files.matrix.path(0)]: files.matrix.serialise(
    margins.map((margin, at) => ({ left: 'leader', right: [A, B, '5C'][at] ?? '', margin })),
  ),
})
const report = (right: string, margin: number) => ({
  [files.duels.path(0, 'leader', right)]: files.duels.serialise({ left: 'leader', right, score: 0, margin, duels: [] }),
})

const bot = (files: Planned['files'], ...lines: string[]): Planned => ({
  ...(files ? { files } : {}),
  message: lines.join('\n'),
  by: BOT,
})
const person = (files: Planned['files'], message: string): Planned => ({ ...bot(files, message), by: PERSON })

/** As the services of the original would write it, without a word on who they are. */
const founding = [
  person({ 'README.md': 'x', 'config.json': `${files.config.serialise(config)}\n`, ...state('open') }, 'Hello'),
  person({ 'leader.json': '[]', 'prompts.txt': 'https://p.test/a.png\n', ...schedule(0) }, 'Get ready'),
]
const opening = bot(
  {
    ...state('miner_generation'),
    [files.seed.path(0)]: files.seed.serialise({ seed: 5 }),
    [files.prompts.path(0)]: 'https://p.test/a.png',
    [files.submissions.path(0)]: files.submissions.serialise({ [A]: submission, [B]: submission }),
  },
  'Seed, prompts and submissions for round 0',
)
const downloading = bot(state('downloading'), 'Round 0: downloading')
const duels = bot(state('duels'), 'Round 0: duels')
const judged = bot(
  { ...matrix(0.5, 0.25), ...report(A, 0.5), ...report(B, 0.25) },
  `Match report: leader vs ${A.slice(0, 10)}`,
  `Match report: leader vs ${B.slice(0, 10)}`,
  'Update matches matrix for round 0',
)
const winner = bot(
  { 'rounds/0/winner.json': files.winner.serialise({ winner_hotkey: A }) },
  `Round 0 winner: ${A.slice(0, 10)}`,
)
const finalizing = bot(state('finalizing'), 'Update state (finalizing) for round 0')
const next = bot(
  {
    ...state('open', 1),
    ...schedule(1),
    'leader.json': files.leader.serialise([{ hotkey: A, weight: 1, effective_block: 3 }]),
  },
  'Update state (open), schedule, leader for round 1',
)
const made = bot(outputs({ a: output(5), b: output(6) }), 'Update generated for round 0, miner leader')
const round = [...founding, opening, made, downloading, duels, judged, winner, finalizing, next]

const checks = () => [linear(), paths(), forms(), stages(), appendOnly()]
const looked = (...plans: Planned[]) => look(plans, { checks: checks() })
const errors = async (...plans: Planned[]) =>
  (await looked(...plans)).findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)

describe('a history of the original’s services', () => {
  it('has nothing against it, and tells what was set up by hand', async () => {
    const { findings } = await looked(...round)
    expect(findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`)).toEqual([
      'note stage/founding config.json',
      'note stage/founding leader.json',
    ])
  })

  it('may be paused by a service, and let go by a person', async () => {
    const paused = bot(state('paused'), 'Update state (paused) for round 0')
    const plans = [...round.slice(0, 8), paused, person(state('finalizing'), 'go on'), next]
    const { findings } = await looked(...plans)
    expect(
      findings.filter(({ severity }) => severity !== 'note').map(({ code, message }) => `${code} ${message}`),
    ).toEqual([
      'stage/by-hand Changed by hand, by The Operator ("go on"): state.json, which is written by the engine only.',
    ])
  })

  it('may be held by the round-manager in the round that is about to open', async () => {
    const held = bot({ ...state('paused', 1), ...schedule(1) }, 'Update state (paused), schedule for round 1')
    expect(await errors(...round.slice(0, 9), held, person(state('open', 1), 'go on'))).toEqual([])
  })

  it.each<[string, Planned, string[]]>([
    ['a build', person({ 'rounds/0/builds.json': '{}' }, 'names'), ['warning stage/by-hand rounds/0/builds.json']],
    [
      'a review',
      person({ 'rounds/0/source_audit.json': '[]' }, 'read'),
      ['note stage/by-person rounds/0/source_audit.json'],
    ],
    ['the pool', person({ 'prompts.txt': 'x' }, 'more'), ['note stage/by-person prompts.txt']],
    ['a text', person({ 'README.md': 'y' }, 'more'), []],
    ['a stage back', person(state('downloading'), 'once more'), ['error stage/illegal-move state.json']],
    [
      'a service’s name, without its words',
      bot({ ...matrix(0.5, 0.25, 0) }, 'fixed the matrix'),
      ['warning stage/by-hand rounds/0/matches_matrix.csv'],
    ],
    [
      'a line of another file',
      bot({ ...matrix(0.5, 0.25, 0) }, 'Update build statuses for round 0', 'and so on'),
      ['warning stage/by-hand rounds/0/matches_matrix.csv'],
    ],
    [
      'a line of another round',
      bot({ 'rounds/0/builds.json': '{}' }, 'Update build statuses for round 3'),
      ['warning stage/by-hand rounds/0/builds.json'],
    ],
    [
      'a file out of its stage',
      bot({ 'rounds/0/seed.json': '{"seed": 6}' }, 'Seed, prompts and submissions for round 0'),
      ['warning stage/wrong-stage rounds/0/seed.json', 'error append-only/seed rounds/0/seed.json'],
    ],
  ])('tells of %s', async (_name, act, found) => {
    const result = await looked(...round.slice(0, 7), act)
    const there = result.findings.filter(({ commit }) => commit === result.head)
    expect(there.map(({ severity, code, path }) => `${severity} ${code} ${path}`)).toEqual(found)
  })

  it('tells of outputs that were made anew under their old address', async () => {
    const reset = person({ [files.generated.path(0, 'leader')]: null, [files.matrix.path(0)]: null }, 'reset')
    const again = bot(outputs({ a: output(7), b: output(6) }), 'Update generated for round 0, miner leader')
    const result = await looked(...round.slice(0, 7), reset, again)
    expect(result.at(7)).toEqual([
      'stage/by-hand rounds/0/leader/generated.json',
      'append-only/generated rounds/0/leader/generated.json',
      'append-only/matrix rounds/0/matches_matrix.csv',
    ])
    expect(result.at(8)).toEqual(['append-only/address rounds/0/leader/generated.json'])
    expect(result.findings.at(-3)?.message).toContain('1 model of the leader was made anew')
    const whole = await look([...round.slice(0, 7), reset, again], { checks: [appendOnly()] })
    const earlier = await look([...round.slice(0, 7), reset], { checks: [appendOnly()] })
    const later = { checks: [appendOnly()], since: earlier.head, earlier: earlier.known }
    expect((await look([...round.slice(0, 7), reset, again], later)).findings).toEqual(whole.findings)
  })

  it('lets outputs be tried again until they are judged, and counts on the attempts', async () => {
    const again = (more: Outputs) => bot(outputs(more), 'Update generated for round 0, miner leader')
    const result = await looked(
      ...round.slice(0, 4),
      again({ a: output(7, 2), b: output(6) }),
      again({ a: output(8, 2), b: output(6) }),
    )
    expect(result.at(4)).toEqual([])
    expect(result.findings.filter(({ code }) => code === 'append-only/attempt')).toHaveLength(1)
    expect(result.at(5)).toEqual(['append-only/attempt rounds/0/leader/generated.json'])
  })
})

describe('a history of newer services', () => {
  const hotkeys = Array.from({ length: 30 }, (_, at) => `5${String(at).padStart(47, 'N')}`)
  const entry = { js: 'https://x.test/a.js', views: 'https://x.test/a', failure_reason: null, size: 5 }
  const json = (value: unknown) => JSON.stringify(value, null, 2)
  const submitted = Object.fromEntries(hotkeys.map((name) => [files.submitted.path(0, name), json({ a: entry })]))
  const plans = [
    ...round.slice(0, 5),
    bot(submitted, ...hotkeys.map((name) => `Update submitted for round 0, miner ${name.slice(0, 10)}`)),
    duels,
    bot(
      Object.fromEntries(hotkeys.map((name) => [`rounds/0/${name}/generated_1.json`, json({ a: entry })])),
      ...hotkeys.map((name) => `Update generated_1.json for round 0, miner ${name.slice(0, 10)}`),
    ),
    bot(
      { 'rounds/0/audit_matrix.csv': 'left,right,margin', [`rounds/0/${A}/audit_submitted_1.json`]: '{}' },
      `Audit report: submitted vs ${A.slice(0, 10)}`,
    ),
    bot(
      { 'rounds/0/require_audit.json': json([{ hotkey: A, latest_defender: 'leader' }]) },
      'Update audit requests for round 0',
    ),
    bot(
      { 'rounds/0/generation_audits.json': json({ [A]: { hotkey: A, verdict: 'passed', reason: '' } }) },
      'Update generation audit verdicts for round 0',
    ),
    bot({ 'rounds/0/generation_reports.json': json({}) }, 'Update generation reports for round 0'),
  ]

  it('is told of once a kind, and is not taken for tampering', async () => {
    const { findings } = await looked(...plans)
    const told = findings.map(({ severity, code, path }) => `${severity} ${code} ${path?.split('/').at(-1)}`)
    expect(told.slice(0, -2).sort()).toEqual([
      'note file/shape generation_audits.json',
      'note file/shape submitted.json',
      'note file/unknown audit_matrix.csv',
      'note file/unknown audit_submitted_1.json',
      'note file/unknown generated_1.json',
      'note file/unknown generation_reports.json',
      'warning file/schema require_audit.json',
    ])
  })

  it('does not flood the report, commit after commit', async () => {
    const many = Array.from({ length: 300 }, (_, at) =>
      bot(
        { 'rounds/0/require_audit.json': json([{ hotkey: A, latest_defender: `h${at}` }]) },
        'Update audit requests for round 0',
      ),
    )
    const { findings } = await looked(...plans.slice(0, 7), ...many)
    expect(findings.length).toBeLessThan(30)
    expect(findings.some(({ message }) => message.startsWith('280 times more'))).toBe(true)
  })
})

describe('a history of services that nobody knows', () => {
  it('is not taken for edits by hand, and does not flood the report', async () => {
    const renamed = round.map((plan, at) => ({ ...plan, message: `sync ${at}` }))
    const many = Array.from({ length: 100 }, (_, at) => bot({ 'rounds/1/builds.json': JSON.stringify({ at }) }, 'sync'))
    const { findings } = await looked(...renamed, ...many)
    const by = Map.groupBy(findings, ({ code, severity }) => `${severity} ${code}`)
    expect([...by].map(([code, list]) => [code, list.length])).toEqual([
      ['note stage/unknown-author', 2],
      ['warning file/schema', 21],
      ['warning stage/wrong-stage', 41],
      ['note stage/founding', 2],
    ])
  })
})
