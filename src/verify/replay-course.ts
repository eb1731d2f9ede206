/** Where a match had to end, going by the verdicts that it has on record. */
import { courseOf, type MatchBasis } from '../formats/generation-3d/course.ts'
import { stoppingOf } from '../formats/generation-3d/stopping.ts'
import type { Duel, MatchReport } from '../state/index.ts'
import { differencesOf } from './differences.ts'

export interface Walked {
  /** Stems of the prompts that the judge was not to be asked about. */
  readonly unasked: ReadonlySet<string>
  /** What is wrong with the end of the match, for people. */
  readonly problem?: { readonly note: string; readonly differences?: readonly string[] }
}

const ALL: Walked = { unasked: new Set() }

/** The judge is asked again in the same order, and answers from the record. */
export function walk(basis: MatchBasis, { duels, stopped }: Pick<MatchReport, 'duels' | 'stopped'>): Walked {
  if (stoppingOf(basis.config) === undefined) {
    const note = 'it was stopped, and the rules of its time stop no match'
    return stopped === undefined ? ALL : { ...ALL, problem: { note } }
  }
  const course = courseOf(basis)
  const recorded = new Map(duels.map((duel) => [duel.name, duel]))
  const heard = new Map<string, Duel>()
  for (let batch = course.next(heard); batch.length > 0; batch = course.next(heard)) {
    for (const { frame } of batch) {
      const duel = recorded.get(frame.name)
      if (duel === undefined)
        return { ...ALL, problem: { note: `it ended without ${frame.name}, which had to be asked next` } }
      heard.set(frame.name, duel)
    }
  }
  const open = basis.duels.filter(({ settled }) => settled === undefined).map(({ frame }) => frame.name)
  const unasked = new Set(open.filter((name) => !heard.has(name)))
  const beyond = [...unasked].find((name) => recorded.has(name))
  if (beyond !== undefined) return { unasked, problem: { note: `it went on to ${beyond} when it was over` } }
  const differences = differencesOf({ stopped }, { stopped: course.stopped(heard) })
  return differences.length === 0
    ? { unasked }
    : { unasked, problem: { note: 'it was not stopped as its verdicts say', differences } }
}
