/** A finished round played again by the product's own rules; judge and audits answer from the record, the judge no more than is asked. */
import type { Records } from '../../src/engine/records.ts'
import { courseOf } from '../../src/formats/generation-3d/course.ts'
import { outputsOf } from '../../src/formats/generation-3d/record.ts'
import { takesOver } from '../../src/rules/match.ts'
import { type Pairing, timeline } from '../../src/rules/timeline.ts'
import { type Config, type Duel, files, LEADER, type MatchReport, type Matrix } from '../../src/state/index.ts'
import type { StateFile } from '../../src/state/state-file.ts'
import { timelineInput } from '../../src/verify/replay-round.ts'
import type { FinishedRound } from './history.ts'
import { askedIn, openMatch, reportOf } from './recorded-match.ts'

export interface Replayed {
  /** Undefined where the record does not tell. */
  readonly winner: string | undefined
  readonly matches: readonly ReplayedMatch[]
  readonly notes: readonly string[]
}

export interface ReplayedMatch extends Pairing {
  readonly margin: number
  readonly passes: boolean
  /** On record. */
  readonly recorded: { readonly margin: number; readonly passes: boolean; readonly asked: number }
  /** Of the judge, now. */
  readonly asked: number
}

/** How much is judged: all of a match, or as `config.judging` says. */
export type Judging = NonNullable<Config['judging']>

export async function replayRound(finished: FinishedRound, judging: Judging): Promise<Replayed> {
  const { round, records } = finished
  const config = { ...finished.config, judging: { ...finished.config.judging, ...judging } }
  const rows = (await records.find(files.matrix, round)) ?? []
  const entries = await records.read(files.submissions, round)
  const seed = (await records.find(files.seed, round))?.seed ?? 0
  const world = new World(records, round)
  await world.rejectAbsent(rows)
  const matches: ReplayedMatch[] = []
  const notes: string[] = []
  for (;;) {
    const line = timeline(await timelineInput(world, config, round, entries, world.matrix))
    if (line.winner !== undefined) return { winner: line.winner, matches, notes }
    if (line.next === undefined) {
      if (await world.hear(line.waitingFor)) continue
      const who = line.waitingFor.map((hotkey) => hotkey.slice(0, 10)).join(', ')
      return { winner: undefined, matches, notes: [...notes, `the audit of ${who} is not on record`] }
    }
    const { left, right } = line.next
    const row = rows.find((each) => each.left === left && each.right === right)
    if (row === undefined || line.next.confirmation)
      return { winner: undefined, matches, notes: [...notes, `${nameOf(line.next)} was never judged`] }
    const recorded = await reportIn(records, round, line.next)
    const played = recorded && (await play(finished, config, seed, recorded))
    if (recorded === undefined) notes.push(`${nameOf(line.next)} has no report: its margin is taken as recorded`)
    else if (played === undefined)
      notes.push(`${nameOf(line.next)} was stopped sooner on record: it is taken as recorded`)
    const report = played ?? recorded
    const margin = report?.margin ?? row.margin
    const passes = (of: number) => takesOver(of, config.win_margin)
    matches.push({
      ...{ left, right, margin, passes: passes(margin), asked: report === undefined ? 0 : askedIn(report) },
      recorded: {
        ...{ margin: row.margin, passes: passes(row.margin) },
        asked: recorded === undefined ? 0 : askedIn(recorded),
      },
    })
    world.add({ left, right, margin }, report)
  }
}

const nameOf = ({ left, right }: Pairing) => `${left.slice(0, 10)} vs ${right.slice(0, 10)}`

/** One for every row of the matrix; undefined where there is none. */
export async function reportsIn({ records, round }: FinishedRound): Promise<(MatchReport | undefined)[]> {
  const rows = (await records.find(files.matrix, round)) ?? []
  return Promise.all(rows.map((row) => reportIn(records, round, row)))
}

async function reportIn(records: Records, round: number, { left, right }: Pairing): Promise<MatchReport | undefined> {
  const report = await records.find(files.duels, round, left, right)
  return report?.left === left && report.right === right ? report : undefined
}

/** @returns undefined where a verdict is needed that the record does not have */
async function play(
  { records, round }: FinishedRound,
  config: Config,
  seed: number,
  report: MatchReport,
): Promise<MatchReport | undefined> {
  const { left, right } = report
  const of = { snapshot: records, number: round }
  const outputs = { left: await outputsOf(of, left), right: await outputsOf(of, right) }
  const open = openMatch(report, outputs, config.judging?.stopping !== 'none')
  const course = courseOf({ config, seed, left, right, outputs: outputs.left, duels: open })
  const recorded = new Map(report.duels.map((duel) => [duel.name, duel]))
  const heard = new Map<string, Duel>()
  for (let batch = course.next(heard); batch.length > 0; batch = course.next(heard))
    for (const { frame } of batch) heard.set(frame.name, recorded.get(frame.name) as Duel)
  const isWhole = report.stopped === undefined || course.stopped(heard) !== undefined
  return isWhole ? reportOf(report, open, heard) : undefined
}

/** The round as it is known while it is played again: audits are heard of when the round waits for them, and not before. */
class World implements Records {
  readonly #records: Records
  readonly #round: number
  readonly #heard = new Set<string>()
  readonly #reports = new Map<string, MatchReport | undefined>()
  readonly matrix: Matrix = []

  constructor(records: Records, round: number) {
    this.#records = records
    this.#round = round
  }

  /** Whoever was rejected before it met the leader took no part. */
  async rejectAbsent(rows: Matrix): Promise<void> {
    const met = new Set(rows.flatMap(({ left, right }) => (left === LEADER ? [right] : [])))
    const generation = (await this.#records.find(files.generationAudits, this.#round)) ?? {}
    const source = (await this.#records.find(files.sourceAudit, this.#round)) ?? []
    const failed = source.filter(({ verdict }) => verdict === 'failed').map(({ hotkey }) => hotkey)
    const rejected = Object.keys(generation).filter((hotkey) => generation[hotkey]?.outcome === 'rejected')
    for (const hotkey of [...rejected, ...failed]) if (!met.has(hotkey)) this.#heard.add(hotkey)
  }

  /** @returns whether there is anything new to hear */
  async hear(hotkeys: readonly string[]): Promise<boolean> {
    const fresh = hotkeys.filter((hotkey) => !this.#heard.has(hotkey))
    for (const hotkey of fresh) this.#heard.add(hotkey)
    return fresh.length > 0
  }

  add(row: Matrix[number], report: MatchReport | undefined): void {
    this.matrix.push(row)
    this.#reports.set(`${row.left} ${row.right}`, report)
  }

  async find<T, A extends readonly (string | number)[]>(file: StateFile<T, A>, ...args: A): Promise<T | undefined> {
    return (await this.#find(file as never, args)) as T | undefined
  }

  async #find(file: StateFile<unknown, readonly (string | number)[]>, args: readonly (string | number)[]) {
    const recorded = () => this.#records.find(file, ...args)
    if (args[0] !== this.#round) return recorded()
    const of = file as unknown
    if (of === files.matrix) return this.matrix
    if (of === files.duels) return this.#reports.get(`${args[1]} ${args[2]}`)
    if (of === files.generationAudits) {
      const audits = (await this.#records.find(files.generationAudits, this.#round)) ?? {}
      return Object.fromEntries(Object.entries(audits).filter(([hotkey]) => this.#heard.has(hotkey)))
    }
    if (of === files.sourceAudit) {
      const audits = (await this.#records.find(files.sourceAudit, this.#round)) ?? []
      return audits.filter(({ hotkey }) => this.#heard.has(hotkey))
    }
    return recorded()
  }

  read<T, A extends readonly (string | number)[]>(file: StateFile<T, A>, ...args: A): Promise<T> {
    return this.find(file, ...args) as Promise<T>
  }

  text(path: string): Promise<string | undefined> {
    return this.#records.text(path)
  }

  list(folder: string): Promise<string[]> {
    return this.#records.list(folder)
  }
}
