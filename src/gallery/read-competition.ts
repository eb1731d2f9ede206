import type { Snapshot } from '../engine/snapshot.ts'
import { type Config, files, type Leaders } from '../state/index.ts'
import type { CompetitionView, CrownStep } from './views.ts'

export async function readCompetition(snapshot: Snapshot, config: Config): Promise<CompetitionView> {
  const { stage, current_round: currentRound } = await snapshot.read(files.state)
  const { name, description } = config
  const crown = crownSteps((await snapshot.find(files.leader)) ?? [])
  return { name, description, stage, currentRound, head: snapshot.head, crown }
}

/** Rounds with anything on record, oldest first. */
export async function roundsOf(snapshot: Snapshot): Promise<number[]> {
  const numbers = (await snapshot.list('rounds')).flatMap((path) => {
    const number = /^rounds\/(0|[1-9]\d{0,9})\//.exec(path)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
  return [...new Set(numbers)].sort((a, b) => a - b)
}

export function crownSteps(leaders: Leaders): CrownStep[] {
  return leaders.map(({ hotkey, repo, commit, weight, effective_block: block }, i) => {
    const before = leaders[i - 1]
    const same = before?.hotkey === hotkey && before.commit === commit
    const change = before === undefined ? 'first' : same ? 'defended' : 'took over'
    return { block, weight, change, person: { hotkey, repo, isLeader: true } }
  })
}
