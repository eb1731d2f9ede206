import { type Change, change } from '../../engine/change.ts'
import type { Contest } from '../../engine/format.ts'
import type { Context, Round } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import type { Canary } from '../../rules/canaries.ts'
import { counts, isUndecided, scoreOf } from '../../rules/match.ts'
import { type Duel, files, LEADER, type Output } from '../../state/index.ts'
import { again } from './again.ts'
import { ask } from './ask.ts'
import { isCanary } from './canaries.ts'
import { courseOf } from './course.ts'
import { duelsOf, inOrder, type OpenDuel } from './duels.ts'
import { identityToPublish } from './judge-identity.ts'
import type { JudgingPorts } from './ports.ts'
import { promptsOf } from './prompts.ts'
import { outputsOf } from './record.ts'
import { SanityChecks } from './sanity-checks.ts'
import { secondJudge } from './second-judge.ts'
import { leaveUndecided, type MatchId, retriesOf } from './undecided.ts'

/**
 * One match: every prompt a duel, asked as its course says; report and matrix row are one change. A confirmation is the
 * same before the second judge, and no part of the matrix.
 */
export async function judgeMatch(
  all: JudgingPorts,
  round: Round,
  contest: Contest,
  context: Pick<Context, 'pool' | 'signal' | 'progress'>,
): Promise<Change> {
  const { confirmation } = contest
  const ports = confirmation ? { ...all, judge: secondJudge(all, round.config) ?? all.judge } : all
  const { snapshot, number } = round
  const left = contest.left ?? LEADER
  const { right } = contest
  const { seed } = await snapshot.read(files.seed, number)
  const asked = { seed, ...again(round) }
  const outputs = { left: await outputsOf(round, left), right: await outputsOf(round, right) }
  const match: MatchId = {
    ...{ of: round.config.name, round: number, left, right, ...again(round) },
    ...(confirmation && { confirmation }),
  }
  const retry = await retriesOf(ports.store, match)
  const open = duelsOf(round.config, await promptsOf(round), outputs)
  const course = courseOf({ config: round.config, seed, left, right, outputs: outputs.left, duels: open })
  const judging = confirmation ? undefined : round.config.judging
  const sanity = new SanityChecks(ports, judging, asked, { seed, left, right }, open)

  const duel = async ({ frame, prompt, left, right }: OpenDuel, signal: AbortSignal): Promise<Duel> => ({
    ...frame,
    ...(await ask(ports, asked, prompt, left as Output, right as Output, { pool: context.pool, signal }, retry)),
  })

  const answer = (task: OpenDuel | Canary, signal: AbortSignal): Promise<Duel | undefined> =>
    isCanary(task) ? sanity.ask(task, { pool: context.pool, signal }) : duel(task, signal)

  const settled = open.flatMap(({ frame, settled }) => (settled === undefined ? [] : [{ ...frame, ...settled }]))
  const heard = new Map<string, Duel>()
  for (let batch = course.next(heard); batch.length > 0; batch = course.next(heard)) {
    const failed: unknown[] = []
    for await (const result of context.pool.run(sanity.among(batch, heard.size), answer, context.signal)) {
      if (!result.ok) failed.push(result.error)
      else if (result.output !== undefined) heard.set(result.output.name, result.output)
      context.progress({
        what: `${left.slice(0, 10)} vs ${right.slice(0, 10)}`,
        done: settled.length + heard.size,
        total: open.length,
      })
    }
    // A match is on record whole or not at all: duels that were answered are remembered and not asked again.
    if (failed.length > 0) throw failed[0]
  }

  const stopped = course.stopped(heard)
  const duels = inOrder<Duel>([...settled, ...heard.values()])
  if (isUndecided(duels)) {
    await leaveUndecided(ports.store, match, retry)
    throw undecided(left, right, duels, ports.judge.id)
  }
  const { score, margin } = scoreOf(duels)
  const matrix = (await snapshot.find(files.matrix, number)) ?? []
  const report = {
    ...{ left, right, score, margin, duels, judge: ports.judge.id },
    ...(stopped && { stopped }),
    ...(await identityToPublish(round, matrix, ports.judge)),
  }
  if (confirmation)
    return change(`Confirmation: ${right.slice(0, 10)}`).put(files.confirmation, [number, right], report)
  const result = change(
    `Match report: ${left.slice(0, 10)} vs ${right.slice(0, 10)}`,
    `Update matches matrix for round ${number}`,
  )
    .put(files.duels, [number, left, right], report)
    .put(files.matrix, [number], [...matrix, { left, right, margin }])
  const checks = await sanity.finish(duels, context)
  return checks === undefined ? result : result.put(files.judgeChecks, [number, left, right], checks)
}

function undecided(left: string, right: string, duels: readonly Duel[], judge: string): RoundkeeperError {
  const voids = duels.filter((duel) => !counts(duel))
  const causes = [...new Set(voids.map(({ void: cause }) => cause))].slice(0, 3)
  return new RoundkeeperError(
    'unavailable',
    `${voids.length} of ${duels.length} duels got no verdict (${causes.join('; ')}): too many to decide the match`,
    {
      where: `${left.slice(0, 10)} vs ${right.slice(0, 10)}, judge ${judge}`,
      hint: 'Nobody loses by this: check the judge and run again; answered duels are not asked again, void ones are.',
    },
  )
}
