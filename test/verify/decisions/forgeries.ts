/** Forgeries of decisions in a finished competition: where each is made, what it changes, and what has to be said about it. */
import { digestOf } from '../../../src/rules/digest.ts'
import { deriveSeed } from '../../../src/rules/seed.ts'
import {
  files,
  type MatchReport,
  type Outputs,
  type RevealRecord,
  type Seed,
  type Seen,
  type State,
} from '../../../src/state/index.ts'
import type { Planned } from '../../support/memory-history.ts'
import { type Alter, altered, forged, positionOf, textAt } from '../../support/rewrite.ts'
import { base, better, cheat, good } from '../checks/tampering.ts'

export interface Forgery {
  /** A line of the message of the commit that is forged; of several the first. */
  readonly at: string
  /** In every version from there on. */
  readonly alters:
    | Readonly<Record<string, Alter>>
    | ((plans: readonly Planned[], position: number) => Record<string, Alter>)
  /** The code that has to be found there. */
  readonly code: string
  /** What the sentence has to say. */
  readonly says: RegExp
  /** It changes what a decision rested on, after that: to tell is for the check of what may never change. */
  readonly restedOn?: true
}

const first = <T>(list: readonly T[]): T => list[0] as T
const short = (hotkey: string) => hotkey.slice(0, 10)
const AT = {
  opening: 'Seed, prompts and submissions for round 1',
  request: 'Update audit requests for round 1',
  audits: 'Update generation audits for round 1',
  match: `Match report: leader vs ${short(good.hotkey)}`,
  winner: 'Round 1 winner',
  closing: 'Update state (open), schedule, leader for round 1',
  end: 'Update state (finished)',
} as const
const report = (forge: (report: MatchReport) => MatchReport) => forged(files.duels, [0, 'leader', good.hotkey], forge)
const deadline = (forge: (all: Record<string, Seen>) => Record<string, Seen>) =>
  forged(files.deadline, [1, good.hotkey], (record) => ({ ...record, files: forge(record.files) }))
const row = (margin: number) =>
  forged(files.matrix, [0], (rows) => rows.map((each) => (each.right === good.hotkey ? { ...each, margin } : each)))
const duel = (changes: Partial<MatchReport['duels'][number]>, which = 0) =>
  report((old) => ({ ...old, duels: old.duels.map((each, i) => (i === which ? { ...each, ...changes } : each)) }))
const state = (changes: Partial<State>) => forged(files.state, [], (now) => ({ ...now, ...changes }))
const gone = (path: string): Record<string, Alter> => ({ [path]: () => null })

const record = (who: string, changes: Partial<RevealRecord>) =>
  forged(files.reveals, [1], (all) => ({
    ...all,
    hotkeys: all.hotkeys.map((each) => (each.hotkey === who ? { ...each, ...changes } : each)),
  }))

/** A verdict turned, and score, margin and row with it. */
const consistently: Record<string, Alter> = {
  ...report((old) => {
    const duels = old.duels.map((each, i) => (i === 0 ? { ...each, left_png: null, winner: 'right' as const } : each))
    return { ...old, duels }
  }),
}

/** A seed that follows from a value of the operator's choice. */
function chosenSeed(plans: readonly Planned[], position: number, value: string): Record<string, Alter> {
  const submissionsDigest = digestOf(textAt(plans, position, files.submissions.path(1)) ?? '')
  return forged(files.seed, [1], (seed) => {
    const source = { kind: 'block' as const, block: 3 }
    return {
      ...seed,
      value,
      randomness: source,
      seed: deriveSeed({ competition: 'tiny', round: 1, source, value, submissionsDigest }),
    }
  })
}
const seed = (changes: Partial<Seed>) => forged(files.seed, [1], (old) => ({ ...old, ...changes }))
const outputs = (file: typeof files.submitted, who: string, forge: (all: Outputs) => Outputs, round = 0) =>
  forged(file, [round, who], forge)
const map = <T extends object>(all: Readonly<Record<string, T>>, changes: NoInfer<Partial<T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(all).map(([stem, each]) => [stem, { ...each, ...changes }]))

export const forgeries: Readonly<Record<string, Forgery>> = {
  'another start of the round': {
    at: AT.closing,
    alters: forged(files.schedule, [1], (old) => ({ ...old, latest_reveal_block: old.latest_reveal_block + 1 })),
    code: 'decision/schedule',
    says: /latest_reveal_block \d+ instead of \d+/,
  },
  'other randomness': {
    at: AT.closing,
    alters: forged(files.schedule, [1], (old) => ({ ...old, randomness: { kind: 'block' as const, block: 7 } })),
    code: 'decision/schedule',
    says: /it names other randomness; block 7 instead of \d+/,
  },
  'a schedule without the block that it follows from': {
    at: AT.closing,
    alters: forged(files.schedule, [1], ({ decided_at: _, decided_at_block: __, ...old }) => old),
    code: 'decision/schedule',
    says: /the block at which it was decided is not on record/,
  },
  'a schedule from another moment': {
    at: AT.closing,
    alters: forged(files.schedule, [1], (old) => ({ ...old, decided_at_block: (old.decided_at_block ?? 0) + 1 })),
    code: 'decision/schedule',
    says: /./,
  },
  'an entry of other code': {
    at: AT.opening,
    alters: forged(files.submissions, [1], (all) => ({
      ...all,
      [good.hotkey]: { ...first(Object.values(all)), repo: 'evil/x' },
    })),
    code: 'decision/submissions',
    says: /an entry is not what was revealed; 5good.*repo evil\/x instead of good\/model/,
  },
  'an entry left out': {
    at: AT.opening,
    alters: forged(files.submissions, [1], ({ [better.hotkey]: _, ...others }) => others),
    code: 'decision/submissions',
    says: /2 instead of 3/,
  },
  'a reveal left out, with its entry': {
    at: AT.opening,
    alters: {
      ...forged(files.submissions, [1], ({ [better.hotkey]: _, ...others }) => others),
      ...forged(files.reveals, [1], (all) => ({
        ...all,
        hotkeys: all.hotkeys.filter(({ hotkey }) => hotkey !== better.hotkey),
      })),
    },
    code: 'decision/seed',
    says: /seed|digest/,
  },
  'reveals of another block': {
    at: AT.opening,
    alters: forged(files.reveals, [1], (all) => ({ ...all, read_at_block: all.read_at_block - 1 })),
    code: 'decision/submissions',
    says: /read at block \d+ instead of \d+/,
  },
  'a reason that was not the reason': {
    at: AT.opening,
    alters: forged(files.reveals, [1], (all) => ({
      ...all,
      hotkeys: all.hotkeys.map((each) => ({ ...each, reason: 'so' })),
    })),
    code: 'decision/submissions',
    says: /what became of a reveal is not what was told/,
  },
  'a code that was not the reason': {
    at: AT.opening,
    alters: record(better.hotkey, { reason_code: 'duplicate' }),
    code: 'decision/submissions',
    says: /what became of a reveal is not what was told/,
  },
  'a registration that was too late': {
    at: AT.opening,
    alters: record(better.hotkey, { registered_at_block: 1_000_000 }),
    code: 'decision/submissions',
    says: /instead of/,
  },
  'code that was missing after all': {
    at: AT.opening,
    alters: record(better.hotkey, { repository: 'missing' }),
    code: 'decision/submissions',
    says: /instead of/,
  },
  'a commit that names somebody else': {
    at: AT.opening,
    alters: record(better.hotkey, { commit_hotkey: good.hotkey }),
    code: 'decision/submissions',
    says: /instead of/,
  },
  'a hash that was committed no earlier than its place': {
    at: AT.opening,
    alters: forged(files.reveals, [1], (all) => ({
      ...all,
      hotkeys: all.hotkeys.map((each) => ({ ...each, reveals: each.reveals.map((one) => ({ ...one, block: 1_000 })) })),
    })),
    code: 'decision/submissions',
    says: /instead of/,
  },
  'no reveals': {
    at: AT.opening,
    alters: gone(files.reveals.path(1)),
    code: 'decision/submissions',
    says: /reveals are not on record/,
    restedOn: true,
  },
  'a seed': { at: AT.opening, alters: seed({ seed: 5 }), code: 'decision/seed', says: /5 instead of \d+/ },
  'a seed from another block': {
    at: AT.opening,
    alters: (plans, position) => chosenSeed(plans, position, 'ab'.repeat(32)),
    code: 'decision/seed',
    says: /not drawn from what the schedule names/,
  },
  'a value that is none': {
    at: AT.opening,
    alters: seed({ value: '12345678' }),
    code: 'decision/seed',
    says: /no public value/,
  },
  'a digest of other entries': {
    at: AT.opening,
    alters: seed({ submissions_digest: digestOf('x') }),
    code: 'decision/seed',
    says: /digest of the entries/,
  },
  'a deadline of one’s own': {
    at: AT.opening,
    alters: seed({ deadline_block: 99 }),
    code: 'decision/seed',
    says: /deadline/,
  },
  'a signature where nobody signs': {
    at: AT.opening,
    alters: seed({ signature: 'ab'.repeat(48) }),
    code: 'decision/seed',
    says: /not what the drand network signed/,
  },
  'a seed published at another block': {
    at: AT.opening,
    alters: forged(files.seed, [1], (old) => ({ ...old, published_at_block: (old.published_at_block ?? 0) + 1 })),
    code: 'decision/seed',
    says: /its commit was made at block/,
  },
  'no seed': {
    at: AT.opening,
    alters: gone(files.seed.path(1)),
    code: 'decision/transition',
    says: /seed\.json is missing/,
  },
  'prompts in another order': {
    at: AT.opening,
    alters: forged(files.prompts, [1], (all) => [...all.slice(0, 1), ...all.slice(1).reverse()]),
    code: 'decision/prompts',
    says: /#2 https/,
  },
  'another prompt carried over': {
    at: AT.opening,
    alters: forged(files.prompts, [1], (all) => ['https://prompts.test/p99.png', ...all.slice(1)]),
    code: 'decision/prompts',
    says: /those of the round before are not the ones that the seed draws/,
  },
  'a margin': { at: AT.match, alters: row(-1), code: 'decision/match', says: /the matrix has -1, its report 1/ },
  'a margin and its row': {
    at: AT.match,
    alters: { ...row(-1), ...report((old) => ({ ...old, margin: -1 })) },
    code: 'decision/match',
    says: /margin -1 instead of 1/,
  },
  'a row left out': {
    at: AT.match,
    alters: forged(files.matrix, [0], (rows) => rows.filter(({ right }) => right !== good.hotkey)),
    code: 'decision/match',
    says: /no row in the matrix/,
  },
  'a report left out': {
    at: AT.match,
    alters: gone(files.duels.path(0, 'leader', good.hotkey)),
    code: 'decision/match',
    says: /no match report/,
  },
  'the report of another match': {
    at: AT.match,
    alters: report((old) => ({ ...old, right: better.hotkey })),
    code: 'decision/match',
    says: /the report in this place is of leader vs 5better/,
  },
  'a verdict': { at: AT.match, alters: duel({ winner: 'left' }), code: 'decision/match', says: /score 4 instead of 2/ },
  'a match of which too little was answered': {
    at: AT.match,
    alters: report((old) => ({
      ...old,
      score: 3,
      duels: old.duels.map((each, i) => (i > 0 ? each : { ...each, winner: 'skipped', void: 'refused' })),
    })),
    code: 'decision/match',
    says: /too many of its duels are void/,
  },
  'a verdict on what is void': {
    at: AT.match,
    alters: duel({ void: 'refused' }),
    code: 'decision/match',
    says: /is void, and has a winner/,
  },
  'another judge than the one that is named': {
    at: AT.match,
    alters: report((old) => ({ ...old, judge_identity: { kind: 'vlm-penalty/1', model: 'another' } })),
    code: 'decision/match',
    says: /not what the judge’s id is a digest of/,
  },
  'a verdict without an answer': {
    at: AT.match,
    alters: duel({ transcript: undefined }),
    code: 'decision/match',
    says: /no answer of the judge/,
  },
  'a verdict on an unknown picture': {
    at: AT.match,
    alters: duel({ prompt_sha256: 'p1' }),
    code: 'decision/match',
    says: /does not name the picture/,
  },
  'other outputs than were judged': {
    at: AT.match,
    alters: duel({ right_png: 'https://store.test/other.png' }),
    code: 'decision/match',
    says: /right_png https/,
  },
  'an output that was not there': {
    at: AT.match,
    alters: consistently,
    code: 'decision/match',
    says: /left_png nothing instead of https/,
  },
  'a duel about another prompt': {
    at: AT.match,
    alters: duel({ name: 'p99' }),
    code: 'decision/match',
    says: /not about the prompts of the round/,
  },
  'a duel left out': {
    at: AT.match,
    alters: {
      ...report((old) => ({ ...old, score: 3, duels: old.duels.slice(1) })),
    },
    code: 'decision/match',
    says: /not about the prompts of the round.*3 instead of 4/,
  },
  'a match against nobody': {
    at: AT.match,
    alters: {
      [files.duels.path(0, 'leader', base.hotkey)]: () => null,
      ...forged(files.matrix, [0], (rows) => [...rows, { left: 'leader', right: base.hotkey, margin: 1 }]),
    },
    code: 'decision/match',
    says: /leader vs 5base.* it has a row in the matrix, but no match report/,
  },
  'an audit of somebody who does not lead': {
    at: AT.request,
    alters: forged(files.requireAudit, [1], (all) => [...all, { hotkey: base.hotkey, critical_prompts: [] }]),
    code: 'decision/audit-request',
    says: /5base.*without need/,
  },
  'prompts that an audit looks at more closely': {
    at: AT.request,
    alters: forged(files.requireAudit, [1], (all) => all.map((each) => ({ ...each, critical_prompts: ['p01'] }))),
    code: 'decision/audit-request',
    says: /critical_prompts/,
  },
  'an audit that passes': {
    at: AT.audits,
    alters: forged(files.generationAudits, [1], (all) => ({
      ...all,
      [cheat.hotkey]: { ...first(Object.values(all)), outcome: 'passed' as const },
    })),
    code: 'decision/audit',
    says: /outcome passed instead of rejected/,
  },
  'an audit with other numbers': {
    at: AT.audits,
    alters: forged(files.generationAudits, [1], (all) => ({
      ...all,
      [cheat.hotkey]: { ...first(Object.values(all)), failed_prompts: 3 },
    })),
    code: 'decision/audit',
    says: /failed_prompts 3 instead of 4/,
  },
  'an audit of an image that was not built, but was': {
    at: AT.audits,
    alters: {
      ...gone(files.generated.path(1, cheat.hotkey)),
      ...forged(files.generationAudits, [1], (all) => ({
        ...all,
        [cheat.hotkey]: {
          hotkey: cheat.hotkey,
          outcome: 'rejected' as const,
          checked_prompts: 0,
          failed_prompts: 0,
          failed_critical: 0,
          generation_time: null,
          reason: 'Failed to build a docker image',
        },
      })),
    },
    code: 'decision/audit',
    says: /its image was built/,
  },
  'an image that is shown prompts of the operator’s choice': {
    at: 'Update unseen prompts for round 1, miner 5cheat',
    alters: forged(files.unseen, [1, cheat.hotkey], (all) =>
      Object.fromEntries(Object.entries(all).map(([stem, each]) => [stem, { ...each, seed: 1 }])),
    ),
    code: 'record/output',
    says: /unseen prompts of 5cheat.*not those that are drawn/,
  },
  'an audit without unseen prompts': {
    at: AT.audits,
    alters: gone(files.unseen.path(1, cheat.hotkey)),
    code: 'decision/audit',
    says: /not shown any unseen prompts/,
    restedOn: true,
  },
  'an audit with another reason': {
    at: AT.audits,
    alters: forged(files.generationAudits, [1], (all) => ({
      ...all,
      [cheat.hotkey]: { ...first(Object.values(all)), code: 'repeats-known-models' },
    })),
    code: 'decision/audit',
    says: /code/,
  },
  'a time that was not measured': {
    at: AT.audits,
    alters: forged(files.generated, [1, cheat.hotkey], (all) =>
      Object.fromEntries(Object.entries(all).map(([stem, each]) => [stem, { ...each, generation_time: 7 }])),
    ),
    code: 'decision/audit',
    says: /generation_time 1 instead of 7/,
    restedOn: true,
  },
  'another winner': {
    at: AT.winner,
    alters: forged(files.winner, [1], (old) => ({ ...old, winner_hotkey: good.hotkey })),
    code: 'decision/winner',
    says: /winner_hotkey 5good/,
  },
  'another image of the winner': {
    at: AT.winner,
    alters: forged(files.winner, [1], (old) => ({ ...old, docker_image: 'evil/image' })),
    code: 'decision/winner',
    says: /docker_image evil\/image instead of/,
  },
  'a digest of the winner’s image that its build does not have': {
    at: AT.winner,
    alters: forged(files.winner, [1], (old) => ({ ...old, image_digest: `sha256:${'0'.repeat(64)}` })),
    code: 'decision/winner',
    says: /image_digest sha256:0+ instead of nothing/,
  },
  'a winner before the audits': {
    at: AT.winner,
    alters: { ...gone(files.generationAudits.path(1)) },
    code: 'decision/winner',
    says: /the audit of .* is open/,
    restedOn: true,
  },
  'no winner': {
    at: AT.winner,
    alters: gone(files.winner.path(1)),
    code: 'decision/transition',
    says: /winner\.json is missing/,
  },
  'a weight': {
    at: AT.closing,
    alters: forged(files.leader, [], (all) => all.map((each) => (each.round === 0 ? { ...each, weight: 0.5 } : each))),
    code: 'decision/leader',
    says: /weight 0.5 instead of 1/,
  },
  'a crown for somebody else': {
    at: AT.closing,
    alters: forged(files.leader, [], (all) =>
      all.map((each) => (each.round === 0 ? { ...each, hotkey: good.hotkey } : each)),
    ),
    code: 'decision/leader',
    says: /hotkey 5good/,
  },
  'a crown from another block on, at the very end': {
    at: AT.end,
    alters: forged(files.leader, [], (all) =>
      all.map((each, i) => (i === all.length - 1 ? { ...each, effective_block: each.effective_block + 1 } : each)),
    ),
    code: 'decision/leader',
    says: /effective_block \d+ instead of \d+/,
  },
  'a crown that was not handed on': {
    at: AT.closing,
    alters: forged(files.leader, [], (all) => all.filter((each) => each.round !== 0)),
    code: 'decision/leader',
    says: /0 instead of 1/,
  },
  'a crown handed on twice': {
    at: AT.closing,
    alters: forged(files.leader, [], (all) => [...all, ...all.slice(-1)]),
    code: 'decision/leader',
    says: /2 instead of 1/,
  },
  'a crown handed on by nobody': {
    at: AT.opening,
    alters: forged(files.leader, [], (all) => [...all, { ...first(all), weight: 1, effective_block: 10 ** 6 }]),
    code: 'decision/leader',
    says: /no round was closed that could decide it/,
  },
  'a stage left out': {
    at: AT.opening,
    alters: state({ stage: 'duels' }),
    code: 'decision/transition',
    says: /open is not followed by duels/,
  },
  'the wrong round': {
    at: AT.closing,
    alters: state({ current_round: 2 }),
    code: 'decision/transition',
    says: /round 2 instead of 1/,
  },
  'something else in the state': {
    at: AT.opening,
    alters: state({ owner: 'me' }),
    code: 'decision/transition',
    says: /owner in state.json changed/,
  },
  'a build of other code': {
    at: 'Update build statuses for round 1',
    alters: forged(files.builds, [1], (all) =>
      Object.fromEntries(Object.entries(all).map(([hotkey, build]) => [hotkey, { ...build, repo: 'evil/x' }])),
    ),
    code: 'record/build',
    says: /the build of 5cheat.*repo evil\/x instead of cheat\/model; and 2 others like it/,
  },
  'an image of nobody’s': {
    at: 'Update build statuses for round 1',
    alters: forged(files.builds, [1], (all) => ({ ...all, [base.hotkey]: first(Object.values(all)) })),
    code: 'record/build',
    says: /nobody of that name entered/,
  },
  'an image that was not built': {
    at: 'Update build statuses for round 1',
    alters: forged(files.builds, [1], (all) => ({
      ...all,
      [good.hotkey]: { ...(all[good.hotkey] ?? first(Object.values(all))), status: 'failure' as const },
    })),
    code: 'record/build',
    says: /it names an image, but it is failure/,
  },
  'a pod that ran another image': {
    at: `Update pod stats for round 1, miner ${short(cheat.hotkey)}`,
    alters: forged(files.podStats, [1, cheat.hotkey], (all) => map(all, { image: 'evil/image@sha256:0' })),
    code: 'record/pod',
    says: /a pod of 5cheat\w*… ran evil\/image@sha256:0 instead of fake:cheat\/model@/,
  },
  'a pod of the leader that ran another image': {
    at: 'Update pod stats for round 1, miner leader',
    alters: forged(files.podStats, [1, 'leader'], (all) => map(all, { image: 'evil/image' })),
    code: 'record/pod',
    says: /a pod of the leader ran evil\/image instead of fake:/,
  },
  'an upload that took time': {
    at: `Update submitted for round 1, miner ${short(good.hotkey)}`,
    alters: outputs(files.submitted, good.hotkey, (all) => map(all, { generation_time: 500 }), 1),
    code: 'record/output',
    says: /it was uploaded, but says how it was generated; and 3 others like it/,
  },
  'a model at another address': {
    at: `Update submitted for round 1, miner ${short(good.hotkey)}`,
    alters: outputs(files.submitted, good.hotkey, (all) => map(all, { glb: 'https://store.test/other.glb' }), 1),
    code: 'record/output',
    says: /address of the model is not that of its digest/,
  },
  'an upload that came too late, and counts': {
    at: `Update submitted for round 1, miner ${short(good.hotkey)}`,
    alters: deadline((all) => map(all, { there: 'no', status: 404, failure: 'http_status: HTTP 404' })),
    code: 'record/output',
    says: /it was not there at the deadline, and counts all the same; and 3 others like it/,
    restedOn: true,
  },
  'an upload that is made out to have come too late': {
    at: `Update submitted for round 1, miner ${short(good.hotkey)}`,
    alters: outputs(
      files.submitted,
      good.hotkey,
      (all) => map(all, { failure: 'not_at_deadline: no', download_failure: 'not_at_deadline' }),
      1,
    ),
    code: 'record/output',
    says: /it does not count for the deadline, at which nobody found it missing/,
  },
  'a download that failed and did not': {
    at: `Update submitted for round 1, miner ${short(good.hotkey)}`,
    alters: outputs(files.submitted, good.hotkey, (all) => map(all, { download_failure: 'timeout' }), 1),
    code: 'record/output',
    says: /its download failed \(timeout\), which does not fit the rest/,
  },
  'a file that was there, recorded as missing': {
    at: 'Round 1: downloading',
    alters: deadline((all) => map(all, { there: 'no', failure: 'http_status: HTTP 404' })),
    code: 'record/deadline',
    says: /files of 5good.*: the host had it, but it is recorded as missing; and 3 others/,
  },
  'a file that is missing for no reason': {
    at: 'Round 1: downloading',
    alters: deadline((all) => map(all, { there: 'no', status: 404 })),
    code: 'record/deadline',
    says: /it is recorded as missing without a reason/,
  },
  'files that were asked for before the deadline': {
    at: 'Round 1: downloading',
    alters: forged(files.deadline, [1, good.hotkey], (record) => ({ ...record, asked_at_block: 9 })),
    code: 'record/deadline',
    says: /they were asked for at block 9, before the deadline at block \d+/,
  },
  'files that were asked for when it suited': {
    at: 'Round 1: downloading',
    alters: forged(files.deadline, [1, good.hotkey], (record) => ({ ...record, asked_at_block: 10 ** 9 })),
    code: 'record/deadline',
    says: /asked for at block 1000000000, but the chain stood at block \d+/,
  },
  'files that nobody asked for': {
    at: 'Round 1: downloading',
    alters: gone(files.deadline.path(1, good.hotkey)),
    code: 'decision/transition',
    says: /whether 4 files of 5good.* were there was not asked/,
  },
  'outputs for prompts that nobody asked for': {
    at: 'Update generated for round 1, miner leader',
    alters: forged(files.generated, [1, 'leader'], (all) => ({ ...all, p99: first(Object.values(all)) })),
    code: 'record/output',
    says: /p99 is no prompt of the round/,
  },
  'a distance of the leader’s from nothing': {
    at: 'Update generated for round 1, miner leader',
    alters: forged(files.generated, [1, 'leader'], (all) => map(all, { distance: 0.5 })),
    code: 'record/output',
    says: /a distance of 0.5 between what is the same, or was not compared/,
  },
  'more attempts than there may be': {
    at: 'Update generated for round 1, miner leader',
    alters: forged(files.generated, [1, 'leader'], (all) => map(all, { attempts: 9 })),
    code: 'record/output',
    says: /9 attempts, of which there may be 1 to 3/,
  },
  'an attempt that was worse than another': {
    at: 'Update generated for round 1, miner leader',
    alters: forged(files.generated, [1, 'leader'], (all) => {
      const quicker = { pod_id: 'a', generation_time: 0.1, glb_sha256: 'f'.repeat(64) }
      return map(all, { attempts: 2, tries: [quicker, { pod_id: 'b', failure: 'status 500' }] })
    }),
    code: 'record/output',
    says: /it is not the best of its 2 attempts/,
  },
  'an attempt that is not named': {
    at: 'Update generated for round 1, miner leader',
    alters: forged(files.generated, [1, 'leader'], (all) =>
      map(all, { attempts: 3, tries: [{ pod_id: 'b', failure: 'status 500' }] }),
    ),
    code: 'record/output',
    says: /3 attempts, of which 1 are named/,
  },
  'a match without a judge': {
    at: AT.match,
    alters: report(({ judge: _, ...old }) => old),
    code: 'decision/match',
    says: /it does not name the judge/,
  },
  'downloads left out': {
    at: 'Round 1: duels',
    alters: gone(files.submitted.path(1, good.hotkey)),
    code: 'decision/transition',
    says: /4 downloads of 5good.* are missing/,
  },
  'one download left out': {
    at: 'Round 0: duels',
    alters: outputs(files.submitted, good.hotkey, (all) => Object.fromEntries(Object.entries(all).slice(1))),
    code: 'decision/transition',
    says: /1 downloads of 5good.* are missing/,
  },
}

export interface Forged {
  readonly plans: Planned[]
  readonly position: number
  readonly alters: Readonly<Record<string, Alter>>
}

export function forge(honest: readonly Planned[], { at, alters: made }: Forgery): Forged {
  const position = positionOf(honest, at)
  const alters = typeof made === 'function' ? made(honest, position) : made
  return { plans: altered(honest, position, alters), position, alters }
}
