/** How the staged judge puts a question, and asks it in both orders. Pure. */
import type { z } from 'zod'
import type { Case } from '../decision.ts'
import type { MirroredPenalties, Penalties } from '../mirrored.ts'
import { meanOf } from '../mirrored.ts'
import { insist, type Procedure, together } from '../procedure.ts'
import { type Read, readAnswer } from '../read-answer.ts'
import { image, type Part, type PictureName, text, type VlmRequest } from '../request.ts'
import { temperatureOf } from '../temperature.ts'
import { RULES } from './identity.ts'
import { lenient, penaltiesSchema } from './lenient.ts'
import { TEMPLATE } from './template.ts'

export interface Asking<T> {
  readonly name: string
  readonly schema: Record<string, unknown>
  readonly content: readonly Part[]
  readonly answer: z.ZodType<T>
  readonly attempts: number
  readonly maxTokens?: number
  /** Added to the seed. */
  readonly offset?: number
}

export function question<T>({ identity, seed, retry }: Case, asking: Asking<T>): Procedure<Read<T>> {
  const { name, schema, content, answer, attempts, maxTokens, offset = 0 } = asking
  const request = (attempt: number): VlmRequest => ({
    model: identity.model,
    temperature: temperatureOf(attempt),
    max_tokens: maxTokens ?? identity.parameters.max_tokens,
    seed: seed + 100 + offset + attempt,
    messages: [
      { role: 'system', content: TEMPLATE.system },
      { role: 'user', content },
    ],
    response_format: { type: 'json_schema', json_schema: { name, strict: true, schema } },
  })
  return insist(request, (raw) => readAnswer(raw, answer, lenient), attempts, retry * attempts)
}

/** What came of a mirrored pair. */
export interface Swapped {
  /** Absent where an order was not answered. */
  readonly penalties?: MirroredPenalties
  /** The orders prefer different sides. */
  readonly contradicts: boolean
  readonly orders?: readonly [leftFirst: Penalties, rightFirst: Penalties]
  readonly cause?: string
}

export function* swapped(
  asked: Case,
  ask: { readonly name: string; readonly ask: string; readonly schema: Record<string, unknown> },
  left: PictureName,
  right: PictureName,
): Procedure<Swapped> {
  const order = (first: PictureName, second: PictureName) =>
    question(asked, {
      ...{ name: ask.name, schema: ask.schema, answer: penaltiesSchema, attempts: RULES.front.attempts },
      content: [
        text(TEMPLATE.prompt),
        image({ sha256: asked.pictures.prompt }),
        text(TEMPLATE.first),
        image(first),
        text(TEMPLATE.second),
        image(second),
        text(ask.ask),
      ],
    })
  const [leftFirst, rightFirst] = yield* together<[Read<Penalties>, Read<Penalties>]>(
    order(left, right),
    order(right, left),
  )
  if (!leftFirst.ok) return { contradicts: false, cause: leftFirst.cause }
  if (!rightFirst.ok) return { contradicts: false, cause: rightFirst.cause }
  const orders = [leftFirst.value, rightFirst.value] as const
  const [one, other] = [orders[0].penalty_1 - orders[0].penalty_2, orders[1].penalty_2 - orders[1].penalty_1]
  return { penalties: meanOf(...orders), contradicts: one * other < 0, orders }
}
