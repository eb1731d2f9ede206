import { formats } from '../decisions/format.ts'
import type { Check } from '../step.ts'
import { appendOnly } from './append-only.ts'
import { evidenceTrailer } from './evidence-trailer.ts'
import { files } from './files.ts'
import { interventions } from './interventions.ts'
import { linear } from './linear.ts'
import { paths } from './paths.ts'
import { Signatures } from './signatures.ts'
import { stages } from './stages.ts'
import { times } from './times.ts'

/** Everything that is looked at but the decisions, which come after it, in this order; made anew for every history. */
export const checksOf = (signatures = new Signatures()): Check[] => [
  linear(),
  times(),
  paths(),
  files(),
  signatures,
  interventions(),
  stages(),
  appendOnly(),
  evidenceTrailer(),
  formats(),
]
