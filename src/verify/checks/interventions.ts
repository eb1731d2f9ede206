import { titleOf } from '../../rules/intervention.ts'
import { files } from '../../state/files.ts'
import type { Intervention } from '../../state/intervention.ts'
import { explanationOf } from '../explained.ts'
import type { Check, Reporter, Step } from '../step.ts'

/** Acts of people: in sequence, never changed, and doing to the record just what the rules make of them. */
export const interventions = (): Check => ({
  name: 'the acts of people',
  async step(step, report) {
    reportChanges(step, report)
    const found = await explanationOf(step)
    if (found === undefined) return
    const { path, act, problems } = found
    for (const { kind, path: at, message } of problems)
      report.finding(`intervention/${kind}`, at, `The act recorded in ${path} does not hold: ${message}.`)
    if (act !== undefined && problems.length === 0) report.finding('intervention/act', path, told(act))
  },
})

function reportChanges({ changed }: Step, report: Reporter): void {
  for (const { path, located, before, after } of changed) {
    if (located?.file !== files.intervention || before === undefined) continue
    const what = after === undefined ? 'removed' : 'changed'
    const message = `${path} was ${what}: the record of a person's act stays as it was written, for ever.`
    report.finding('intervention/changed', path, message)
  }
}

const told = (act: Intervention) => `A person acted, on record: ${titleOf(act)}, by ${act.by}. Reason: ${act.reason}`
