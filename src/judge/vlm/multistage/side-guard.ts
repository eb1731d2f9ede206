/** Stage 4, wherever the views did not decide: a model whose other sides are garbage does not win. Pure. */
import { z } from 'zod'
import type { Outcome } from '../../judge.ts'
import type { Case } from '../decision.ts'
import { type Procedure, together } from '../procedure.ts'
import type { Read } from '../read-answer.ts'
import { image, text } from '../request.ts'
import { RULES, VIEWS } from './identity.ts'
import { question } from './questions.ts'
import { TEMPLATE } from './template.ts'

const verdictSchema = z.object({ verdict: z.enum(['ok', 'garbage']) })
type Verdict = z.infer<typeof verdictSchema>

/** How many of a side's other views are garbage. */
export interface Garbage {
  readonly left: number
  readonly right: number
}

export function* sideGuard(asked: Case): Procedure<Garbage> {
  const { left, right } = asked.pictures
  const [ofLeft, ofRight] = yield* together<[number, number]>(
    guard(asked, left, RULES.guard.seeds[0]),
    guard(asked, right, RULES.guard.seeds[1]),
  )
  return { left: ofLeft, right: ofRight }
}

function* guard(asked: Case, sha256: string, offset: number): Procedure<number> {
  const { attempts, tokens, step } = RULES.guard
  const [front, ...others] = VIEWS
  const verdicts = yield* together<Read<Verdict>[]>(
    ...others.map((view, index) =>
      question(asked, {
        ...{ name: TEMPLATE.guard.name, schema: TEMPLATE.guard.schema, answer: verdictSchema },
        content: [
          text(TEMPLATE.guard.front),
          image({ sha256, view: front }),
          text(TEMPLATE.guard.other),
          image({ sha256, view }),
          text(TEMPLATE.guard.ask),
        ],
        ...{ attempts, maxTokens: tokens, offset: offset + step * index },
      }),
    ),
  )
  return verdicts.filter((read) => read.ok && read.value.verdict === 'garbage').length
}

/** What garbage makes of a choice: whoever has it does not win, and loses a draw. */
export function guarded(choice: Outcome, garbage: Garbage): Outcome {
  const [left, right] = [garbage.left >= RULES.guard.garbage, garbage.right >= RULES.guard.garbage]
  if (left === right) return choice
  const [flagged, other] = left ? (['left', 'right'] as const) : (['right', 'left'] as const)
  if (choice === flagged) return 'draw'
  return choice === 'draw' ? other : choice
}
