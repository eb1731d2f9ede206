import { type DecisionKind, decisionKinds } from '../decision.ts'
import type { Code, Codes } from './code.ts'

const broken = (kind: DecisionKind): Code => ({
  title: `A decision that does not follow: ${kind}`,
  help: 'Taken again by the published rules from what was on record, it comes out otherwise.',
  strict: 'error',
  legacy: 'error',
})

/** `decision/<kind>` */
export const decisions: Codes = {
  ...Object.fromEntries(decisionKinds.map((kind) => [`decision/${kind}`, broken(kind)])),
  'decision/unknown-format': {
    title: 'A format that is not known here',
    help: 'What all formats have in common is checked: stages, schedules, entries, seeds, and that nothing is changed later. For the rest take a version of roundkeeper that knows the format.',
    strict: 'note',
    legacy: 'note',
  },
}
