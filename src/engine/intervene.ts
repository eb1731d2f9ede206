/** A person acts: the record of the act and all that follows from it are one commit. */
import type { Chain } from '../chain/chain.ts'
import { isError, RoundkeeperError } from '../errors.ts'
import { type Act, type Effect, effectOf, recordOf, titleOf } from '../rules/intervention.ts'
import { type Head, nextSchedule } from '../rules/schedule.ts'
import { files } from '../state/files.ts'
import type { Intervention } from '../state/intervention.ts'
import type { State } from '../state/state.ts'
import { adoptable } from './adopt.ts'
import { Batch, type Committer } from './batch.ts'
import { type ChangeBuilder, change } from './change.ts'
import { guard } from './guard.ts'
import { nextNumber, sceneOf } from './scene.ts'
import { Snapshot } from './snapshot.ts'

/** Lost races against a running engine after which a person is told to try again. */
const MAX_ATTEMPTS = 12

/** What a person asks for. A commit may be named by the beginning of its id. */
export type Wanted = Exclude<Act, { kind: 'adopt' }> | { readonly kind: 'adopt'; readonly commit: string }

export interface InterveneOptions {
  /** Decides whether a finished competition has another start to go on to; without it nobody looks. */
  readonly chain?: Pick<Chain, 'head'> | undefined
  /** Says what would happen, and commits nothing. */
  readonly dryRun?: boolean
}

export interface Intervened {
  /** Where the record lies. */
  readonly path: string
  readonly record: Intervention
  readonly state: State
  /** Live paths of files that were put away, and where they are now. */
  readonly moves: ReadonlyMap<string, string>
  /** What was written besides. */
  readonly written: readonly string[]
  /** Undefined after a dry run. */
  readonly commit: string | undefined
}

/**
 * Pauses, resumes, goes back to a stage, makes a round or a prompt void, adopts an edit by hand, or only notes
 * something: by the rule, with its reason on record.
 * @throws RoundkeeperError `usage` when it cannot be, or would come to nothing; `refused` on edits by hand that nobody
 * adopted; `conflict` after many lost races
 */
export async function intervene(
  committer: Committer,
  wanted: Wanted | 'pause' | 'resume' | 'note',
  reason: string,
  options: InterveneOptions = {},
): Promise<Intervened> {
  if (reason.trim() === '') {
    throw new RoundkeeperError('usage', 'an intervention needs a reason', { hint: 'Say why: anybody can read it.' })
  }
  const what = typeof wanted === 'string' ? { kind: wanted } : wanted
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptTo(committer, what, reason, options)
    } catch (error) {
      if (!isError(error, 'conflict') || attempt === MAX_ATTEMPTS) throw error
    }
  }
}

async function attemptTo(
  committer: Committer,
  wanted: Wanted,
  reason: string,
  { chain, dryRun = false }: InterveneOptions,
): Promise<Intervened> {
  const { repo, by, clock } = committer
  const head = await repo.head()
  const snapshot = new Snapshot(repo, head)
  // Whoever wants to hold the competition, or to say or set right something, is never held up by what is wrong with it.
  if (!['pause', 'note', 'adopt'].includes(wanted.kind)) await guard(repo, head)
  const act: Act = wanted.kind === 'adopt' ? await adoptable(repo, head, wanted.commit) : wanted
  const number = await nextNumber(snapshot)
  const path = files.intervention.path(number)
  const scene = await sceneOf(snapshot)
  const effect = effectOf(act, scene, path)
  if (act.kind === 'resume' && scene.state.stage === 'finished' && chain !== undefined)
    await checkAnotherStart(snapshot, scene.state, await chain.head())
  const told = { reason, by: `${by.name} <${by.email}>`, at: clock.now().toISOString() }
  const record = recordOf(act, told, scene, effect)
  const batch = new Batch(committer, head)
  const made = change(`Intervention: ${titleOf(record)} (${reason.replace(/\s+/g, ' ')})`)
  await apply(made, effect, scene.state, snapshot)
  batch.add(made.put(files.intervention, [number], record))
  if (!dryRun) {
    const { current_round, stage } = scene.state
    await batch.flush({ Round: String(current_round), Stage: stage, Owner: 'human' })
  }
  const written = [...made.files].flatMap(([at, text]) => (text === null || isTarget(effect, at) ? [] : [at]))
  return { path, record, state: effect.state, moves: effect.moves, written, commit: batch.commits.at(-1) }
}

const isTarget = ({ moves }: Effect, path: string) => [...moves.values()].includes(path)

async function apply(made: ChangeBuilder, effect: Effect, before: State, snapshot: Snapshot): Promise<void> {
  for (const [from, to] of effect.moves) made.move(from, to, await snapshot.bytes(from))
  if (effect.winner !== undefined) made.put(files.winner, [before.current_round], effect.winner)
  if (files.state.serialise(effect.state) !== files.state.serialise(before)) made.put(files.state, [], effect.state)
}

/** Without another start the competition would be finalized once more, and be over again. */
async function checkAnotherStart(snapshot: Snapshot, { current_round }: State, head: Head): Promise<void> {
  const config = await snapshot.read(files.config)
  const previous = await snapshot.find(files.schedule, current_round)
  const next = nextSchedule({ config, previous, head })
  if (next.kind === 'round') return
  throw new RoundkeeperError('usage', `the competition is finished, and stays so: ${next.reason}`, {
    where: 'config.json: last_competition_date',
    hint: 'Move last_competition_date in config.json first (a commit by hand, pushed), then resume.',
  })
}
