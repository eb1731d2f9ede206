import { titleOf } from '../../rules/intervention.ts'
import { archivedAt } from '../../state/archive.ts'
import { files } from '../../state/files.ts'
import type { Intervention } from '../../state/intervention.ts'
import { explanationOf } from '../explained.ts'
import type { Check, Reporter, Step } from '../step.ts'
import { counted, who } from './words.ts'

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
    if (act === undefined || problems.length > 0) return
    report.finding('intervention/act', path, told(act, await knownAt(step, act)))
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

/** What somebody who makes something void or begins anew could know of how it would end; undefined for other acts. */
async function knownAt({ before }: Step, act: Intervention): Promise<string | undefined> {
  if (act.kind !== 'redo-stage' && act.kind !== 'void') return undefined
  const winner = await before.find(files.winner, act.round)
  if (winner !== undefined) return `Already known: ${who(winner.winner_hotkey)} had won`
  const matches = (await before.find(files.matrix, act.round))?.length ?? 0
  if (matches > 0) return `Already known: ${counted(matches, 'match', 'matches')}`
  const archive = `rounds/${act.round}/attempts`
  const isAgain = (await before.list(archive)).some((path) => archivedAt(path)?.file === files.matrix)
  return isAgain ? 'Already known: how an earlier attempt was judged' : undefined
}

const told = (act: Intervention, known: string | undefined) =>
  `A person acted, on record: ${titleOf(act)}, by ${act.by}. Reason: ${act.reason}${known === undefined ? '' : ` (${known}.)`}`
