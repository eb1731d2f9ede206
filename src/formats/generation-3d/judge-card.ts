/** Before a round is decided: its judge card on record, and a pause where that is out of bounds. */
import { type Change, type ChangeBuilder, change } from '../../engine/change.ts'
import type { Context, Round } from '../../engine/owner.ts'
import { actsOf } from '../../engine/scene.ts'
import { RoundkeeperError } from '../../errors.ts'
import { paused } from '../../rules/hold.ts'
import { heldBy, isCardDue, judgeCard } from '../../rules/judge-card.ts'
import { files, type JudgeCard, type JudgeChecks, type MatchReport } from '../../state/index.ts'
import { type RoundFiles, reportOf } from './record.ts'

/** @returns undefined when the round may be decided @throws `refused` */
export async function sanityDue(round: Round, context: Pick<Context, 'chain'>): Promise<Change | undefined> {
  const { snapshot, config, number } = round
  const matches = ((await snapshot.find(files.matrix, number)) ?? []).length
  const acts = await actsOf(snapshot)
  const known = await snapshot.find(files.judgeCard, number)
  if (!isCardDue(config.judging, known, matches)) {
    const why = known && heldBy(known, acts, number)
    if (why !== undefined) throw notResumed(number, why)
    return undefined
  }
  const card = await cardOf(round, acts.length)
  const made = change(`Update judge card for round ${number}`).put(files.judgeCard, [number], card)
  return heldBy(card, acts, number) === undefined ? made : made.and(await hold(round, context))
}

/** Somebody made the round go on by hand. */
const notResumed = (round: number, why: string) =>
  new RoundkeeperError('refused', `round ${round} cannot be decided: its judge card is out of bounds (${why})`, {
    where: files.judgeCard.path(round),
    hint: 'Judge anew (roundkeeper intervene redo-stage duels), or pause and resume: either with a reason, and on record.',
  })

/** The card says why; it goes on when somebody who has looked at it resumes. */
async function hold({ state, number }: Round, { chain }: Pick<Context, 'chain'>): Promise<ChangeBuilder> {
  return change(`Update state (paused) for round ${number}: the judge card is out of bounds`)
    .at(await chain.head())
    .put(files.state, [], paused(state))
}

/** As it follows from the record. @param acts of people, on record before it */
export async function cardOf(round: RoundFiles, acts: number): Promise<JudgeCard> {
  const { snapshot, config, number } = round
  const reports: MatchReport[] = []
  const checks: JudgeChecks[] = []
  for (const { left, right } of (await snapshot.find(files.matrix, number)) ?? []) {
    reports.push(await reportOf(round, left, right))
    const checked = await snapshot.find(files.judgeChecks, number, left, right)
    if (checked !== undefined) checks.push(checked)
  }
  return judgeCard({ judging: config.judging ?? {}, reports, checks, earlier: await earlierCards(round), acts })
}

async function earlierCards({ snapshot, number }: RoundFiles): Promise<{ round: number; card: JudgeCard }[]> {
  const rounds = (await snapshot.list('rounds')).flatMap(
    (path) => /^rounds\/(\d{1,15})\/judge_card\.json$/.exec(path)?.[1] ?? [],
  )
  const earlier = rounds.map(Number).filter((round) => round < number)
  const cards: { round: number; card: JudgeCard }[] = []
  for (const round of earlier.sort((a, b) => a - b)) {
    const card = await snapshot.find(files.judgeCard, round)
    if (card !== undefined) cards.push({ round, card })
  }
  return cards
}
