/** A voter of stage 2: what the picture shows, as a list, and how much of it each model has. Pure. */
import { z } from 'zod'
import type { Case } from '../decision.ts'
import { type Procedure, together } from '../procedure.ts'
import type { Read } from '../read-answer.ts'
import { image, text } from '../request.ts'
import { RULES } from './identity.ts'
import { question } from './questions.ts'
import { CATEGORIES, REPLIES, TEMPLATE } from './template.ts'

const { least, most } = RULES.checklist
const listSchema = z.object({
  main_object: z.string(),
  features: z
    .array(z.object({ feature: z.string(), category: z.enum(CATEGORIES) }))
    .min(least)
    .max(most),
})
const answersSchema = z.object({ answers: z.array(z.enum(REPLIES)), main_object_correct: z.boolean() })
type Answers = z.infer<typeof answersSchema>

export interface Checklist {
  /** Above 0 the left one has more of it; 0 where anything failed. */
  readonly gap: number
  readonly main_object?: string
  readonly features?: readonly { readonly feature: string; readonly left: string; readonly right: string }[]
}

const POINTS = { yes: 2, partial: 1, no: 0 } as const
const NOTHING: Checklist = { gap: 0 }

export function* checklist(asked: Case): Procedure<Checklist> {
  const { attempts, extract_tokens, seeds } = RULES.checklist
  const list = yield* question(asked, {
    ...{ name: TEMPLATE.checklist.name, schema: TEMPLATE.checklist.schema, answer: listSchema },
    content: [text(TEMPLATE.prompt), image({ sha256: asked.pictures.prompt }), text(TEMPLATE.checklist.ask)],
    ...{ attempts, maxTokens: extract_tokens },
  })
  if (!list.ok) return NOTHING
  const { main_object, features } = list.value
  const lines = features.map(({ feature }, i) => `${i + 1}. ${feature}`).join('\n')
  const check = (sha256: string, offset: number) =>
    question(asked, {
      ...{ name: TEMPLATE.verify.name, schema: TEMPLATE.verify.schema },
      answer: answersSchema.refine(({ answers }) => answers.length === features.length),
      content: [
        text(TEMPLATE.verify.model),
        image({ sha256 }),
        text(`${TEMPLATE.verify.ask}Main object: ${main_object}\n${lines}`),
      ],
      ...{ attempts, maxTokens: RULES.checklist.verify_tokens, offset },
    })
  const [left, right] = yield* together<[Read<Answers>, Read<Answers>]>(
    check(asked.pictures.left, seeds[0]),
    check(asked.pictures.right, seeds[1]),
  )
  if (!left.ok || !right.ok) return NOTHING
  return {
    gap: scoreOf(left.value) - scoreOf(right.value),
    main_object,
    features: features.map(({ feature }, i) => ({
      feature,
      left: left.value.answers[i] ?? '',
      right: right.value.answers[i] ?? '',
    })),
  }
}

const scoreOf = ({ answers, main_object_correct }: Answers) =>
  answers.reduce((sum, answer) => sum + POINTS[answer], main_object_correct ? RULES.checklist.main_object : 0)
