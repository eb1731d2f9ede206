import { DEFAULT_FORMAT } from '../../formats/index.ts'
import type { Check } from '../step.ts'
import { ofFormat } from './format.ts'
import { generation3d } from './generation-3d/index.ts'
import { schedule } from './schedule.ts'
import { seed } from './seed.ts'
import { submissions } from './submissions.ts'
import { transition } from './transition.ts'

/** Every decision, taken again at the commit that made it, from what was on record then: none of these remembers anything. */
export const decisions = (): Check[] => [
  transition(),
  schedule(),
  submissions(),
  seed(),
  ...ofFormat(DEFAULT_FORMAT, generation3d()),
]
