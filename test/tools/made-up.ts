import { scoreOf } from '../../src/rules/match.ts'
import {
  type Config,
  type DuelWinner,
  files,
  type GenerationAudits,
  type LeaderEntry,
  type Outputs,
} from '../../src/state/index.ts'
import { configOf } from '../rules/config.ts'
import fc from '../support/properties.ts'

/** What chance decides about a challenger in a round. */
interface MadeUpEntry {
  readonly at: number
  readonly code: number
  readonly audit: 'passed' | 'rejected' | 'pending' | undefined
  readonly review: 'passed' | 'failed' | undefined
  readonly outputs: readonly { readonly distance: number; readonly seconds: number; readonly there: boolean }[]
  /** Before the second judge; undefined where it was not asked. */
  readonly again: readonly DuelWinner[] | undefined
  /** Against the leader, then against those before it: verdicts, or undefined for a match that was never judged. */
  readonly duels: readonly (readonly DuelWinner[] | undefined)[]
}

interface MadeUp {
  readonly config: Config
  readonly rounds: readonly (readonly MadeUpEntry[])[]
}

const PROMPTS = 5
const HOTKEYS = [...'abcde'].map((name) => `5${name.repeat(47)}`)
const codeOf = (code: number) => ({ repo: `owner/model-${code}`, commit: `${code}`.repeat(40) })

const SECOND = 'second-judge/1'
/** Five prompts prove little: errors are large. */
const thrones = [
  { throne: 'significant', throne_error: 0.3 },
  { throne: 'significant', throne_error: 0.45, throne_floor: 0.05 },
  { throne: 'familywise', throne_error: 0.49, throne_judge: SECOND },
]

const entries: fc.Arbitrary<MadeUpEntry> = fc.record({
  at: fc.integer({ min: 1, max: 4 }),
  code: fc.nat(3),
  audit: fc.constantFrom('passed', 'passed', 'passed', 'rejected', 'pending', undefined),
  review: fc.constantFrom('passed', 'passed', 'passed', 'failed', undefined),
  outputs: fc.array(
    fc.record({
      distance: fc.constantFrom(0, 0, 0, 0.1, 0.5),
      seconds: fc.constantFrom(1, 1, 1, 180, 200),
      there: fc.constantFrom(true, true, true, false),
    }),
    { minLength: PROMPTS, maxLength: PROMPTS },
  ),
  again: fc.option(
    fc.array(fc.constantFrom<DuelWinner>('left', 'right', 'right', 'right', 'draw'), {
      minLength: PROMPTS,
      maxLength: PROMPTS,
    }),
    { freq: 4, nil: undefined },
  ),
  duels: fc.array(
    fc.option(
      fc.array(fc.constantFrom<DuelWinner>('left', 'right', 'right', 'draw', 'skipped'), {
        minLength: PROMPTS,
        maxLength: PROMPTS,
      }),
      { freq: 30, nil: undefined },
    ),
    { minLength: HOTKEYS.length, maxLength: HOTKEYS.length },
  ),
})

/** Records of competitions that nobody played: every shape that the rules have to decide about, and quickly had. */
export const madeUp: fc.Arbitrary<MadeUp> = fc.record({
  config: fc
    .record({
      rules: fc.constantFrom('v1', 'legacy'),
      source_audit: fc.constantFrom('required', 'waived', 'waived'),
      win_margin: fc.constantFrom(0.05, 0.2, 0.4, 0.6),
      weight_decay: fc.constantFrom(0.2, 0.1, 0.3, 0.7, 0.00048828125),
      weight_floor: fc.constantFrom(0.2, 0.05, 0.5),
      judging: fc.constantFrom(undefined, undefined, { stopping: 'lossless' }, ...thrones),
    })
    .map((changes) => configOf({ ...changes, prompts_per_round: PROMPTS } as Partial<Config>)),
  rounds: fc.array(fc.array(entries, { maxLength: HOTKEYS.length }), { minLength: 1, maxLength: 4 }),
})

/** The files of such a competition, with `leader.json` as it began. */
export function recordOf({ config, rounds }: MadeUp): Map<string, string> {
  const made = new Map<string, string>()
  const first: LeaderEntry = { hotkey: HOTKEYS[0] as string, ...codeOf(0), docker: 'x', weight: 0, effective_block: 0 }
  made.set(files.config.path(), files.config.serialise(config))
  made.set(
    files.state.path(),
    files.state.serialise({ current_round: rounds.length, stage: 'open', next_stage_eta: null }),
  )
  made.set(files.leader.path(), files.leader.serialise([first]))
  for (let number = 0; number <= rounds.length; number++) {
    const latest = 100 * (number + 1)
    const schedule = {
      earliest_reveal_block: latest - 99,
      latest_reveal_block: latest,
      generation_deadline_block: latest + 10,
    }
    made.set(files.schedule.path(number), files.schedule.serialise(schedule))
  }
  for (const [number, round] of rounds.entries()) addRound(made, number, round)
  return made
}

function addRound(made: Map<string, string>, number: number, round: readonly MadeUpEntry[]): void {
  const stems = Array.from({ length: PROMPTS }, (_, i) => `p${number}${i}`)
  const urls = stems.map((stem) => `https://prompts.test/${stem}.png`)
  const order = round.map((entry, i) => ({ ...entry, hotkey: HOTKEYS[i] as string }))
  order.sort((a, b) => a.at - b.at)
  const put = (path: string, text: string) => made.set(path, text)
  put(files.prompts.path(number), files.prompts.serialise(urls))
  const submitted = order.map(({ hotkey, at, code }) => [
    hotkey,
    { ...codeOf(code), cdn_url: 'https://x.test', revealed_at_block: 100 * number + at, round: `mesh-${number}` },
  ])
  put(files.submissions.path(number), files.submissions.serialise(Object.fromEntries(submitted)))
  const built = order.map(({ hotkey, code, at }) => {
    const { repo, commit } = codeOf(code)
    const tag = `${commit.slice(0, 7)}-mesh-${number}`
    const build = {
      repo,
      commit,
      revealed_at_block: 100 * number + at,
      tag,
      status: 'success',
      docker_image: `i:${tag}`,
    }
    return [hotkey, build]
  })
  put(files.builds.path(number), files.builds.serialise(Object.fromEntries(built)))

  const audits: GenerationAudits = {}
  const rows = []
  for (const [i, { hotkey, audit, outputs, duels, again: heard }] of order.entries()) {
    if (audit !== undefined) {
      const counts = { checked_prompts: 0, failed_prompts: 0, failed_critical: 0, generation_time: null, reason: '' }
      audits[hotkey] = { hotkey, outcome: audit, ...counts }
    }
    const made: Outputs = {}
    const again: Outputs = {}
    for (const [k, { distance, seconds, there }] of outputs.entries()) {
      const one = { glb: 'g', png: there ? 'p' : null, size: 1, attempts: 0, distance: 0, generation_time: 0 }
      made[stems[k] as string] = one
      again[stems[k] as string] = { ...one, distance, generation_time: seconds }
    }
    put(files.submitted.path(number, hotkey), files.submitted.serialise(made))
    put(files.generated.path(number, hotkey), files.generated.serialise(again))
    const met = ['leader', ...order.slice(0, i).map((before) => before.hotkey)]
    const reportOf = (winners: readonly DuelWinner[]) =>
      winners.map((winner, d) => ({
        name: stems[d] as string,
        prompt: urls[d] as string,
        left_glb: 'g',
        left_png: 'p',
        right_glb: 'g',
        right_png: 'p',
        winner,
        issues: '',
        ...(winner === 'skipped' && d % 2 === 0 ? { void: 'refused' } : {}),
      }))
    if (heard !== undefined) {
      const report = reportOf(heard)
      const confirmation = { left: 'leader', right: hotkey, ...scoreOf(report), duels: report, judge: SECOND }
      put(files.confirmation.path(number, hotkey), files.confirmation.serialise(confirmation))
    }
    for (const [k, left] of met.entries()) {
      const winners = duels[k]
      if (winners === undefined) continue
      const report = reportOf(winners)
      const { score, margin } = scoreOf(report)
      rows.push({ left, right: hotkey, margin })
      put(
        files.duels.path(number, left, hotkey),
        files.duels.serialise({ left, right: hotkey, score, margin, duels: report }),
      )
    }
  }
  put(files.matrix.path(number), files.matrix.serialise(rows))
  put(files.generationAudits.path(number), files.generationAudits.serialise(audits))
  const requests = Object.keys(audits).map((hotkey) => ({ hotkey, critical_prompts: stems.slice(0, 2) }))
  put(files.requireAudit.path(number), files.requireAudit.serialise(requests))
  const reviews = order.flatMap(({ hotkey, review }) =>
    review === undefined ? [] : [{ hotkey, verdict: review, reason: '' }],
  )
  put(files.sourceAudit.path(number), files.sourceAudit.serialise(reviews))
}
