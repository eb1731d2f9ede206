import { Snapshot } from '../engine/snapshot.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import type { Config } from '../state/config.ts'
import { files } from '../state/files.ts'
import { type RoundReplay, replayRound } from './replay-round.ts'
import { configOfRound } from './round-config.ts'

export interface Replay {
  readonly source: string
  readonly head: string
  readonly competition: string
  readonly rounds: readonly RoundReplay[]
}

/** Decides every round on record again, from its recorded evidence, with the engine's own rules. Reads only. */
export async function replay(repo: StateRepo, only?: number): Promise<Replay> {
  const head = await repo.head()
  const snapshot = new Snapshot(repo, head)
  const config = await snapshot.read(files.config)
  const state = await snapshot.find(files.state)
  const numbers = await roundsOnRecord(snapshot)
  const decided = (number: number) =>
    config.rules === 'v1' && (number < (state?.current_round ?? 0) || state?.stage === 'finished')
  // Older histories may have begun elsewhere; ours leaves no round out.
  const gap = numbers.findIndex((number, at) => number !== at)
  const missing = gap < 0 ? numbers.length : gap
  if (decided(missing) && missing <= (state?.current_round ?? 0)) await snapshot.read(files.submissions, missing)
  const rounds: RoundReplay[] = []
  for (const number of numbers) {
    if (only !== undefined && number !== only) continue
    const now = await replayRound(snapshot, config, number, decided(number))
    rounds.push(differs(now) ? ((await asOfThen(repo, snapshot, config, number, decided(number))) ?? now) : now)
  }
  return { source: repo.id, head, competition: config.name, rounds }
}

/** Whether anything that can be recomputed is not as recorded. */
export function differs({ matches, ...decisions }: RoundReplay): boolean {
  const compared = Object.values(decisions).filter((decision) => typeof decision === 'object')
  return matches.equal !== matches.checked || compared.some(({ equal }) => equal === false)
}

/** Configurations change between rounds: a round goes by the one that it was decided by. */
async function asOfThen(repo: StateRepo, snapshot: Snapshot, config: Config, number: number, whole: boolean) {
  const then = await configOfRound(repo, snapshot.head, number)
  if (then === undefined || files.config.serialise(then.config) === files.config.serialise(config)) return undefined
  return { ...(await replayRound(snapshot, then.config, number, whole)), config_of: then.commit }
}

/** Rounds that have entries on record; one that is only scheduled has nothing to decide yet. */
async function roundsOnRecord(snapshot: Snapshot): Promise<number[]> {
  const numbers = (await snapshot.list('rounds')).flatMap((path) => {
    const match = /^rounds\/(\d+)\/submissions\.json$/.exec(path)
    return match === null ? [] : [Number(match[1])]
  })
  return numbers.sort((a, b) => a - b)
}
