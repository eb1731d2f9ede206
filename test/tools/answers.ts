import { Snapshot } from '../../src/engine/snapshot.ts'
import type { StateRepo } from '../../src/repo/state-repo.ts'
import { timeline } from '../../src/rules/timeline.ts'
import { files, type Leaders } from '../../src/state/index.ts'
import { type Replay, replay } from '../../src/verify/replay.ts'
import { reportsOf, rescored } from '../../src/verify/replay-matches.ts'
import { timelineInput } from '../../src/verify/replay-round.ts'
import type { Rechecked } from './recheck.ts'

/** What there is to know about a competition, in the same words whoever says it. */
export interface Answers {
  readonly rounds: readonly {
    readonly round: number
    /** `left right margin confirmed` */
    readonly matches: readonly string[]
    readonly qualified: readonly string[]
    readonly chain: readonly string[]
    readonly winner: string | null
  }[]
  /** Null where it cannot be told. */
  readonly leaders: readonly string[] | null
}

const matchLine = (left: string, right: string, margin: number, confirmed: number) =>
  `${left} ${right} ${margin} ${confirmed}`
const leaderLine = (entry: Readonly<Record<string, unknown>>) =>
  ['hotkey', 'repo', 'commit', 'docker', 'weight', 'effective_block', 'attempt']
    .map((field) => String(entry[field] ?? '-'))
    .join(' ')

/** Of the second opinion. */
export const answersOf = ({ rounds, leaders }: Rechecked): Answers => ({
  rounds: rounds.map(({ round, matches, qualified, chain, winner }) => ({
    round,
    matches: matches.map(({ left, right, margin, confirmed }) => matchLine(left, right, margin, confirmed)),
    qualified: chain === null ? [] : qualified,
    chain: chain ?? [],
    winner,
  })),
  leaders: leaders.map(leaderLine),
})

/** Of our own rules. */
export async function ourAnswers(repo: StateRepo, replayed?: Replay): Promise<Answers> {
  const { rounds, crown, head } = replayed ?? (await replay(repo))
  const snapshot = new Snapshot(repo, head)
  const config = await snapshot.read(files.config)
  const answers: Answers['rounds'][number][] = []
  for (const { round } of rounds) {
    const matrix = (await snapshot.find(files.matrix, round)) ?? []
    const again = rescored(matrix, await reportsOf(snapshot, round, matrix))
    const line = await timelineInput(
      snapshot,
      config,
      round,
      (await snapshot.find(files.submissions, round)) ?? {},
      again,
    )
    const { qualified, chain, winner, next } = timeline(line)
    const isVoid = (await snapshot.find(files.winner, round))?.void !== undefined
    answers.push({
      round,
      matches: again.map(({ left, right, margin }) =>
        matchLine(left, right, margin, line.margin(left, right) ?? Number.NaN),
      ),
      qualified: next === undefined ? qualified : [],
      chain: next === undefined ? chain : [],
      winner: isVoid ? 'leader' : (winner ?? null),
    })
  }
  const leaders: Leaders | null = crown?.recomputed ?? null
  return { rounds: answers, leaders: leaders?.map(leaderLine) ?? null }
}
