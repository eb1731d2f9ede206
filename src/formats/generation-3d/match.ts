import { type Change, change } from '../../engine/change.ts'
import type { Contest } from '../../engine/format.ts'
import type { Context, Round } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import { counts, isUndecided, scoreOf } from '../../rules/match.ts'
import { type Duel, files, LEADER, type Output } from '../../state/index.ts'
import { again } from './again.ts'
import { ask } from './ask.ts'
import { duelsOf, inOrder, type OpenDuel } from './duels.ts'
import type { Ports } from './ports.ts'
import { promptsOf } from './prompts.ts'
import { outputsOf } from './record.ts'
import { leaveUndecided, type MatchId, retriesOf } from './undecided.ts'

/** One match: every prompt a duel; report and matrix row are one change. */
export async function judgeMatch(ports: Ports, round: Round, contest: Contest, context: Context): Promise<Change> {
  const { snapshot, number } = round
  const left = contest.left ?? LEADER
  const { right } = contest
  const asked = { seed: (await snapshot.read(files.seed, number)).seed, ...again(round) }
  const outputs = { left: await outputsOf(round, left), right: await outputsOf(round, right) }
  const match: MatchId = { of: round.config.name, round: number, left, right, ...again(round) }
  const retry = await retriesOf(ports.store, match)
  const open = duelsOf(round.config, await promptsOf(round), outputs)

  const duel = async ({ frame, settled, prompt, left, right }: OpenDuel, signal: AbortSignal): Promise<Duel> => {
    if (settled !== undefined) return { ...frame, ...settled }
    return { ...frame, ...(await ask(ports, asked, prompt, left as Output, right as Output, signal, retry)) }
  }

  const judged: Duel[] = []
  const voids: unknown[] = []
  for await (const result of context.pool.run(open, duel, context.signal)) {
    if (result.ok) judged.push(result.output)
    else voids.push(result.error)
    context.progress({
      what: `${left.slice(0, 10)} vs ${right.slice(0, 10)}`,
      done: judged.length,
      total: open.length,
    })
  }
  // A match is on record whole or not at all: duels that were answered are remembered and not asked again.
  if (voids.length > 0) throw voids[0]

  const duels = inOrder(judged)
  if (isUndecided(duels)) {
    await leaveUndecided(ports.store, match, retry)
    throw undecided(left, right, duels, ports.judge.id)
  }
  const { score, margin } = scoreOf(duels)
  const matrix = (await snapshot.find(files.matrix, number)) ?? []
  return change(
    `Match report: ${left.slice(0, 10)} vs ${right.slice(0, 10)}`,
    `Update matches matrix for round ${number}`,
  )
    .put(files.duels, [number, left, right], { left, right, score, margin, duels, judge: ports.judge.id })
    .put(files.matrix, [number], [...matrix, { left, right, margin }])
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
