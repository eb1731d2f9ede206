/** Which decisions a format brings of its own; of one that nobody here knows, only those that all formats share are taken again. */
import { DEFAULT_FORMAT, isKnownFormat } from '../../formats/index.ts'
import type { Config } from '../../state/config.ts'
import { files } from '../../state/files.ts'
import type { AnyStateFile } from '../../state/state-file.ts'
import type { DecisionKind } from '../decision.ts'
import type { Check, Reporter, Step } from '../step.ts'

const formatOf = ({ format = DEFAULT_FORMAT }: Config) => format

/** The same checks, of commits that are played in this format. */
export const ofFormat = (id: string, checks: readonly Check[]): Check[] =>
  checks.map((check) => ({
    ...check,
    step: (step, report) =>
      step.config === undefined || formatOf(step.config) === id ? check.step(step, report) : undefined,
  }))

/** Whether somebody here knows what miners reveal. */
export const isPlayedHere = (config: Config) => isKnownFormat(formatOf(config))

const DECIDED = new Map<AnyStateFile, DecisionKind>([
  [files.submissions, 'submissions'],
  [files.prompts, 'prompts'],
  [files.winner, 'winner'],
  [files.leader, 'leader'],
])

/** What a format decides that nobody here knows has to be believed, and counts as that. */
function believeAll({ changed, stateBefore: state, strict }: Step, report: Reporter): void {
  if (!strict || state === undefined) return
  for (const { path, located, after } of changed) {
    const kind = located && DECIDED.get(located.file)
    if (kind === undefined || after === undefined) continue
    const round = typeof located?.args[0] === 'number' ? located.args[0] : state.current_round
    report.decision({ kind, round, path, level: 'consistent', recorded: null, recomputed: null, note: UNKNOWN })
  }
}

const UNKNOWN = 'the format is not known here: how it was decided has to be believed'

/** Says once of every format that nobody here knows. */
export function formats(): Check {
  let told: string[] = []
  return {
    name: 'formats',
    begin(_records, memory) {
      if (Array.isArray(memory)) told = memory.map(String)
    },
    step(step, report) {
      const { config, changed, isRoot } = step
      if (config === undefined || isPlayedHere(config)) return
      believeAll(step, report)
      if (told.includes(formatOf(config))) return
      told.push(formatOf(config))
      const path = files.config.path()
      const at = isRoot || changed.some((each) => each.path === path) ? path : null
      const message = `The format ${JSON.stringify(formatOf(config))} is not known here: prompts, matches, audits, winners and the crown are not decided again.`
      report.finding('decision/unknown-format', at, message)
    },
    memory: () => told,
  }
}
