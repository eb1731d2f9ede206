/** Every code that a finding can have: what it means, and how grave it is. Codes never change their meaning. */
import type { Severity } from '../finding.ts'
import { appendOnly } from './append-only.ts'
import type { Codes } from './code.ts'
import { decisions } from './decisions.ts'
import { evidence } from './evidence.ts'
import { files } from './files.ts'
import { history } from './history.ts'
import { interventions } from './interventions.ts'
import { judging } from './judging.ts'
import { records } from './records.ts'
import { signatures } from './signatures.ts'
import { stages } from './stages.ts'
import { times } from './times.ts'

export const codes: Codes = {
  ...history,
  ...files,
  ...stages,
  ...times,
  ...appendOnly,
  ...interventions,
  ...signatures,
  ...records,
  ...evidence,
  ...judging,
  ...decisions,
}

export function severityOf(code: string, strict: boolean): Severity {
  const known = codes[code]
  return known === undefined ? 'error' : known[strict ? 'strict' : 'legacy']
}
