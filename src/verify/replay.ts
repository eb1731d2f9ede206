import { Snapshot } from '../engine/snapshot.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import type { Leaders } from '../state/leader.ts'
import type { Compared } from './compare.ts'
import { History } from './history.ts'
import { type Decided, replayLeaders } from './replay-leaders.ts'
import { type RoundReplay, replayRound } from './replay-round.ts'
import { compareRounds, isClosed, roundsOnRecord } from './rounds-on-record.ts'
import { outcomesOf, outcomesOfRound, type Summary, summaryOf } from './summary.ts'

export interface Replay {
  readonly source: string
  readonly head: string
  readonly competition: string
  readonly rounds: readonly RoundReplay[]
  /** The rounds that have to be on record. */
  readonly rounds_on_record: Compared<number[]>
  /** The whole of leader.json; only where all rounds are replayed. */
  readonly crown?: Compared<Leaders>
  readonly summary: Summary
}

/** Decides every round on record again, from its recorded evidence, with the engine's own rules. Reads only. */
export async function replay(repo: StateRepo, only?: number): Promise<Replay> {
  const head = await repo.head()
  const snapshot = new Snapshot(repo, head)
  const history = new History(repo, head)
  const config = await snapshot.read(files.config)
  const state = await snapshot.find(files.state)
  const numbers = await roundsOnRecord(snapshot)
  const rounds: RoundReplay[] = []
  const decided: Decided[] = []
  for (const round of numbers) {
    if (only !== undefined && round !== only) continue
    const closed = isClosed(state, round)
    const { by, result } = await replayByItsConfig(snapshot, history, config, round, closed)
    rounds.push(result)
    decided.push({ round, config: by, winner: result.winner.recomputed, closed })
  }
  const [first, ...others] = decided
  const result = {
    source: repo.id,
    head,
    competition: config.name,
    rounds,
    rounds_on_record: compareRounds(numbers, config, state),
    ...(first && only === undefined ? { crown: await replayLeaders(snapshot, history, [first, ...others]) } : {}),
  }
  return { ...result, summary: summaryOf(outcomesOf(result)) }
}

const differs = (round: RoundReplay) => summaryOf(outcomesOfRound(round)).differ > 0

/** Configurations change between rounds: a round goes by the one of the commit which recorded its winner. */
async function replayByItsConfig(
  snapshot: Snapshot,
  history: History,
  config: Config,
  round: number,
  closed: boolean,
): Promise<{ by: Config; result: RoundReplay }> {
  const result = await replayRound(snapshot, history, config, round, closed)
  const then = differs(result) ? await history.asOf(files.winner.path(round)) : undefined
  const by = await then?.read(files.config)
  if (then === undefined || by === undefined || files.config.serialise(by) === files.config.serialise(config))
    return { by: config, result }
  const again = await replayRound(snapshot, history, by, round, closed)
  return { by, result: { ...again, config_of: then.head } }
}
