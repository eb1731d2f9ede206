import { Command } from 'commander'
import { actsOf } from '../engine/scene.ts'
import { Snapshot } from '../engine/snapshot.ts'
import { judgeFacts } from '../gallery/judge-facts.ts'
import { openSource } from '../repo/open.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { titleOf } from '../rules/intervention.ts'
import { activeLeader, currentLeader } from '../rules/leader.ts'
import {
  type Config,
  DEFAULT_AUDIT_DEADLINE_HOURS,
  files,
  type Intervention,
  type JudgeCard,
  type LeaderEntry,
  type State,
} from '../state/index.ts'
import { when } from './describe.ts'
import { EXIT_HELD, EXIT_LATE, EXIT_OK } from './exit-codes.ts'
import { type GitTold, gitTold } from './git-told.ts'
import { print, printJson, shortKey, table } from './output.ts'
import { chainHeadOf, sourceOf } from './source.ts'

/** After the announced time, before a stage counts as late: a cron job needs some. */
const GRACE_MS = 45 * 60_000

interface Status {
  competition: string
  head: string
  /** Since when it stands as it does; ISO 8601. */
  last_commit_at: string
  /** The chain's newest block, where the source says which chain it is. */
  block: number | null
  state: State
  late: boolean
  leader: LeaderEntry | null
  /** The entry that is appended already but becomes effective later only. */
  next_leader: LeaderEntry | null
  /** The newest act by hand that is on record. */
  last_intervention: Intervention | null
  /** The newest one that is on record, and whose. */
  judge_card: (JudgeCard & { readonly round: number }) | null
  rounds: RoundRow[]
  /** How the repository is reached, of an operator's folder. */
  git: GitTold | null
}

interface RoundRow {
  round: number
  submissions: number | null
  matches: number
  audits: { passed: number; rejected: number; open: number }
  winner: string | null
  /** Whether it came to nothing, so that nobody won it and the crown stays as it was. */
  void: boolean
}

export const statusCommand = new Command('status')
  .summary('show where a competition stands')
  .description('Shows the stage, what it waits for, the leader and the rounds so far. Only reads.')
  .argument('[source]', 'a folder made by `init`, a clone, a bundle or a URL', '.')
  .option('--json', 'print as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0 on time, 1 error, 3 paused or finished, 4 late.\n' +
      '\nExamples:\n  $ roundkeeper status my-competition\n  $ roundkeeper status https://github.com/owner/competition --json\n',
  )
  .action(async (source: string, options: { json?: boolean }) => {
    const now = new Date()
    await using repo = await openSource(await sourceOf(source))
    const snapshot = new Snapshot(repo, await repo.head())
    const block = (await chainHeadOf(source))?.number ?? null
    const known = await statusOf(snapshot, await lastCommitAt(repo, snapshot.head), block, now)
    const status: Status = { ...known, git: (await gitTold(source, now)) ?? null }
    if (options.json) printJson(status)
    else printStatus(status, now)
    process.exitCode = exitCode(status)
  })

async function lastCommitAt(repo: StateRepo, head: string): Promise<Date> {
  for await (const { committer } of repo.log(head)) return committer.at
  return new Date(0)
}

async function statusOf(
  snapshot: Snapshot,
  lastCommit: Date,
  block: number | null,
  now: Date,
): Promise<Omit<Status, 'git'>> {
  const state = await snapshot.read(files.state)
  const config = await snapshot.read(files.config)
  const leaders = (await snapshot.find(files.leader)) ?? []
  const rounds: RoundRow[] = []
  for (const round of await roundsOnRecord(snapshot)) rounds.push(await roundRow(snapshot, round))
  const schedule = await snapshot.find(files.schedule, state.current_round)
  const latest = currentLeader(leaders)
  const leader = (schedule && activeLeader(leaders, schedule.latest_reveal_block)) ?? latest
  return {
    competition: config.name,
    head: snapshot.head,
    last_commit_at: lastCommit.toISOString(),
    block,
    state,
    late: isLate(state, config, lastCommit, now),
    leader: leader ?? null,
    next_leader: latest !== leader ? (latest ?? null) : null,
    last_intervention: (await actsOf(snapshot)).at(-1) ?? null,
    judge_card: await newestCard(snapshot, state.current_round),
    rounds,
  }
}

async function roundsOnRecord(snapshot: Snapshot): Promise<number[]> {
  const numbers = (await snapshot.list('rounds')).flatMap((path) => /^rounds\/(\d{1,15})\//.exec(path)?.[1] ?? [])
  return [...new Set(numbers.map(Number))].sort((a, b) => a - b)
}

async function newestCard(snapshot: Snapshot, current: number): Promise<Status['judge_card']> {
  for (const round of (await roundsOnRecord(snapshot)).reverse()) {
    const card = round > current ? undefined : await snapshot.find(files.judgeCard, round)
    if (card !== undefined) return { round, ...card }
  }
  return null
}

/** Past the announced time; or, in stages that announce none, without a commit for longer than they may take. */
function isLate(state: State, config: Config, lastCommit: Date, now: Date): boolean {
  if (state.stage === 'paused' || state.stage === 'finished') return false
  if (state.next_stage_eta !== null) return now.getTime() - Date.parse(state.next_stage_eta) > GRACE_MS
  const hours = state.stage === 'duels' ? (config.audit_deadline_hours ?? DEFAULT_AUDIT_DEADLINE_HOURS) : 0
  return now.getTime() - lastCommit.getTime() > GRACE_MS + hours * 3_600_000
}

async function roundRow(snapshot: Snapshot, round: number): Promise<RoundRow> {
  const submissions = await snapshot.find(files.submissions, round)
  const requests = (await snapshot.find(files.requireAudit, round)) ?? []
  const audits = (await snapshot.find(files.generationAudits, round)) ?? {}
  const winner = await snapshot.find(files.winner, round)
  const count = (outcome: string) =>
    requests.filter(({ hotkey }) => (audits[hotkey]?.outcome ?? 'pending') === outcome).length
  return {
    round,
    submissions: submissions ? Object.keys(submissions).length : null,
    matches: ((await snapshot.find(files.matrix, round)) ?? []).length,
    audits: { passed: count('passed'), rejected: count('rejected'), open: count('pending') },
    winner: winner?.winner_hotkey ?? null,
    void: winner?.void !== undefined,
  }
}

function printStatus(status: Status, now: Date): void {
  const { competition, head, last_commit_at, block, state, late, leader, next_leader: next, rounds } = status
  const { last_intervention: act, judge_card: card, git } = status
  const attempt = state.attempt === undefined ? '' : ` (attempt ${state.attempt})`
  const eta = state.next_stage_eta === null ? '' : `, next stage expected ${when(new Date(state.next_stage_eta), now)}`
  print(`${competition}: round ${state.current_round}${attempt}, ${state.stage}${late ? ' (LATE)' : ''}${eta}`)
  print(`head ${head.slice(0, 10)}, last commit ${when(new Date(last_commit_at), now)}`)
  if (block !== null) print(`block ${block} of the chain`)
  if (git && git.backend !== 'folder') print(`git    ${git.backend}: ${git.reason}`)
  if (leader) print(`leader ${describeLeader(leader)}`)
  if (next) print(`then   ${describeLeader(next)}`)
  if (act) print(`by hand ${titleOf(act)} ${when(new Date(act.at), now)}, by ${act.by}: ${act.reason}`)
  if (card) printCard(card, state)
  else if (state.stage === 'paused') print('It is held: `roundkeeper resume` lets it go on.')
  if (state.stage === 'finished')
    print('It is over. To go on, set a later last_competition_date in config.json and run `roundkeeper resume`.')
  if (late) print('Nothing has moved since: run `roundkeeper advance`, and see that the scheduled job runs.')
  print()
  const audits = ({ passed, rejected, open }: RoundRow['audits']) =>
    `${passed} passed, ${rejected} rejected, ${open} open`
  print(
    table(
      ['round', 'submissions', 'matches', 'audits', 'winner'],
      rounds.map((row) => [
        String(row.round),
        row.submissions === null ? '-' : String(row.submissions),
        String(row.matches),
        audits(row.audits),
        row.void ? 'void' : row.winner === null ? '-' : shortKey(row.winner),
      ]),
    ),
  )
}

function printCard(card: NonNullable<Status['judge_card']>, state: State): void {
  const { round, out_of_bounds: out } = card
  const counts = judgeFacts(card).map(({ name, value }) => `${name.toLowerCase()} ${value}`)
  print(`judge  of round ${round}, ${out.length === 0 ? 'within bounds' : 'OUT OF BOUNDS'}: ${counts.join(', ')}`)
  for (const reason of out) print(`       ${reason}`)
  if (state.stage !== 'paused') return
  if (out.length === 0 || round !== state.current_round) {
    print('It is held: `roundkeeper resume` lets it go on.')
    return
  }
  print('It is held until somebody has looked at the judge. Judge anew, with `roundkeeper intervene redo-stage duels`,')
  print('or let the round be decided all the same, with `roundkeeper resume`: either with a reason, and on record.')
}

const describeLeader = ({ hotkey, repo, commit, weight, effective_block: block }: LeaderEntry) =>
  `${hotkey}${repo && commit ? ` (${repo}@${commit.slice(0, 7)})` : ''}, weight ${weight} from block ${block}`

function exitCode({ state, late }: Status): number {
  if (state.stage === 'paused' || state.stage === 'finished') return EXIT_HELD
  return late ? EXIT_LATE : EXIT_OK
}
