/** One commit of a competition, as far as people want to hear of it: the records before and after it. */
import { Snapshot } from '../engine/snapshot.ts'
import type { CommitInfo, StateRepo } from '../repo/state-repo.ts'
import {
  type AuditRequests,
  type Config,
  files,
  type GenerationAudits,
  type Intervention,
  type JudgeCard,
  type Leaders,
  type Matrix,
  type Schedule,
  type Seed,
  type SourceAudits,
  type State,
  type Submissions,
  type Winner,
} from '../state/index.ts'

/** What is on record; of rounds, that of the round in which the commit was made. */
export interface View {
  readonly state: State
  readonly leaders: Leaders
  readonly requests: AuditRequests
  readonly generation: GenerationAudits
  readonly source: SourceAudits
}

export interface Step {
  readonly commit: string
  readonly at: Date
  readonly config: Config
  readonly before: View
  readonly after: View
  /** Of the round that follows, where it begins with this commit; else of the current one. */
  readonly schedule: Schedule | undefined
  readonly seed: Seed | undefined
  readonly submissions: Submissions
  /** Of how many of them the uploads are on record. */
  readonly gathered: number
  readonly matrix: Matrix
  readonly winner: Winner | undefined
  readonly card: JudgeCard | undefined
  /** The act by hand that this commit is. */
  readonly act: Intervention | undefined
}

const ACT = /^interventions\/(\d+)\.json$/
const TOLD =
  /^(state\.json|leader\.json|interventions\/\d+\.json|rounds\/\d+\/(require_audit|generation_audits|source_audit)\.json)$/

/** @returns undefined where nothing of it is worth telling @throws `state-file`, and whatever the repository throws */
export async function readStep(repo: StateRepo, { oid, parents, committer }: CommitInfo): Promise<Step | undefined> {
  const [parent] = parents
  if (parent === undefined) return undefined
  const changed = await repo.changes(parent, oid)
  if (!changed.some((path) => TOLD.test(path))) return undefined
  const [was, is] = [new Snapshot(repo, parent), new Snapshot(repo, oid)]
  if ((await was.find(files.state)) === undefined) return undefined
  const round = (await was.read(files.state)).current_round
  const before = await viewOf(was, round)
  const after = await viewOf(is, round)
  const next = after.state.current_round
  const submissions = (await is.find(files.submissions, round)) ?? {}
  const paths = new Set(await is.list(`rounds/${round}`))
  const number = changed.map((path) => ACT.exec(path)?.[1]).find((found) => found !== undefined)
  return {
    commit: oid,
    at: committer.at,
    config: await is.read(files.config),
    ...{ before, after, submissions },
    schedule: await is.find(files.schedule, next),
    seed: await is.find(files.seed, next),
    gathered: Object.keys(submissions).filter((hotkey) => paths.has(files.submitted.path(round, hotkey))).length,
    matrix: (await is.find(files.matrix, round)) ?? [],
    winner: await is.find(files.winner, round),
    card: await is.find(files.judgeCard, round),
    act: number === undefined ? undefined : await is.find(files.intervention, Number(number)),
  }
}

async function viewOf(snapshot: Snapshot, round: number): Promise<View> {
  return {
    state: await snapshot.read(files.state),
    leaders: (await snapshot.find(files.leader)) ?? [],
    requests: (await snapshot.find(files.requireAudit, round)) ?? [],
    generation: (await snapshot.find(files.generationAudits, round)) ?? {},
    source: (await snapshot.find(files.sourceAudit, round)) ?? [],
  }
}
