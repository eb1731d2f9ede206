import type { Check } from '../../step.ts'
import { audit } from './audit.ts'
import { auditRequest } from './audit-request.ts'
import { builds } from './builds.ts'
import { confirmation } from './confirmation.ts'
import { deadlines } from './deadlines.ts'
import { judgeCard } from './judge-card.ts'
import { judgeChanged } from './judge-changed.ts'
import { judgeChecks } from './judge-checks.ts'
import { leader } from './leader.ts'
import { match } from './match.ts'
import { outputs } from './outputs.ts'
import { prompts } from './prompts.ts'
import { ran } from './ran.ts'
import { unseen } from './unseen.ts'
import { winner } from './winner.ts'

/** What is decided in this format beyond what all have in common. */
export const generation3d = (): Check[] => [
  prompts(),
  builds(),
  deadlines(),
  outputs(),
  match(),
  judgeChanged(),
  confirmation(),
  judgeChecks(),
  judgeCard(),
  auditRequest(),
  ran(),
  unseen(),
  audit(),
  winner(),
  leader(),
]
