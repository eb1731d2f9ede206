/** What a history has of each round: how its record stands in the end, by which rules, and what was changed by hand. */
import type { Records } from '../../src/engine/records.ts'
import type { History } from '../../src/repo/history.ts'
import { type Config, files } from '../../src/state/index.ts'
import { appendOnly } from '../../src/verify/checks/append-only.ts'
import type { Check } from '../../src/verify/step.ts'
import { verify } from '../../src/verify/verify.ts'

export interface FinishedRound {
  readonly round: number
  readonly records: Records
  /** As of the commit that recorded the winner. */
  readonly config: Config
  readonly winner: string
  /** What of it was published and changed later, each with how often. */
  readonly edits: readonly string[]
}

export interface Finished {
  readonly rounds: readonly FinishedRound[]
  /** What there is to say of the others. */
  readonly notes: readonly string[]
}

export async function finishedRounds(history: History): Promise<Finished> {
  const configs = new Map<number, Config>()
  const { findings, records } = await verify(history, { checks: [appendOnly(), configOfWinners(configs)] })
  const notes: string[] = []
  const rounds: FinishedRound[] = []
  for (const round of await numbersIn(records)) {
    try {
      const winner = await records.find(files.winner, round)
      const config = configs.get(round) ?? (await records.read(files.config))
      const edits = Map.groupBy(
        findings.filter((each) => each.round === round && each.severity !== 'note'),
        ({ code }) => code,
      )
      if (winner === undefined) notes.push(`round ${round}: no winner yet`)
      else if (winner.void !== undefined) notes.push(`round ${round}: void`)
      else
        rounds.push({
          ...{ round, records, config, winner: winner.winner_hotkey },
          edits: [...edits].map(([code, of]) => (of.length > 1 ? `${code} ×${of.length}` : code)).sort(),
        })
    } catch (error) {
      notes.push(`round ${round}: ${wordsOf(error)}`)
    }
  }
  return { rounds, notes }
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function configOfWinners(configs: Map<number, Config>): Check {
  return {
    name: 'rules of the rounds',
    step({ changed, config }) {
      for (const { located, after } of changed)
        if (located?.file === files.winner && after !== undefined && config !== undefined)
          configs.set(located.args[0] as number, config)
    },
  }
}

/** Rounds that anybody entered. */
async function numbersIn(records: Records): Promise<number[]> {
  const paths = await records.list('rounds')
  const found = paths.flatMap((path) => /^rounds\/(\d{1,15})\/submissions\.json$/.exec(path)?.[1] ?? [])
  return found.map(Number).sort((a, b) => a - b)
}
