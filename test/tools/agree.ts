import { expect } from 'vitest'
import { openHistory } from '../../src/repo/open-history.ts'
import type { StateRepo } from '../../src/repo/state-repo.ts'
import { replay } from '../../src/verify/replay.ts'
import { verify } from '../../src/verify/verify.ts'
import { answersOf, ourAnswers } from './answers.ts'
import { problemsOf, type Rechecked, recheck } from './recheck.ts'

type Match = Pick<Rechecked['rounds'][number]['matches'][number], 'left' | 'right' | 'margin'>

/** What was decided commit by commit is what follows from the end of it. */
async function agreeWithVerify(source: string, second: Rechecked): Promise<void> {
  await using history = await openHistory(source)
  const { decisions } = await verify(history)
  const of = (kind: string) => decisions.filter((decision) => decision.kind === kind)
  const winners = second.rounds.map(({ round, winner }) => [round, winner])
  expect(of('winner').map(({ round, recomputed }) => [round, recomputed])).toEqual(winners)
  const lineOf = (round: number, { left, right, margin }: Match) => `${round} ${left} ${right} ${margin}`
  const margins = second.rounds.flatMap(({ round, matches }) => matches.map((match) => lineOf(round, match)))
  const decided = of('match').map(({ round, recomputed }) => lineOf(round, recomputed as Match))
  // Of a batch of matches in one commit the order is not told.
  expect(decided.sort()).toEqual(margins.sort())
  for (const entry of of('leader').flatMap(({ recomputed }) => (recomputed ?? []) as object[]))
    expect(second.leaders).toContainEqual(expect.objectContaining(entry))
}

/** Both agree about a finished competition, and neither holds anything against it. */
export async function agreeOn(repo: StateRepo, source: string): Promise<Rechecked> {
  const second = await recheck(source)
  expect(problemsOf(second)).toEqual([])
  expect(second).toMatchObject({ code: 0, same: true })
  const replayed = await replay(repo)
  const { rounds, crown } = replayed
  expect(answersOf(second)).toEqual(await ourAnswers(repo, replayed))
  expect(second.rounds.map(({ winner }) => winner)).toEqual(rounds.map(({ winner }) => winner.recorded))
  expect(crown?.equal).toBe(true)
  await agreeWithVerify(source, second)
  return second
}
