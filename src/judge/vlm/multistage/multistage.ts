/**
 * The staged judge, after 404-GEN's second one: views side by side; where they decide nothing three voters, and a look at
 * the other sides. `docs/judging.md` says what our previews have no views for. Pure.
 */
import { z } from 'zod'
import { type Case, type Decision, type Method, shortened } from '../decision.ts'
import { type Procedure, together } from '../procedure.ts'
import type { Read } from '../read-answer.ts'
import { image, text } from '../request.ts'
import { type FrontMatch, frontMatch } from './front-match.ts'
import { RULES } from './identity.ts'
import { question } from './questions.ts'
import { type Garbage, guarded, sideGuard } from './side-guard.ts'
import { TEMPLATE } from './template.ts'
import { type Votes, voters } from './voters.ts'

export const multistageDuel: Method = function* (asked: Case): Procedure<Decision> {
  const [explained, front] = yield* together<[Read<{ issues: string }>, FrontMatch]>(explain(asked), frontMatch(asked))
  if (front.cause !== undefined) return { kind: 'void', cause: `no view was answered: ${front.cause}` }
  const said = {
    kind: 'decided' as const,
    issues: explained.ok ? shortened(explained.value.issues) : '',
    pair: front.pair,
  }
  const s1 = { choice: front.choice, angles: front.angles }
  if (front.choice !== 'draw') return { ...said, winner: front.choice, detail: { decided_by: 's1', s1 } }
  const [votes, garbage] = yield* together<[Votes, Garbage]>(voters(asked), sideGuard(asked))
  const winner = guarded(votes.choice, garbage)
  const decided_by = winner !== votes.choice ? 's4' : winner === 'draw' ? 'none' : 's2'
  return { ...said, winner, detail: { decided_by, s1, s2: votes, s4: { choice: winner, garbage } } }
}

function explain(asked: Case): Procedure<Read<{ issues: string }>> {
  const { prompt, left, right } = asked.pictures
  return question(asked, {
    ...{ name: TEMPLATE.explain.name, schema: TEMPLATE.explain.schema, answer: z.object({ issues: z.string() }) },
    content: [
      text(TEMPLATE.prompt),
      image({ sha256: prompt }),
      text(TEMPLATE.first),
      image({ sha256: left }),
      text(TEMPLATE.second),
      image({ sha256: right }),
      text(TEMPLATE.explain.ask),
    ],
    ...{ attempts: RULES.explain.attempts, maxTokens: RULES.explain.tokens },
  })
}
