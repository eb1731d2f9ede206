/** What must be so for a stage to end, change by change. */
import { deadlineOf, nextSchedule } from '../../rules/schedule.ts'
import { randomnessOf } from '../../rules/seed.ts'
import { files } from '../../state/files.ts'
import type { Schedule } from '../../state/schedule.ts'
import type { Stage, State } from '../../state/state.ts'
import type { Step } from '../step.ts'
import { isPlayedHere } from './format.ts'
import { missingSweeps } from './generation-3d/deadlines.ts'
import { missingDownloads } from './generation-3d/downloads.ts'
import { unheld } from './generation-3d/judge-card.ts'
import { headOf } from './head.ts'

export interface Requirements {
  /** What is not so. */
  readonly problems: readonly string[]
  /** What cannot be told. */
  readonly believed: readonly string[]
}

type Needed = 'seed' | 'prompts' | 'submissions' | 'reveals' | 'winner' | 'schedule'
type Move = `${Stage} ${Stage}`
type Require = (step: Step, round: number, needs: Needs, to: State) => Promise<void> | void

/** Stages that a person holds or lets go have needs of their own only under our rules: then they are typed acts. */
export async function requirementsOf(step: Step, from: State, to: State): Promise<Requirements> {
  const needs = new Needs(step)
  const round = from.current_round
  if (from.stage === 'duels' && to.stage === 'paused' && step.strict) {
    const problem = await unheld(step, round)
    needs.must(problem === undefined, problem ?? '')
    needs.must(to.paused_from === from.stage, 'state.json does not say where it was paused')
  } else if (from.stage === 'paused' || to.stage === 'paused') {
    needs.must(!step.strict, 'a pause begins and ends only by a recorded act')
    needs.believe('that a person held it')
  } else await of[`${from.stage} ${to.stage}`]?.(step, round, needs, to)
  const expected = from.stage === 'finalizing' && to.stage === 'open' ? round + 1 : round
  needs.must(to.stage === 'paused' || to.current_round === expected, `round ${to.current_round} instead of ${expected}`)
  return needs
}

const of: Partial<Record<Move, Require>> = {
  async 'open miner_generation'(step, round, needs) {
    const schedule = await windowClosed(step, round, needs)
    const source = schedule && randomnessOf(schedule)
    if (source?.kind === 'block') needs.reached(source.block, 'the randomness of the seed is made')
    await needs.files(round, ['seed', 'prompts', 'submissions'])
    const entries = await step.after.find(files.submissions, round)
    if (entries !== undefined) needs.must(Object.keys(entries).length > 0, 'there is no entry to generate for')
  },
  async 'open finalizing'(step, round, needs) {
    await windowClosed(step, round, needs)
    await needs.files(round, step.strict ? ['winner', 'submissions', 'reveals'] : ['winner'])
    const entries = (await step.after.find(files.submissions, round)) ?? {}
    needs.must(Object.keys(entries).length === 0, 'there are entries, which nobody judged')
  },
  async 'miner_generation downloading'({ after, config }, round, needs) {
    const schedule = await after.find(files.schedule, round)
    if (schedule === undefined || config === undefined) return needs.must(false, 'its schedule is not on record')
    needs.reached(deadlineOf(schedule, config, await after.find(files.seed, round)), 'the deadline is')
    if (!isPlayedHere(config)) return
    for (const missing of await missingSweeps(after, config, round)) needs.must(false, missing)
  },
  async 'downloading duels'({ after, config }, round, needs) {
    if (config === undefined || !isPlayedHere(config)) return needs.believe('that all entries were gathered')
    for (const missing of await missingDownloads(after, round)) needs.must(false, missing)
  },
  async 'duels finalizing'(_step, round, needs) {
    await needs.files(round, ['winner'])
  },
  async 'finalizing open'(_step, round, needs, to) {
    await needs.files(round, ['winner'])
    await needs.files(to.current_round, ['schedule'])
  },
  async 'finalizing finished'({ after, trailers, config }, round, needs) {
    await needs.files(round, ['winner'])
    const head = headOf(trailers)
    if (head === undefined || config === undefined) return
    const next = nextSchedule({ config, previous: await after.find(files.schedule, round), head })
    if (next.kind === 'round') needs.must(false, `another round could start on ${next.startsAt.toISOString()}`)
  },
  'finished finalizing'(_step, _round, needs) {
    needs.must(false, 'what has come to its end goes on only by a recorded act')
  },
}

async function windowClosed({ after }: Step, round: number, needs: Needs): Promise<Schedule | undefined> {
  const schedule = await after.find(files.schedule, round)
  if (schedule === undefined) needs.must(false, 'its schedule is not on record')
  else needs.reached(schedule.latest_reveal_block, 'the window closes')
  if (schedule !== undefined) needs.lasted(schedule)
  return schedule
}

/** Chains lose slots and catch up a little; a clock may be off by minutes. */
const PACE = 0.98
const CLOCK_MS = 10 * 60_000

class Needs implements Requirements {
  readonly problems: string[] = []
  readonly believed: string[] = []
  readonly #step: Step

  constructor(step: Step) {
    this.#step = step
  }

  must(so: boolean, otherwise: string): void {
    if (!so) this.problems.push(otherwise)
  }

  believe(what: string): void {
    this.believed.push(what)
  }

  /** Without a block in the commit nobody can tell. */
  reached(block: number, what: string): void {
    const head = headOf(this.#step.trailers)
    if (head !== undefined && head.number < block)
      this.problems.push(`the chain stood at block ${head.number}, but ${what} at block ${block}`)
  }

  /** Blocks can be told at any pace; the start was published as a time too. */
  lasted({ earliest_reveal_block: first, latest_reveal_block: last, decided_at = '', starts_at = '' }: Schedule): void {
    const [head, decided, start] = [headOf(this.#step.trailers), Date.parse(decided_at), Date.parse(starts_at)]
    if (head === undefined || last <= first || Number.isNaN(decided) || Number.isNaN(start)) return
    if (head.time.getTime() - decided >= (start - decided) * PACE - CLOCK_MS) return
    this.problems.push(`the window was to close at ${starts_at}, not at ${head.time.toISOString()}`)
  }

  async files(round: number, names: readonly Needed[]) {
    for (const name of names) {
      const path = files[name].path(round)
      if (((await this.#step.after.text(path)) ?? '').trim() === '') this.problems.push(`${path} is missing`)
    }
  }
}
