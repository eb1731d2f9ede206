/** Where a competition stands, for whoever asks whether it stands still: read from the repository alone, chain and store unasked. */
import { isError, type RoundkeeperError } from '../errors.ts'
import type { CommitInfo, StateRepo } from '../repo/state-repo.ts'
import type { Standstill } from '../rules/lateness.ts'
import { leaderIn } from '../rules/leader.ts'
import type { RoundOnRecord } from '../rules/outstanding.ts'
import { stemOf } from '../rules/prompts.ts'
import { files, LEADER, type Submissions } from '../state/index.ts'
import { guard } from './guard.ts'
import { actOf, isOfEngine } from './provenance.ts'
import { actsOf } from './scene.ts'
import { Snapshot } from './snapshot.ts'

export interface Found {
  readonly head: string
  readonly standstill: Standstill
  /** Why the engine refuses to go on: somebody edited its files. */
  readonly refusal: RoundkeeperError | undefined
  /** Why it is held, where it is: what a person said, or what is wrong with the judge. */
  readonly held: readonly string[]
}

/** @throws `state-file` for files that cannot be read, and whatever the repository throws */
export async function findStandstill(repo: StateRepo): Promise<Found> {
  const head = await repo.head()
  const snapshot = new Snapshot(repo, head)
  const state = await snapshot.read(files.state)
  const config = await snapshot.read(files.config)
  const number = state.current_round
  const refusal = await refusalOf(repo, head)
  const { lastStep, editedAt } = await lastSteps(repo, head)
  return {
    head,
    refusal,
    held: state.stage === 'paused' ? await reasonsToHold(snapshot, number) : [],
    standstill: {
      state,
      config,
      lastStepAt: lastStep,
      schedule: await snapshot.find(files.schedule, number),
      seed: await snapshot.find(files.seed, number),
      round: await roundOnRecord(snapshot, number),
      ...(refusal && { editedAt: editedAt ?? lastStep }),
    },
  }
}

async function reasonsToHold(snapshot: Snapshot, round: number): Promise<string[]> {
  const act = (await actsOf(snapshot)).at(-1)
  if (act?.kind === 'pause') return [`${act.by}: ${act.reason}`]
  return [...((await snapshot.find(files.judgeCard, round))?.out_of_bounds ?? [])]
}

async function refusalOf(repo: StateRepo, head: string): Promise<RoundkeeperError | undefined> {
  try {
    await guard(repo, head)
  } catch (error) {
    if (isError(error, 'refused')) return error
    throw error
  }
  return undefined
}

/** When the engine or a person by command last acted, and the first commit after that. */
async function lastSteps(repo: StateRepo, head: string): Promise<{ lastStep: Date; editedAt?: Date }> {
  let after: CommitInfo | undefined
  for await (const commit of repo.log(head)) {
    const editedAt = after?.committer.at
    const found = { lastStep: commit.committer.at, ...(editedAt && { editedAt }) }
    const isFirst = commit.parents.length === 0
    if (isFirst || isOfEngine(commit) || (await actOf(repo, commit)) !== undefined) return found
    after = commit
  }
  return { lastStep: new Date(0) }
}

async function roundOnRecord(snapshot: Snapshot, number: number): Promise<RoundOnRecord> {
  const submissions: Submissions = (await snapshot.find(files.submissions, number)) ?? {}
  const paths = new Set(await snapshot.list(`rounds/${number}`))
  const entered = Object.keys(submissions)
  return {
    entered,
    gathered: new Set(entered.filter((hotkey) => paths.has(files.submitted.path(number, hotkey)))),
    builds: (await snapshot.find(files.builds, number)) ?? {},
    baselineMissing: await baselineMissing(snapshot, number),
    matrix: (await snapshot.find(files.matrix, number)) ?? [],
    requests: (await snapshot.find(files.requireAudit, number)) ?? [],
    generationAudits: (await snapshot.find(files.generationAudits, number)) ?? {},
    sourceAudits: (await snapshot.find(files.sourceAudit, number)) ?? [],
    winner: await snapshot.find(files.winner, number),
  }
}

/** Nobody is judged against a leader whose own outputs are incomplete. */
async function baselineMissing(snapshot: Snapshot, number: number): Promise<number> {
  if (leaderIn((await snapshot.find(files.leader)) ?? [], number) === undefined) return 0
  const outputs = (await snapshot.find(files.generated, number, LEADER)) ?? {}
  const prompts = (await snapshot.find(files.prompts, number)) ?? []
  return prompts.filter((url) => !Object.hasOwn(outputs, stemOf(url))).length
}
